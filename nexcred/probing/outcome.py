"""Decide by a probe's result what is saved: a refused value only if asked to, any other with a note."""

from datetime import datetime

from nexcred.auth.authorization_code import NOBODY_LOGGED_IN
from nexcred.auth.flow import Verdict
from nexcred.connectors.guidance import mending_verb, remedy_for, way_out
from nexcred.connectors.language.spec import Connector, Method
from nexcred.errors import NotProved, Rejected
from nexcred.model.credential import Details
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.probing.expiry import own_expiry

_UNPROVED = {
    ProbeStatus.FORBIDDEN: "{title} knows this credential, and does not permit it what the probe asks",
    ProbeStatus.RATE_LIMITED: "{title} asks to wait before it answers",
    ProbeStatus.UNREACHABLE: "{title} could not be reached",
    ProbeStatus.PROVIDER_ERROR: "{title} has a fault of its own",
    ProbeStatus.BLOCKED: "a firewall or login page answered in place of {title}",
    ProbeStatus.INCONCLUSIVE: "the answer of {title} proves nothing",
    ProbeStatus.UNSUPPORTED: "nexcred knows no way to prove a credential of {title}",
}
_REFUSED = {
    ProbeStatus.REJECTED: "{title} rejected this credential",
    ProbeStatus.EXPIRED: "this credential of {title} has expired",
}
_SENTENCES = {ProbeStatus.ACCEPTED: "{title} accepted this credential", **_REFUSED, **_UNPROVED}


def sentence_for(result: ProbeResult, title: str) -> str:
    """Say what was found, with the provider's own words after a colon, made safe to print."""
    sentence = _SENTENCES[result.status].format(title=title)
    return f"{sentence}: {make_visible(result.detail)}" if result.detail else sentence


def expiry_of(method: Method, details: Details, result: ProbeResult | None) -> datetime | None:
    """Return when a credential ends: as its provider says, else as it says itself, also where nobody was asked."""
    said = result.expires_at if result is not None else None
    return said or own_expiry(method, details.fields)


def refusal_of(
    result: ProbeResult | None, connector: Connector, method: Method, then: str, anyway: str = "--save-unverified"
) -> Rejected | None:
    """Return the error when the provider said no, else None.

    `then` is the command to run after mending it, `anyway` the flag that keeps it as it is.
    """
    if result is None or not result.status.is_refusal:
        return None
    remedy = remedy_for(connector, method, result.status)
    again = f"{then}; or keep it as it is with {anyway}"
    return Rejected(f"not saved: {sentence_for(result, connector.title)}", hint=way_out(remedy, again))


def refuse_unproved(result: ProbeResult | None, connector: Connector, method: Method, name: str) -> None:
    """Raise Rejected when the provider refuses what it has just granted."""
    if result is not None and result.status.is_refusal:
        raise failure_of(Verdict(result.status, detail=result.detail), connector, method, name)


def warning_for(result: ProbeResult | None, connector: Connector, method: Method) -> str | None:
    """Return the warning for what is saved without proof, with the way out; None when it is proved or never probed.

    None too for what was never to be proved: it is told that once, where it is looked at.
    """
    if result is None or result.status is ProbeStatus.ACCEPTED or method.free_fields:
        return None
    remedy = remedy_for(connector, method, result.status)
    told = f"saved, not verified: {sentence_for(result, connector.title)}"
    return f"{told}; {remedy}" if remedy else told


def failure_of(verdict: Verdict, connector: Connector, method: Method, name: str) -> Rejected | NotProved:
    """Return the error for a credential that was to be used, and was granted nothing."""
    said = f"{connector.title}: {make_visible(verdict.detail)}"
    remedy = remedy_for(connector, method, verdict.status)
    command = f"{mending_verb(method)} {shell_word(name)}"
    if verdict.status.is_refusal:
        return Rejected(f"'{name}' was refused by {said}", hint=way_out(remedy, command))
    if verdict.detail == NOBODY_LOGGED_IN:
        return NotProved(f"nobody has logged in with '{name}' yet", hint=f"run: {command}")
    return NotProved(f"'{name}' is granted nothing by {said}", hint=remedy)


def login_due(name: str) -> str:
    """Return the warning for values that are worth nothing until somebody has approved."""
    return f"saved, and {NOBODY_LOGGED_IN}: run: nexcred login {shell_word(name)}"
