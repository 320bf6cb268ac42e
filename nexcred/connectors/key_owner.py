"""Whose key a secret looks like, by the forms that providers give to theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nexcred.connectors.load.index import IndexEntry, KeyForm, known_systems
from nexcred.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nexcred.connectors.language.spec import Field, Method
    from nexcred.model.credential import Value

_SHORTEST, _LONGEST = 12, 4096


def owners_of_key(text: str, systems: Iterable[IndexEntry] | None = None) -> list[tuple[IndexEntry, KeyForm]]:
    """Return every system with a form that fits the whole text, and the form.

    A file of the user's own has no say about the keys of a built-in system.
    """
    if not _SHORTEST <= len(text) <= _LONGEST:
        return []
    found = [
        (one, form)
        for one in (known_systems() if systems is None else systems)
        for form in one.key_forms
        if form.beginning and text.startswith(form.beginning) and _fits(form.pattern, text)
    ]
    return [(one, form) for one, form in found if not one.file] or found


def other_owner(method: Method, field: Field, value: Value, *, is_own: bool = False) -> str:
    """Return the title of the only other system whose keys look like this secret; "" where there is none.

    A field that takes anything has no other: a password, a field of the user's own, a key for a host that he names.
    What a connector says of its own keys counts, unless it `is_own`, the user's.
    """
    if not isinstance(value, Secret) or not isinstance(text := value.reveal(), str):
        return ""
    if method.free_fields or field.kind != "text":
        return ""
    known = owners_of_key(text)
    if is_own:
        titles = {one.title for one, _ in known if not one.file}
    elif method.own_hosts or field.verbatim or any(_fits(form, text) for form in field.key_forms):
        return ""
    else:
        titles = {one.title for one, form in known if form.pattern not in _forms_of(method)}
    return titles.pop() if len(titles) == 1 else ""


def _fits(pattern: str, text: str) -> bool:
    from nexcred.connectors.language.pattern import fits  # an engine of its own, which most texts do not need

    return fits(pattern, text)


def _forms_of(method: Method) -> set[str]:
    return {form for field in method.fields for form in field.key_forms}
