"""The errors for a name that no credential has, and for one that is taken."""

from nexcred.errors import CredentialNotFound, InTrash, NameTaken
from nexcred.model.shell_word import shell_word


def name_not_found(name: str, meant: str | None = None, *, is_in_trash: bool = False) -> CredentialNotFound:
    """Return the error for a name that leads nowhere; `meant` is the name that was perhaps meant."""
    hint = f"did you mean '{meant}'? run: nexcred list" if meant else "see them all with: nexcred list"
    if is_in_trash:
        hint = f"it is in the trash; bring it back with: nexcred trash restore {shell_word(name)}"
        return InTrash(f"no credential named '{name}'", hint=hint)
    return CredentialNotFound(f"no credential named '{name}'", hint=hint)


def name_taken(name: str) -> NameTaken:
    """Return the error for a name that a credential has already."""
    return NameTaken(
        f"a credential named '{name}' exists already",
        hint=f"choose another name, or change that one with: nexcred update {shell_word(name)}",
    )
