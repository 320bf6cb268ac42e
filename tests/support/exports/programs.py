"""Programs that write what a test says, and fail for all else."""

from collections.abc import Mapping, Sequence

from nexcred.services.importing.request import ProgramFailed


class Told:
    """Answers by the command line; `asked` are all that were run."""

    def __init__(self, answers: Mapping[str, bytes]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def has(self, name: str) -> bool:
        return any(command.split()[0] == name for command in self.answers)

    def run(self, command: Sequence[str], _also: Mapping[str, str] | None = None) -> bytes:
        line = " ".join(command)
        self.asked.append(line)
        if line not in self.answers:
            raise ProgramFailed("no such thing")
        return self.answers[line]
