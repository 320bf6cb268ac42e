"""`.env` files: which credentials their variables make, guessed by the names that connectors declare."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress

from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.load.fast_reader import IN_A_FILE
from nexcred.connectors.load.index import IndexEntry, built_in_first, known_systems
from nexcred.connectors.load.loader import load_connector
from nexcred.errors import NexcredError
from nexcred.model.run_variables import is_run
from nexcred.model.secret import Secret
from nexcred.model.text import make_visible
from nexcred.model.text_lines import text_of
from nexcred.services.importing.connection import from_connection
from nexcred.services.importing.database_variables import set_of_database
from nexcred.services.importing.dotenv_values import DotenvFile, parse_dotenv
from nexcred.services.importing.entries.recognised import Recogniser
from nexcred.services.importing.files import SourceFile
from nexcred.services.importing.found import ImportCandidate, Reading, Unreadable
from nexcred.services.importing.known_by_value import known_by_form, known_by_host
from nexcred.services.importing.leftover import is_setting, name_after, rest_of

# What images and other tools call the same, beside the variables that a connector declares.
_ALSO = {
    "PGHOST": ("POSTGRES_HOST", "POSTGRES_SERVER"),
    "PGPORT": ("POSTGRES_PORT",),
    "PGDATABASE": ("POSTGRES_DB", "POSTGRES_DATABASE"),
    "PGUSER": ("POSTGRES_USER",),
    "PGPASSWORD": ("POSTGRES_PASSWORD",),
    "MYSQL_USER": ("MARIADB_USER",),
    "MYSQL_DATABASE": ("MARIADB_DATABASE",),
    "MYSQL_TCP_PORT": ("MYSQL_PORT",),
    "MYSQL_PWD": ("MYSQL_PASSWORD", "MARIADB_PASSWORD"),
    "AWS_ENDPOINT_URL_S3": ("AWS_ENDPOINT_URL",),
    "GITHUB_TOKEN": ("GH_TOKEN",),
    "STRIPE_API_KEY": ("STRIPE_SECRET_KEY",),
    "SNOWFLAKE_USER": ("SNOWFLAKE_USERNAME",),
}
_KEY_ENDINGS = ("_API_KEY", "_ACCESS_TOKEN", "_TOKEN")
_URL_ENDINGS = ("_BASE_URL", "_API_URL", "_URL")

Variables = Mapping[str, str]


def read_dotenv_file(file: SourceFile) -> Reading:
    """Take what connectors know, and all the rest as one credential that is called after the file or its folder.

    What a connector knows and cannot take, such as half of a login, is rest too.
    """
    text = parse_dotenv(text_of(file.data))
    read = recognise(text, takes_rest=True)
    rest = {name: text.values[name] for name in read.unused}
    name = name_after(file.path)
    empty = (f"left out, since they are empty: {_listed(text.empty)}",) if text.empty else ()
    return Reading([*read.found, *rest_of(rest, name, tuple(_told(rest, name)))], (), (*read.notes, *empty))


def _told(rest: Variables, name: str) -> Iterator[str]:
    """Say what becomes of the rest, since the plan has one line for all of it."""
    yield f"kept in '{name}': {_listed(rest)}"
    public = [one for one in rest if is_setting(one, rest[one])]
    if public:
        yield f"of these, in the open for all members of the vault, as settings: {_listed(public)}"
    run = [one for one in rest if is_run(one)]
    if run:
        yield f"of these, set by no run but with --env, since programs run or load what they say: {_listed(run)}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(make_visible, names))


def recognise(file: DotenvFile, *, takes_rest: bool) -> Reading:
    """Take what a connector's secret is among, URLs of databases, pairs such as X_API_KEY and X_BASE_URL, and what the
    values tell: a provider's host, or the form of its keys.

    With `takes_rest`, what a connector knows and cannot take is no fault, but unused, and told.
    """
    found: list[ImportCandidate | Unreadable] = list(file.faults)
    used: set[str] = set()
    kept: list[tuple[set[str], str]] = []
    for one, names in _guesses(file.values, used):
        if used.isdisjoint(names):
            doubts = [f"{name} {file.doubts[name]}" for name in sorted(names) if name in file.doubts]
            if takes_rest and isinstance(one, Unreadable) and not doubts:
                kept.append((names, f"kept as it is: {one.place} {one.problem}"))
                continue
            used |= names
            found.append(Unreadable(one.place, "; ".join(doubts), one.name or "", one.connector) if doubts else one)
    told = [text for names, text in kept if used.isdisjoint(names)]
    notes = [f"left out: {name} {doubt}" for name, doubt in file.doubts.items() if name not in used]
    unused = tuple(name for name in file.values if name not in used and name not in file.doubts)
    return Reading(found, unused, (*told, *notes))


def _guesses(variables: Variables, used: AbstractSet[str]) -> Iterator[tuple[ImportCandidate | Unreadable, set[str]]]:
    """Yield guesses, the surest first; `used` is told meanwhile which variables others have taken."""
    systems = built_in_first(known_systems())
    for connector in _declaring(systems, variables):
        guess = _of_connector(connector, variables)
        if guess is not None:
            yield guess
    for variable, value in variables.items():
        one = from_connection(variable, value, variables)
        if one is not None:
            yield one
    yield from set_of_database(variables)
    recogniser = Recogniser(systems)
    yield from known_by_host(_without(variables, used), recogniser)
    yield from _pairs(variables)
    yield from known_by_form(_without(variables, used), recogniser)


def _declaring(systems: Iterable[IndexEntry], variables: Variables) -> Iterator[Connector]:
    """Yield the connectors that declare some of the variables; all others are not even read."""
    for one in systems:
        declared = {name for variable in one.variables for name in (variable, *_ALSO.get(variable, ()))}
        if not declared.isdisjoint(variables):
            with suppress(NexcredError):  # a broken file of somebody's own is no concern of these variables
                yield load_connector(one.name)


def _without(variables: Variables, used: AbstractSet[str]) -> Variables:
    return {name: value for name, value in variables.items() if name not in used}


def _of_connector(connector: Connector, variables: Variables) -> tuple[ImportCandidate | Unreadable, set[str]] | None:
    """Guess the method of which most variables are there, best one that lacks none; no method without a secret."""
    given = {method.name: _given(method, variables) for method in connector.methods}
    method = max(connector.methods, key=lambda one: (len(given[one.name]), not _missing(one, given[one.name])))
    named = given[method.name]
    if not any(field.secret and field.name in named for field in method.fields):
        return None
    place = ", ".join(named.values())
    missing = _missing(method, named)
    if missing:
        return Unreadable(place, f"has no {' and no '.join(missing)} beside it", "", connector.name), set(
            named.values()
        )
    values = {field: Secret(variables[variable]) for field, variable in named.items()}
    variables_of = {variable: field for field, variable in named.items()}
    one = ImportCandidate(place, connector.name, values, method=method.name, variables=variables_of)
    return one, set(named.values())


def _missing(method: Method, named: Mapping[str, str]) -> list[str]:
    return [
        field.env or field.name
        for field in method.fields
        if field.required and field.default is None and field.when is None and field.name not in named
    ]


def _given(method: Method, variables: Variables) -> dict[str, str]:
    """Return the variable of each field that has one here."""
    named = {}
    for field in method.fields:
        also = (*field.env_also, *_ALSO.get(field.env, ()))
        for name in (field.env, *also) if field.env and field.kind not in IN_A_FILE else ():
            if name in variables:
                named[field.name] = name
                break
    return named


def _pairs(variables: Variables) -> Iterator[tuple[ImportCandidate, set[str]]]:
    for variable, value in variables.items():
        ending = next((ending for ending in _KEY_ENDINGS if variable.endswith(ending)), "")
        stem = variable.removesuffix(ending)
        url = next((stem + each for each in _URL_ENDINGS if stem + each in variables), "")
        if ending and stem and url:
            values = {"api_key": Secret(value), "base_url": variables[url]}
            name = stem.lower().replace("_", "-")
            fields = {variable: "api_key", url: "base_url"}
            yield ImportCandidate(f"{variable}, {url}", "rest", values, name=name, variables=fields), {variable, url}
