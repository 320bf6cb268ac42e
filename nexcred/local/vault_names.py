"""The user's own names for vaults, tables `[vaults.NAME]` of `config.toml`: what may stand there, what one means.

Only here a word becomes the place of a vault. One with '/', '\\', ':' or '.' is that place itself.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from nexcred.errors import UsageError, VaultNotFound
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible

# The vault in the data folder, which needs no entry.
PERSONAL = "personal"
OFFLINE_MOST = timedelta(days=7)

# Compiled when they are first needed: most commands name no vault.
_NAME = r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}"
_FORM_OF_NAME = "is no name for a vault: up to 64 letters, digits, '-' and '_', not beginning with '-'"
_OF_A_PLACE = frozenset("/\\:.")
# A scheme of one letter is a Windows drive.
_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]+:"
_URL = rf"{_SCHEME}//"
# As scp, git and rsync have it.
_AT_A_HOST = r"[A-Za-z0-9._-]+@[A-Za-z0-9._-]+:"
_HOST = r"[^:]*(:[0-9]*)?|\[[^]]*\](:[0-9]*)?"
# Without a scheme: USER:PASSWORD@HOST, the same for a user with an '@', and a share. A file of such a name is ./NAME.
_LOGIN = (
    r"(?s)(?![A-Za-z]:[/\\])[^/\\@]+:.*@"
    r"|[^/\\:@]+@[^/\\:@]+:[^/\\]*@"
    r"|(//|\\\\)[^/\\]*@"
)
# Who logs in is no secret there; elsewhere it may be a token.
_NAMES_USER = ("postgresql", "postgres", "git+ssh")
_WITHOUT_HOST = ("file", "keyring")
NO_LOGIN = "must not hold a password or a token: what logs in there is kept elsewhere"
_SECRET_WORDS = ("password", "passwd", "secret", "token", "key", "credential")
_KEYS = ("url", "credential", "offline", "offline_most")
_LOGS_IN = ("postgresql:", "postgres:", "s3:")
_WARN, _REFUSE = "warn", "refuse"


class NamedVault(NamedTuple):
    """Where a vault is, and how it is reached. `credential` is VAULT:NAME, the login for it, in another vault.

    Where `may_be_offline`, what was read before is read again, with a warning, up to the age of `offline_most`.
    """

    url: str
    credential: str | None = None
    may_be_offline: bool = True
    offline_most: timedelta = OFFLINE_MOST

    def __repr__(self) -> str:
        return repr_of(self)


class VaultChoice(NamedTuple):
    """The vault that a command uses: `address` is its place, None for the one in the data folder.

    `name` is what the user calls it, None for a place that was given itself.
    """

    address: str | None = None
    name: str | None = PERSONAL
    table: NamedVault | None = None

    def __repr__(self) -> str:
        return repr_of(self, "name")


Vaults = Mapping[str, NamedVault]


def is_name(word: str) -> bool:
    """True for a word that can only be a name, even where it is nobody's."""
    return bool(word) and not _OF_A_PLACE & set(word)


def choose_vault(said: str | None, vaults: Vaults, *, by: str = "") -> VaultChoice:
    """Return what is meant; `by` is the variable or the file that says it, "" for the command line.

    Raises VaultNotFound for a name that is not one of the user's, with those that are.
    """
    if said is None or _is_same(said, PERSONAL):
        return VaultChoice()
    if not is_name(said):
        return VaultChoice(said, None)
    name = next((name for name in vaults if _is_same(said, name)), None)
    if name is None:
        raise _unknown(said, vaults, by)
    return VaultChoice(vaults[name].url, name, vaults[name])


def refuse_half_url(place: str) -> None:
    """Raise UsageError for `git+/srv/vault.git`: as a path it would be a vault in a file, and in no repository."""
    if place.startswith("git+") and ":" not in place:
        raise UsageError(
            "the place of a vault in Git begins with git+ssh:, git+https: or git+file:",
            hint="one on this machine is written as git+file:///srv/vault.git, and a file of such a name as ./git+…",
        )


def _is_same(said: str, name: str) -> bool:
    """True for names that differ in capitals alone: nobody has two of them."""
    return said.casefold() == name.casefold()


def names_of(vaults: Vaults) -> list[str]:
    """Return all names, that of the vault in the data folder first."""
    return [PERSONAL, *sorted(vaults)]


def _unknown(said: str, vaults: Vaults, by: str) -> VaultNotFound:
    from nexcred.model.suggest import suggest

    word, names = make_visible(said[:64]), names_of(vaults)
    meant = suggest(said, names)
    hints = [
        f"for the file of that name here, write ./{word};" if _is_file(said) else "",
        f"did you mean '{meant}'?" if meant else "",
        f"you have: {', '.join(names)}; one more is added with: nexcred vault add NAME URL",
    ]
    said_by = f" ({by})" if by else ""
    return VaultNotFound(f"you have no vault named '{word}'{said_by}", hint=" ".join(filter(None, hints)))


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except (OSError, ValueError):
        return False


def problem_in_name(name: str) -> str:
    """Say why a vault cannot be called that; "" when it can."""
    if _is_same(name, PERSONAL):
        return "is what the vault in your data folder is called"
    return "" if re.fullmatch(_NAME, name) else _FORM_OF_NAME


def as_place(path: str) -> str:
    """Return a path as it must be written not to be a name."""
    return f"./{path}" if is_name(path) else path


def whole_place(place: str) -> str:
    """Return a path from here as a whole one: kept, it would mean another file in every folder."""
    is_whole = is_name(place) or is_url(place) or place.startswith("~")
    return place if not place or is_whole or holds_secret(place) else str(Path(place).absolute())


def is_url(place: str) -> bool:
    """True for what begins with a scheme, or a user at a host."""
    return bool(re.match(_SCHEME, place) or re.match(_AT_A_HOST, place))


def problem_in_place(place: object) -> str:
    """Say what is wrong with the place of a vault, for keeping it; "" for nothing.

    A relative path would be another vault in every folder, and a password would lie open in a file or a list of
    processes.
    """
    if not isinstance(place, str) or not place or not place.isprintable() or len(place) > 2048:
        return "must be the path or the URL of a vault"
    if holds_secret(place):
        return NO_LOGIN
    is_whole = Path(place).is_absolute() or place.startswith("~")
    return "" if is_whole or is_url(place) else "must be a whole path, or begin with ~/"


def holds_secret(place: str) -> bool:
    """True for a place with a password or a token before its host, or anything like one behind its '?'."""
    scheme, _, rest = place.partition(":")
    if not re.match(_URL, place) and (not re.match(_SCHEME, place) or scheme.lower() not in _WITHOUT_HOST):
        return bool(re.match(_LOGIN, place)) or (bool(re.match(_AT_A_HOST, place)) and _asks_with_secret(rest))
    if not rest.startswith("//"):
        return False
    from urllib.parse import unquote  # which a path has no use for

    authority, *after = re.split("[/?#]", rest[2:], maxsplit=1)
    login, _, host = authority.rpartition("@")
    return (
        ":" in unquote(login)
        or (bool(login) and scheme.lower() not in _NAMES_USER)
        or (not re.fullmatch(_HOST, host) and "@" in "".join(after))  # a password with '/', '?' or '#' in it
        or _asks_with_secret(rest)
    )


def _asks_with_secret(rest: str) -> bool:
    from urllib.parse import parse_qsl  # as above

    pairs = parse_qsl(rest.partition("?")[2], keep_blank_values=True)
    is_named = any(word in name.lower() for name, _ in pairs for word in _SECRET_WORDS)
    return is_named or any(holds_secret(value) for _, value in pairs)


def without_secret(place: str) -> str:
    """Return a place as it may be shown: of one with a password, which is refused, the scheme of a URL at most."""
    return scheme_alone(place) if holds_secret(place) else place


def scheme_alone(place: str) -> str:
    return f"{place.partition(':')[0]}://…" if re.match(_URL, place) else "…"


def decode_vaults(tables: object) -> tuple[dict[str, NamedVault], list[tuple[str, str]]]:
    """Return the vaults of a file, and what is wrong, each with the path of its key."""
    if not isinstance(tables, dict):
        return {}, [("vaults", 'must be tables, as in [vaults.team] with url = "…"')]
    found = [problem for name, table in tables.items() for problem in _problems(name, table)]
    return ({} if found else {name: _decoded(table) for name, table in tables.items()}), found


def _problems(name: str, table: object) -> Iterator[tuple[str, str]]:
    at = f"vaults.{make_visible(name)}"
    if problem := problem_in_name(name):
        yield at, problem
    if not isinstance(table, dict):
        yield at, "must be a table"
        return
    if "url" not in table:
        yield at, "has no url"
    for key, value in table.items():
        if problem := _problem_in(key, value):
            yield f"{at}.{make_visible(key)}", problem
    if "credential" in table and not str(table.get("url", "")).startswith(_LOGS_IN):
        yield f"{at}.credential", "is a login for PostgreSQL or a bucket; git asks its own helpers, and a file nobody"


def _problem_in(key: str, value: object) -> str:
    from nexcred.model.span import FORM, read_span
    from nexcred.model.suggest import suggest

    if key == "url":
        return problem_in_place(value)
    if key == "credential":
        vault, colon, name = value.partition(":") if isinstance(value, str) else ("", "", "")
        is_right = colon and name and (vault == PERSONAL or not problem_in_name(vault))
        return "" if is_right else 'must be VAULT:NAME, as in "personal:vault-bucket"'
    if key == "offline":
        return "" if value in (_WARN, _REFUSE) else f"must be {_WARN} or {_REFUSE}"
    if key == "offline_most":
        return "" if isinstance(value, str) and read_span(value) else FORM
    meant = suggest(key, _KEYS)
    there = f"did you mean '{meant}'?" if meant else f"there are: {', '.join(_KEYS)}"
    return f"is nothing that is said of a vault; {there}"


def _decoded(table: Mapping[str, object]) -> NamedVault:
    """Read a table whose problems were looked for."""
    from nexcred.model.span import read_span  # which vaults on this machine have no use for

    credential, most = table.get("credential"), table.get("offline_most")
    return NamedVault(
        str(table["url"]),
        None if credential is None else str(credential),
        table.get("offline") != _REFUSE,
        OFFLINE_MOST if most is None else read_span(str(most)) or OFFLINE_MOST,
    )
