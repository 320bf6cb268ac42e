"""The store of `pass` (passwordstore.org): a folder of files that gpg has encrypted, each shown by `pass show`."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from nexcred.errors import InvalidData, NexcredError, UsageError
from nexcred.model.text import make_visible
from nexcred.nexla.data_credentials import MOST_BODIES
from nexcred.services.importing.entries.candidates import reading_of
from nexcred.services.importing.entries.entry import Entry
from nexcred.services.importing.found import Reading, Unreadable
from nexcred.services.importing.managers.password_text import entry_of_text
from nexcred.services.importing.request import ImportRequest, ProgramFailed

_VARIABLE, _DEFAULT, _SUFFIX = "PASSWORD_STORE_DIR", "~/.password-store", ".gpg"
# A passphrase that nobody gives is asked for by each of them: so many failures in the beginning are enough.
_MOST_FAILED = 3


def read_pass(request: ImportRequest) -> Reading:
    """Show each secret of the store; raise UsageError where there is none, NexcredError when none can be shown."""
    if request.files:
        raise UsageError("pass keeps its secrets in a folder", hint="name the folder, or leave it out")
    store = Path(request.place or request.environment.get(_VARIABLE, "") or _DEFAULT).expanduser()
    if not store.is_dir():
        raise UsageError(
            f"there is no password store '{make_visible(str(store))}'",
            hint="name its folder: nexcred import pass FOLDER",
        )
    request.require_program("pass")
    names = [name for name in names_in(store) if request.wants(name)]
    shown = {_VARIABLE: str(store)}
    return reading_of(
        shown_by(names, request, lambda name: request.programs.run(("pass", "show", "--", name), shown), "pass")
    )


def names_in(store: Path) -> list[str]:
    """Return the names of all secrets in a store, in order; raise InvalidData for more than make sense."""
    found = []
    seen = set()
    for folder, folders, files in os.walk(store, followlinks=True):
        real = os.path.realpath(folder)
        folders[:] = [] if real in seen else sorted(one for one in folders if not one.startswith("."))
        if real in seen:
            continue
        seen.add(real)
        found += [str((Path(folder) / one).relative_to(store))[: -len(_SUFFIX)] for one in files if _is_secret(one)]
        if len(found) > MOST_BODIES:
            raise InvalidData(f"the store holds more than {MOST_BODIES:,} secrets", hint="name one of its folders")
    return sorted(found)


def shown_by(
    names: Sequence[str], request: ImportRequest, show: Callable[[str], bytes], program: str
) -> Iterator[Entry | Unreadable]:
    """Yield each secret as its program shows it, and each that it does not; raise NexcredError when it shows none."""
    failed = 0
    for done, name in enumerate(names):
        request.tell(done, len(names))
        try:
            entry = entry_of_text(name, show(name))
        except ProgramFailed as error:
            failed += 1
            if failed == done + 1 and failed >= min(_MOST_FAILED, len(names)):
                raise NexcredError(f"{program} shows none of the first {failed} secrets: {error}") from None
            yield Unreadable(make_visible(name), f"is not shown by {program}: {error}", make_visible(name[:255]))
        else:
            yield entry


def _is_secret(name: str) -> bool:
    return name.endswith(_SUFFIX) and not name.startswith(".")
