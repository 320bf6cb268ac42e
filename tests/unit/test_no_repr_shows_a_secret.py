"""No class of nexcred shows in its repr, str or format what it holds, but for what is public by design.

Each class with fields is built with a canary in every one of them that could hold a text or bytes. What may show is
listed here by the name of its field; all else has to be hidden, and so has every mapping and what is of any type. So a
new field is judged when it is written, and not when it has leaked: add it here only if people are shown it anyway.
"""

import dataclasses
import enum
import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

import nexcred
from nexcred.model.secret import Secret
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import NO_VAULT, Identity
from nexcred.vault.pins import PinKeys
from nexcred.vault.vault import Vault
from tests.support.each import for_each
from tests.support.opened import Opened

# Texts, and tuples of them, that people are shown or say themselves, whatever class they are of.
PUBLIC_TEXTS = {
    "what things are called": "id name full_name organisation connector method field role kind scheme title label email"
    " email_domain creator salt env default_profile vault region service server api_version style status version code"
    " source table",
    "what is said of them": "about description help hint detail problem why preface heading note notes decided_by flag"
    " revoke identity default told question because faults unsafe",
    "who did what, and when": "verb action by author pinned_by holders teams recipients what changed records parts"
    " created_at updated_at checked_at expires_at",
    "where files are": "file folder output passphrase_file project place",
    "hosts that keys may go to": "hosts allowed later allowed_hosts allow_hosts",
    "names of credentials, of their fields, of variables and of members": "tags untag unset secret_fields access_roles"
    " credentials variables left_out assumed left_alone unused gone again older exposed orphaned warnings digest"
    " unsaved pinned disputed waiting sealed without_holder former unnoted",
}
# Bytes that stand in the clear beside what is sealed, or are no more than a hash.
PUBLIC_BYTES = {
    "ids, and fingerprints of public keys": "id vault_id record_id fingerprint author owner creator signer changed_by"
    " recipients by to who members writers taken_off pinned_by id_or_salt teams waiting able",
    "hashes, commitments, and tags made with a key": "hash head_hash roster_hash access_hash slots_hash previous_hash"
    " list_hash details_hash last_hash root digest details session previous overview tag reached commitment pins"
    " parts spoilt confirmed vault_key_commitment",
    "what is signed or bound, and no secret": "signed signature nonce salt raw",
}
# What would have to be hidden by its name or its type.
PUBLIC_OF_CLASSES = {
    "Asked.url": "`connectors check` prints it, without what is secret",
    "CompletionCandidate.value": "completion prints it",
    "Doubted.former": "the name of a credential",
    "Event.token": "the name of a token of the service",
    "Form.*": "the words of the program's own options",
    "Gain.names": "names of credentials",
    "Environment.files keys": "names of variables",
    "Environment.variables keys": "names of variables",
    "Choice.value": "a choice of a connector's file",
    "Choice.also": "what else a connector is called",
    "MemberInfo.public": "a public identity",
    "Needs.variables": "names of variables, and of fields",
    "Placeholder.path": "of a connector's file",
    "RedirectEndpoint.path": "of a redirect to this machine",
    "Placeholder.template": "of a connector's file",
    "Placeholder.known": "names that a template may use",
    "Project.profiles": "names of credentials and variables",
    "Rules.*": "of a connector's file",
    "TablesOfPlaces.*": "of a connector's file",
    "Usage.projects": "folders of projects, and when they used it",
    "Use.fields": "names of fields",
}
PUBLIC_MODULES = {
    "nexcred.server.endpoint": "the words of the service's own routes",
    "nexcred.cli.app.command_table": "the words of the program's own help",
    "nexcred.cli.app.global_options": "the words of the program's own help",
    "nexcred.connectors.load.fast_reader": "templates of a connector's file, in which no value is",
    "nexcred.connectors.language.pattern_syntax": "a pattern of a connector's file",
}
# Kinds of classes that are not built here.
NOT_BUILT = {
    BaseException: "a message is public by design: case 58 and the tests of what raises it look at it",
    enum.Enum: "has no value but its own words",
    msgspec.Struct: "a connector's file, read; what is of a vault is built",
}
# What else prints, by the module that made it print.
FOREIGN_REPRS = {
    "_io": "the number and the mode of a standard stream",
    "builtins": "a text that is made for printing",
    "collections.abc": "what it is a view of, which says for itself what it shows",
    "click.core": "the name of a command",
    "typer.core": "the name of a command",
    "typer._click.core": "the name of a command",
    "logging": "the level of a log",
    "socket": "the two ends of a connection",
    "ssl": "the two ends of a connection",
    "urllib3.connection": "host and port",
    "urllib3.connectionpool": "host and port",
}
NOW = datetime(2026, 1, 1, tzinfo=UTC)


MODULES = [
    importlib.import_module(module.name)
    for module in pkgutil.walk_packages(nexcred.__path__, "nexcred.")
    if not module.name.endswith("__main__")
]


def classes() -> Iterator[type]:
    """Yield every class of the package, private ones too."""
    for module in MODULES:
        named_here = (each for each in vars(module).values() if inspect.isclass(each))
        yield from (each for each in named_here if each.__module__ == module.__name__)


def is_record(kind: type) -> bool:
    is_of_a_vault = issubclass(kind, msgspec.Struct) and kind.__module__.startswith("nexcred.vault.")
    return is_of_a_vault or (issubclass(kind, tuple) and hasattr(kind, "_fields")) or dataclasses.is_dataclass(kind)


def is_plain(kind: type) -> bool:
    left_out = typing.is_typeddict(kind) or getattr(kind, "_is_protocol", False) or issubclass(kind, tuple(NOT_BUILT))
    return not is_record(kind) and not left_out


CLASSES = list(dict.fromkeys(classes()))
RECORDS = [kind for kind in CLASSES if is_record(kind)]


def named(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def words(public: dict[str, str]) -> set[str]:
    return {word for line in public.values() for word in line.split()}


SCALARS: dict[type, Callable[[str], object]] = {
    str: lambda canary: canary,
    bytes: str.encode,
    Secret: Secret,
    Path: Path,
    bool: lambda _: False,
    int: lambda _: 7,
    float: lambda _: 7.0,
    datetime: lambda _: NOW,
    timedelta: lambda _: timedelta(days=7),
}
SEQUENCES: dict[type, Callable[[list[Any]], object]] = {
    list: list,
    frozenset: frozenset,
    Sequence: tuple,
    Iterable: tuple,
}


def worth(hint: Any) -> int:
    """Say which of several types is the one to build: never None, rather a text than a number, a Secret before all."""
    order = (type(None), bool, int, float, bytes, str, Secret)
    return order.index(hint) if hint in order else len(order)


def is_mapping(hint: Any) -> bool:
    return any(word in str(hint) for word in ("Mapping", "dict["))


def hints_of(kind: type) -> dict[str, Any]:
    """Return the types of the fields, also of those that a module imports for the checker alone."""
    found: dict[str, object] = {}
    while True:
        try:
            return typing.get_type_hints(kind, localns=found)
        except NameError as error:
            missing = str(error.name)
            found[missing] = next(filter(None, (vars(module).get(missing) for module in MODULES)))


def is_public(owner: type, name: str, hint: Any) -> bool:
    by_class = {f"{owner.__name__}.{name}", f"{owner.__name__}.*"} & PUBLIC_OF_CLASSES.keys()
    if by_class or owner.__module__ in PUBLIC_MODULES:
        return True
    told = str(hint)
    if "Path" in told:
        return True
    if is_mapping(hint) or any(word in told for word in ("object", "Any", "~")):
        return False
    return name in words(PUBLIC_BYTES if "bytes" in told else PUBLIC_TEXTS)


class Builder:
    """Builds objects, and keeps the canaries in them that must not show."""

    def __init__(self) -> None:
        self.hidden: list[str] = []
        self._inside: list[type] = []

    def build(self, kind: type) -> Any:
        hints = hints_of(kind)
        fields = [name for name in kind.__annotations__ if hints[name] is not typing.ClassVar]
        self._inside.append(kind)
        values = {name: self.value(kind, name, hints[name]) for name in fields}
        self._inside.remove(kind)
        return kind(**values)

    def value(self, owner: type, name: str, hint: Any) -> Any:
        canary = f"canary-{owner.__name__}-{name}"
        if not is_public(owner, name, hint):
            keys = () if f"{owner.__name__}.{name} keys" in PUBLIC_OF_CLASSES else ("key",)
            parts = ("value", *keys) if is_mapping(hint) else ("",)
            self.hidden += [f"{canary}-{part}" for part in parts]
        return self._made(hint, f"{canary}-", owner)

    def _made(self, hint: Any, canary: str, owner: type) -> Any:
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin in (typing.Union, types.UnionType):
            return self._made(max(arguments, key=worth), canary, owner)
        if origin is typing.Literal:
            return arguments[0]
        if isinstance(hint, typing.TypeVar) or hint in (object, Any, typing.Hashable):
            return canary
        kind = origin or hint
        if not inspect.isclass(kind):
            return lambda *_: canary
        if kind in (dict, Mapping):
            key, value = arguments
            return {self._made(key, f"{canary}key", owner): self._made(value, f"{canary}value", owner)}
        if kind is tuple:
            return tuple(self._made(each, canary, owner) for each in arguments if each is not Ellipsis)
        if kind in SEQUENCES:
            return SEQUENCES[kind]([self._made(each, canary, owner) for each in arguments])
        return self._scalar(kind, canary)

    def _scalar(self, kind: type, canary: str) -> Any:
        if kind in SCALARS:
            return SCALARS[kind](canary)
        if issubclass(kind, enum.Enum):
            return next(iter(kind))
        if is_record(kind) and kind not in self._inside:
            return self.build(kind)
        return None if kind.__module__.startswith("nexcred.") else lambda *_: canary


def shown(one: object) -> str:
    return " ".join((repr(one), str(one), f"{one}", "%s" % (one,), repr([one]), repr({"one": one})))  # noqa: UP031


@for_each(RECORDS, named)
def test_a_record_shows_nothing_but_what_is_public(kind: type) -> None:
    builder = Builder()
    printed = shown(builder.build(kind))
    leaked = [canary for canary in builder.hidden if canary in printed or canary.encode().hex() in printed]
    assert leaked == [], f"hide it with a __repr__ that names only what is public: {named(kind)}"


def test_what_is_listed_as_public_is_there() -> None:
    """A list that is longer than it need be lets something through one day."""
    fields = {name for kind in RECORDS for name in kind.__annotations__}
    assert words(PUBLIC_TEXTS) | words(PUBLIC_BYTES) <= fields
    known = {f"{kind.__name__}.{name}" for kind in RECORDS for name in (*kind.__annotations__, "*")}
    assert {each.removesuffix(" keys") for each in PUBLIC_OF_CLASSES} <= known
    assert PUBLIC_MODULES.keys() <= {kind.__module__ for kind in RECORDS}


@pytest.fixture
def printing(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return one object of every other class that says something of itself, each with canaries in it."""
    canary = "canary-EXAMPLE"
    added = opened("add", "resci", "one", "--set", "api_key=env:HELD", "--no-probe", environment={"HELD": canary})
    assert added.code == 0
    monkeypatch.setenv("HOME", str(opened.home))
    vault = nexcred.open(identity=opened.environment["NEXCRED_IDENTITY"])
    one = vault["one"]
    identity = Identity(canary.ljust(32).encode(), NO_VAULT)
    (path,) = opened.home.rglob("vault.db")
    inner = Vault(SqliteStore(path), Identity.parse(opened.environment["NEXCRED_IDENTITY"]))
    proved = inner.proved(inner.find("one"))
    assert proved is not None
    from_vault: list[object] = [inner.state.roster, proved.list, PinKeys(identity, inner.vault_id)]
    return [*from_vault, Secret(canary), identity, identity.public, vault, one, one.fields, one.auth, one.session()]


def test_no_other_object_shows_what_it_holds(printing: list[object]) -> None:
    assert [one for one in printing if "canary" in shown(one) or b"canary".hex() in shown(one)] == []


def test_no_other_class_says_anything_of_itself(printing: list[object]) -> None:
    """A class without a repr says its name and its address."""
    looked_at = {type(one) for one in printing}
    for kind in (kind for kind in CLASSES if is_plain(kind) and kind not in looked_at):
        for method in ("__repr__", "__str__", "__format__"):
            says = next(each for each in kind.__mro__ if method in vars(each))
            assert says is object or says.__module__ in FOREIGN_REPRS, named(kind)
