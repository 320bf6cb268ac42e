"""Questions to a person, put when nothing is being read or written.

Who reads a vault in one file holds writers up, and a person may think for an hour. So what finds a doubt stops there,
the question is put outside, and the work is done again, with the answer.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nexcred.vault.memory import Confirm, Doubt


class Unanswered(Exception):
    """A doubt that must be decided before the work goes on."""

    def __init__(self, doubt: "Doubt") -> None:
        super().__init__()
        self.doubt = doubt


class Answers:
    """A person's answers during one piece of work; the next one asks again."""

    def __init__(self, confirm: "Confirm | None") -> None:
        self._confirm = confirm
        self._given: dict[Doubt, bool] = {}

    @property
    def known(self) -> "Confirm | None":
        """Answers while reading: raises Unanswered where nobody was asked yet. None where nobody can be asked."""
        return None if self._confirm is None else self._look_up

    def ask(self, doubt: "Doubt") -> None:
        """Ask a person, outside of all reading and writing."""
        assert self._confirm is not None
        self._given[doubt] = self._confirm(doubt)

    def _look_up(self, doubt: "Doubt") -> bool:
        if doubt not in self._given:
            raise Unanswered(doubt)
        return self._given[doubt]
