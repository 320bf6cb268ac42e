"""Names that no credential has yet."""

from collections.abc import Callable

from nexcred.vault.names_in_use import name_taken


def free_name(base: str, is_taken: Callable[[str], bool]) -> str:
    """Return the base, or the first of base-2, base-3, … that no credential has."""
    name, number = base, 1
    while is_taken(name):
        number += 1
        name = f"{base}-{number}"
    return name


def refuse_taken(name: str, is_taken: Callable[[str], bool]) -> None:
    """Raise NameTaken: asked before the provider is, and again by the vault when saving."""
    if is_taken(name):
        raise name_taken(name)
