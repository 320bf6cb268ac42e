"""Rows of a form in which a credential names its own fields: a name, a value, and whether that may be seen."""

from collections.abc import Mapping, Sequence

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import Secret, repr_of
from nexcred.server.page.handling import SentForm

_EMPTY_ROWS = 3


class FreeRow(NamedTuple):
    """One row as it is shown; of a secret that is there already, `is_kept` says so."""

    name: str
    value: str
    is_public: bool
    is_kept: bool

    def __repr__(self) -> str:
        return repr_of(self, "name", "is_kept")


def rows_of(given: Mapping[str, object], known: Sequence[str], public: Sequence[str]) -> list[FreeRow]:
    """Return a row for each of them, and some that are empty."""
    rows = [
        FreeRow(name, "" if isinstance(value, Secret) else str(value), name in public, isinstance(value, Secret))
        for name, value in given.items()
        if name not in known
    ]
    return [*rows, *[FreeRow("", "", False, False)] * _EMPTY_ROWS]


def read_rows(form: SentForm, before: Mapping[str, object]) -> tuple[dict[str, object], tuple[str, ...]]:
    """Return the values by name, and the names of those that are no secrets; a name without a value keeps its own.

    What was typed as a secret stays one until it is typed anew: no screen shows it because a box was ticked.
    """
    names, values = form.all("free.name"), form.all("free.value")
    public = set(form.all("free.public"))
    found: dict[str, object] = {}
    told: list[str] = []
    for number, (typed, value) in enumerate(zip(names, values, strict=False)):
        name = typed.strip()
        if not name or not (value or name in before):
            continue
        is_public = str(number) in public
        if value:
            found[name] = value if is_public else Secret(value)
        else:
            found[name] = before[name]
            is_public = is_public and not isinstance(before[name], Secret)
        if is_public:
            told.append(name)
    return found, tuple(told)
