"""How far this computer's clock is from a provider's, as its answer tells by the Date header."""

from datetime import datetime, timedelta

from nexcred.auth.flow import Response, Verdict
from nexcred.auth.timestamp import http_date
from nexcred.model.probe import ProbeStatus

# Signed times are taken within minutes of the provider's own.
TOLERATED_SKEW = timedelta(minutes=2)


def skew_told(response: Response, now: datetime) -> str:
    """Say how wrong the clock is, "" when it is right or the answer names no time."""
    theirs = http_date(response.headers.get("date", ""))
    if theirs is None or abs(now - theirs) <= TOLERATED_SKEW:
        return ""
    minutes = round(abs(now - theirs).total_seconds() / 60)
    return f"this computer's clock is {minutes} minutes {'ahead of' if now > theirs else 'behind'} the provider's"


def blame_clock(verdict: Verdict, response: Response, now: datetime) -> Verdict:
    """Return the verdict on what was signed with a time; when the clock is wrong, no refusal proves anything."""
    may_be_due = verdict.status.is_refusal or verdict.status is ProbeStatus.INCONCLUSIVE
    skew = skew_told(response, now) if may_be_due else ""
    if not skew:
        return verdict
    return verdict._replace(status=ProbeStatus.INCONCLUSIVE, detail=f"{skew}; set it right: {verdict.detail}")
