"""The errors for a record that holds what its signer may not say, or what does not belong there."""

from nexcred.errors import Disputed
from nexcred.model.shell_word import shell_word


class Misplaced(Disputed):
    """The parts are rightly signed but do not belong together, so no signature says who did it."""

    def by_last_writer(self, full_name: str) -> Disputed:
        """Return the error with the author of the newest write: it was them, unless others wrote since."""
        return Disputed(f"{self.message}; the vault was last written by {full_name}", hint=self.hint)


def disputed(name: str, why: str) -> Disputed:
    """Return the error; `why` says who signed what."""
    return Disputed(*_words(name, why))


def misplaced(name: str, why: str) -> Misplaced:
    return Misplaced(*_words(name, why))


def _words(name: str, why: str) -> tuple[str, str]:
    return (
        f"'{name}' is disputed: {why}",
        "it opens for nobody until whoever added it, or an owner of the vault, settles it:"
        f" nexcred vault settle {shell_word(name)}",
    )
