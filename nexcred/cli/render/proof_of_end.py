"""What an answer to a former secret means for its end, for people."""

from datetime import timedelta
from math import ceil

from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.rotation.asking import FormerKey
from nexcred.services.rotation.dead import proved_in
from nexcred.services.rotation.former import ENDED


def sentence_of(key: FormerKey, result: ProbeResult) -> str:
    """Say what an answer means for the secret that was asked with."""
    name = make_visible(key.credential.name)
    which = f"the key of '{name}'" if key.is_present else f"the old key of '{name}', of revision {key.revision},"
    if result.status is ProbeStatus.ACCEPTED:
        return f"{which} still works"
    if not result.status.is_refusal:
        return f"whether {which} still works is not proved: {result.detail or result.status.value}"
    return f"{which} is refused, and dead" if is_dead(key) else f"{which} is refused"


def when_proved(key: FormerKey, result: ProbeResult) -> str:
    """Say when and how often to ask again until a refused one counts as dead; "" for one that is, or is not refused."""
    former, terms = key.former, key.terms
    if former is None or not result.status.is_refusal or is_dead(key):
        return ""
    left = max(1, terms.refusals - len(former.refused_at))
    wait = proved_in(former, key.now(), terms)
    when = f", the last time not before {seconds(wait)} have passed" if wait else ""
    return f"it counts as dead when it was refused {left} more time{'s' if left > 1 else ''}{when}: {probe_again(key)}"


def probe_again(key: FormerKey) -> str:
    """Return the command that asks with it once more."""
    return f"nexcred probe {shell_word(key.credential.name)} --revision {key.revision}"


def is_dead(key: FormerKey) -> bool:
    return key.former is not None and key.former.state in ENDED


def seconds(time: timedelta) -> str:
    whole = ceil(time.total_seconds())
    return f"{whole} s" if whole < 120 else f"{ceil(whole / 60)} min"
