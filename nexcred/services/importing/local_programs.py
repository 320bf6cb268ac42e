"""The programs of this machine, which are given nothing that unlocks the vault."""

from collections.abc import Mapping, Sequence

from nexcred.child.captured import EndedBadly, capture
from nexcred.child.own_locale import without_own_locale
from nexcred.model.own_programs import find_program
from nexcred.model.text import make_visible
from nexcred.services.importing.request import ProgramFailed
from nexcred.unlock.sources import without_unlocking

_LONGEST_TOLD = 300


class LocalPrograms:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = without_own_locale(without_unlocking(environment))

    def has(self, name: str) -> bool:
        return find_program(name, self._environment) is not None

    def run(self, command: Sequence[str], also: Mapping[str, str] | None = None) -> bytes:
        try:
            return capture(command, {**self._environment, **(also or {})})
        except EndedBadly as error:
            raise ProgramFailed(make_visible(str(error)[:_LONGEST_TOLD])) from None
