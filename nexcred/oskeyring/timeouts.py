"""How long a keyring may take: a dialog waits for a person, and a broken D-Bus for ever."""

from collections.abc import Mapping

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.surroundings import has_display, is_ci, is_over_ssh

_ALONE_S = 3.0
_DESKTOP_S = 60.0
_SILENCE_S = 1.0


class Patience(NamedTuple):
    """Seconds for one call: `total_s` in all, and `silence_s` until the user is told that nexcred waits."""

    total_s: float
    silence_s: float


def decide_patience(environment: Mapping[str, str], platform: str, *, may_wait: bool) -> Patience:
    """Wait for a person only at a desktop: not under CI, not over SSH, not without a display."""
    is_alone = is_ci(environment) or is_over_ssh(environment)
    if is_alone or not has_display(environment, platform) or not may_wait:
        return Patience(_ALONE_S, _ALONE_S)
    return Patience(_DESKTOP_S, _SILENCE_S)
