"""Which connectors there are, by file name alone: completion asks this, so nothing slow is imported here."""

from pathlib import Path

from nexcred.connectors.language.connector_name import is_connector_name
from nexcred.errors import UnknownConnector
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.text import make_visible
from nexcred.model.user_folder import user_folder

CATALOGUE = Path(__file__).parents[1] / "catalog"
SUFFIX = ".toml"


class Folders(NamedTuple):
    """Where connectors are: the built-in ones, and the user's own. `own` is None where there is no home."""

    built_in: Path
    own: Path | None = None


class Files(NamedTuple):
    """The files that have one name."""

    built_in: Path | None
    own: Path | None


def known_folders() -> Folders:
    """Return the folders of this user, whether or not his own exists."""
    try:
        own = user_folder("config") / "connectors"
    except RuntimeError:  # no home; an older platformdirs leaves '~' as it is
        return Folders(CATALOGUE)
    return Folders(CATALOGUE, own if own.is_absolute() else None)


def connector_names(folders: Folders | None = None) -> tuple[str, ...]:
    """Return the names of all connectors, sorted."""
    found = {path.stem for folder in folders or known_folders() if folder for path in folder.glob(f"*{SUFFIX}")}
    return tuple(sorted(name for name in found if is_connector_name(name)))


def find_connector(name: str, folders: Folders | None = None) -> Files:
    """Return the files of a connector; raise UnknownConnector. A name with a path in it is never looked up."""
    folders = folders or known_folders()
    if is_connector_name(name):
        found = Files(_file(folders.built_in, name), _file(folders.own, name))
        if found.built_in or found.own:
            return found
    raise _unknown(name, connector_names(folders))


def built_in_file(name: str, folders: Folders) -> Path | None:
    """Return the file of a built-in connector; None where there is none of that name."""
    return _file(folders.built_in, name) if is_connector_name(name) else None


def _file(folder: Path | None, name: str) -> Path | None:
    path = folder / f"{name}{SUFFIX}" if folder else None
    return path if path and path.is_file() else None


def _unknown(name: str, known: tuple[str, ...]) -> UnknownConnector:
    from nexcred.model.suggest import suggest  # for a name that there is not

    shown = make_visible(name[:64])
    close = suggest(name, known)
    if close:
        hint = f"did you mean '{close}'? see them with: nexcred connectors list"
    else:
        new = f"nexcred connectors new {shown}" if is_connector_name(name) else "nexcred connectors new NAME"
        hint = f"any REST API: nexcred add rest; a system of your own: {new}; all: nexcred connectors list"
    return UnknownConnector(f"no connector named '{shown}'", hint=hint)
