"""What became of a rotation, for one credential: how far it came, and why it does not go on."""

from datetime import datetime
from typing import Literal

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.vault.journal import RotationKind, Step

# done: the old key is dead. waiting: for the end of the grace. hangs: somebody has to do something, or it is to be
# resumed later. refused: the provider does not accept the new secret. conflict: somebody else changed it meanwhile.
# undone: the old key is in use again. unchanged: nothing was made. planned: only told. failed: an error of its own.
Result = Literal["done", "waiting", "hangs", "refused", "conflict", "undone", "unchanged", "planned", "failed"]

# Of several, the first of these decides.
_EXIT_CODES: dict[Result, int] = {"refused": 4, "conflict": 8, "hangs": 5, "unchanged": 5}


class RotationOutcome(NamedTuple):
    """`step` is the last one that was taken, None where there was none. `why` has no secret in it.

    `until` is when it goes on; `mend` the command that lets it; `left` are the provider's ids of keys of which nobody
    knows the secret. `exit_code` is that of an error, of what `failed`. `also` are the names of other credentials with
    the same secret, which get the new one at once.
    """

    name: str
    kind: RotationKind | None
    step: Step | None
    result: Result
    why: str = ""
    mend: str = ""
    until: datetime | None = None
    left: tuple[str, ...] = ()
    exit_code: int | None = None
    also: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return repr_of(self, "name", "kind", "step", "result")

    @property
    def code(self) -> int:
        """The exit code of the program for this one alone."""
        return _EXIT_CODES.get(self.result, 0) if self.exit_code is None else self.exit_code


def exit_code_of(outcomes: list[RotationOutcome]) -> int:
    """Return the code for all of them: an error's own, else of what was refused, what conflicts, or what hangs."""
    codes = {outcome.code for outcome in outcomes} - {0}
    if codes - set(_EXIT_CODES.values()):
        return max(codes)
    return next((code for code in _EXIT_CODES.values() if code in codes), 0)
