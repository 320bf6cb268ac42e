"""Which credentials of a source somebody means by a name or a pattern."""

from collections.abc import Iterable

from nexcred.errors import CredentialNotFound
from nexcred.model.name import fits, fold_name, is_pattern
from nexcred.model.suggest import suggest
from nexcred.model.text import make_visible
from nexcred.services.importing.entries.names import usable_name
from nexcred.services.importing.plan import Item


def select_items(items: Iterable[Item], pattern: str) -> list[Item]:
    """Return those of a name, else those whose names a glob fits, and what concerns all; raise CredentialNotFound.

    Each has the name that it gets here, and the one that its own tool calls it.
    """
    everything, wanted = list(items), fold_name(pattern)
    chosen = [wanted in _called(item) for item in everything]
    if not any(chosen) and is_pattern(pattern):
        chosen = [any(fits(called, pattern) for called in _called(item)) for item in everything]
    if not any(chosen):
        meant = suggest(pattern, [item.name for item in everything if item.name])
        hint = f"did you mean '{meant}'?" if meant else "see them all with --dry-run and without --only"
        raise CredentialNotFound(f"the source holds no credential named '{make_visible(pattern[:255])}'", hint)
    return [item for item, is_chosen in zip(everything, chosen, strict=True) if is_chosen or item.concerns_all]


def wants(pattern: str, path: str) -> bool:
    """True for what `select_items` may choose by this pattern: a store shows no other secret for it."""
    wanted = fold_name(pattern)
    called = {fold_name(path), fold_name(usable_name(path, ""))}
    return wanted in called or any(fits(one, pattern) for one in called)


def _called(item: Item) -> set[str]:
    return {fold_name(one) for one in (item.name, item.path) if one}
