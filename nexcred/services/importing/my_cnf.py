"""Groups of `~/.my.cnf` (MySQL manual, Using Option Files), joined as the `mysql` program joins them."""

from collections.abc import Iterator, Mapping, Sequence

from nexcred.model.secret import Secret
from nexcred.model.text import make_visible
from nexcred.services.importing.files import FilePlace, NamedFiles, NotRead, SourceFile, named_by
from nexcred.services.importing.found import ImportCandidate, Reading, Unreadable
from nexcred.services.importing.my_cnf_lines import OptionLine, option_lines
from nexcred.services.importing.tls import CHECKING, sslmode_of

_FIELDS = {"host": "host", "port": "port", "database": "database", "user": "username", "password": "password"}
_MODE, _CA, _CHECKS = "ssl-mode", "ssl-ca", "ssl-verify-server-cert"
_TLS = (_MODE, _CA, _CHECKS, "skip-ssl", "disable-ssl", f"skip-{_CHECKS}", f"disable-{_CHECKS}")
_USED = (*_FIELDS, *_TLS)
# What mysql_config_editor writes.
_LOGINS = "logins"
_NO = ("0", "off", "false")
# What `mysql` reads, that of MySQL and that of MariaDB; each also with the suffix of --defaults-group-suffix.
_GROUPS = ("client", "client-server", "client-mariadb", "mysql", "mariadb-client")

Options = Mapping[str, OptionLine]


def my_cnf_places(environment: Mapping[str, str]) -> tuple[FilePlace, ...]:
    """Return the files that a client reads, in its order: what a later one says wins."""
    variable = "MARIADB_HOME" if environment.get("MARIADB_HOME") else "MYSQL_HOME"
    home = environment.get(variable, "")
    middle = (FilePlace(f"{home}/my.cnf", variable),) if home else ()
    logins = named_by(environment, "MYSQL_TEST_LOGIN_FILE", "~/.mylogin.cnf", _LOGINS)._replace(is_beside=True)
    return (FilePlace("/etc/my.cnf"), FilePlace("/etc/mysql/my.cnf"), *middle, FilePlace("~/.my.cnf"), logins)


def read_my_cnf_files(texts: Sequence[SourceFile], files: NamedFiles) -> Reading:
    read = list(option_lines([one for one in texts if one.role != _LOGINS], files))
    groups: dict[str, dict[str, OptionLine]] = {}
    for one in read:
        if isinstance(one, OptionLine):
            groups.setdefault(one.group, {})[one.name] = one
    faults = [one for one in read if isinstance(one, Unreadable)]
    return Reading.of((*faults, *_found_in(groups, files)))._replace(notes=(*_unread(texts), *_notes(groups)))


def _found_in(groups: Mapping[str, Options], files: NamedFiles) -> Iterator[ImportCandidate | Unreadable]:
    """Yield one for each suffix, in the order of the file, and first the one without."""
    suffixes = _suffixes(groups)
    base = _joined([groups[name] for name in _GROUPS if name in groups])
    if "password" in base or (not suffixes and base.keys() & _FIELDS.keys()):
        yield _found("client", base, base, files)
    shared = {name: base[name] for name in _USED if name in base}
    for suffix in suffixes:
        own = _joined([groups[name + suffix] for name in _GROUPS if name + suffix in groups])
        yield _found(f"client{suffix}", _joined([shared, own]), own, files)


def _suffixes(groups: Mapping[str, Options]) -> list[str]:
    return [name.removeprefix("client") for name in groups if name.startswith("client") and name not in _GROUPS]


def _joined(groups: Sequence[Options]) -> dict[str, OptionLine]:
    """Return the options of all, the one that was read last of each name."""
    joined: dict[str, OptionLine] = {}
    for options in groups:
        for name, option in options.items():
            if name not in joined or joined[name].number < option.number:
                joined[name] = option
    return joined


def _found(group: str, options: Options, own: Options, files: NamedFiles) -> ImportCandidate | Unreadable:
    place, name = (
        f"[{make_visible(options['password'].group if 'password' in options else group)}]",
        group.removeprefix("client").strip("_-. ") or "mysql",
    )
    if not options.get("password") or not options["password"].value:
        return Unreadable(place, "holds no password", name, "mysql")
    values = {field: Secret(options[one].value or "") for one, field in _FIELDS.items() if one in options}
    mode, left_out = _sslmode(options), [one for one in own if one not in _USED]
    ca = _certificate(options, files) if mode in ("", *CHECKING) else ""
    kept: dict[str, object] = {"host": "localhost", **{one: value for one, value in values.items() if value.size}}
    kept |= {"sslmode": mode} if mode else {}
    kept |= {"ca_certificate": ca} if ca else {}
    if _MODE in options and not sslmode_of(options[_MODE].value or ""):
        left_out.append(_MODE)
    if _CA in options and not ca:
        left_out.append(_CA)
    assumed = () if options.get("host") and options["host"].value else ("the host localhost",)
    return ImportCandidate(place, "mysql", kept, name=name, left_out=tuple(left_out), assumed=assumed)


def _sslmode(options: Options) -> str:
    """Return what the options ask for in so many words; "" where they leave it open, and all is checked."""
    asked = [one for one in _TLS if one in options and one != _CA]
    said = max(asked, key=lambda one: options[one].number, default="")
    value = (options[said].value or "").lower() if said else ""
    if said == _MODE:
        return sslmode_of(value)
    if said in ("skip-ssl", "disable-ssl"):
        return "disable"
    if said == _CHECKS:
        return "require" if value in _NO else "verify-full"
    return "require" if said else ""


def _certificate(options: Options, files: NamedFiles) -> str:
    try:
        return files.read(options[_CA].value or "").decode() if _CA in options else ""
    except (NotRead, UnicodeDecodeError):
        return ""


def _unread(texts: Sequence[SourceFile]) -> Iterator[str]:
    for one in texts:
        if one.role == _LOGINS:
            yield f"left out: {one.shown} is scrambled, and MySQL's own programs put what it says above all else"


def _notes(groups: Mapping[str, Options]) -> tuple[str, ...]:
    known = {group + suffix for suffix in ("", *_suffixes(groups)) for group in _GROUPS}
    others = [f"[{make_visible(name)}]" for name, ones in groups.items() if name not in known and "password" in ones]
    return (f"left out, since mysql does not read them: {', '.join(others)}",) if others else ()
