"""Which connector an entry is for: by its own word for it, its hosts, its variables, or a form that one key has."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from nexcred.connectors.language.key_form import LEAST_BEGINNING
from nexcred.connectors.language.pattern import fits
from nexcred.connectors.language.spec import Connector, Field, Method
from nexcred.connectors.load.index import IndexEntry, KeyForm, built_in_first, known_systems
from nexcred.connectors.load.index_by_spec import domains_of
from nexcred.connectors.load.loader import load_connector
from nexcred.errors import NexcredError
from nexcred.model import strict_json
from nexcred.model.host_domain import domain_of
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.services.credentials.draft import prepare_new
from nexcred.services.importing.connection import from_connection
from nexcred.services.importing.entries.entry import URL, Entry, EntryField
from nexcred.services.importing.entries.labels import meaning_of, plain_label
from nexcred.services.importing.found import ImportCandidate

# What other programs call the fields of databases.
_ALSO = {"host": ("server", "hostname", "servername"), "database": ("dbname", "databasename", "schema")}
_LEAST_TOKEN, _LONGEST_TOKEN = 16, 4096
# What a key is called where there is but one.
_PLAIN_KEYS = frozenset({"key", "token", "secret", "apikey", "apitoken", "accesstoken", "secretkey", "pat"})
# A token whose beginning says nothing has no form of its own: these stand in for it.
_ANY_BEGINNINGS = ("aaaa", "0000", "ZZZZ", "____")


class Recognised(NamedTuple):
    """What an entry is, and which of its fields that takes; the others are left."""

    connector: str
    method: str
    values: Mapping[str, object]
    used: frozenset[int]

    def __repr__(self) -> str:
        return repr_of(self, "connector", "method")


class Recogniser:
    """Knows every connector by the index, and reads the files of those that something of an entry names.

    Made once for all entries of an import.
    """

    def __init__(self, systems: Iterable[IndexEntry] | None = None) -> None:
        self._ways: dict[str, list[_Way]] = {}
        self._by_kind: dict[str, list[str]] = defaultdict(list)
        self._by_domain: dict[str, list[str]] = defaultdict(list)
        self._by_variable: dict[str, list[str]] = defaultdict(list)
        self._by_json_type: dict[str, list[str]] = defaultdict(list)
        self._forms: dict[str, list[tuple[str, KeyForm]]] = defaultdict(list)
        self._own: set[str] = set()
        for one in built_in_first(known_systems()) if systems is None else systems:
            if one.file:
                self._own.add(one.name)
            self._note(self._by_kind, {plain_label(word) for word in (one.name, one.title, *one.also)}, one)
            self._note(self._by_domain, one.domains, one)
            self._note(self._by_variable, map(plain_label, one.variables), one)
            for json_type in one.json_types:
                self._by_json_type[json_type].append(one.name)
            for form in one.key_forms:
                self._forms[form.beginning[:LEAST_BEGINNING]].append((one.name, form))

    def _note(self, found: dict[str, list[str]], words: Iterable[str], one: IndexEntry) -> None:
        """Let a system answer to words; one of the user's own to none of a built-in system's, which come first."""
        for word in words:
            if one.name not in self._own or all(name in self._own for name in found[word]):
                found[word].append(one.name)

    def knows_host(self, host: str) -> bool:
        """True for a host of a provider's domain."""
        domain = domain_of(host)
        return any(domain in way.domains for name in self._by_domain.get(domain, ()) for way in self._ways_of(name))

    def recognise(self, entry: Entry) -> Recognised | None:
        """Return what would be taken and uses most of the entry; None for what is no connector's."""
        found = [*self._by_ways(entry), *_connections(entry)]
        found.sort(key=lambda one: (-len(one.used), one.connector in self._own))
        return next((one for one in found if _is_taken(one)), None)

    def _by_ways(self, entry: Entry) -> Iterator[Recognised]:
        labels = {plain_label(one.label): place for place, one in enumerate(entry.fields)}
        of_kind = [way for name in self._by_kind.get(plain_label(entry.kind), ()) for way in self._ways_of(name)]
        formed = [one for one in self._formed(entry) if one.is_sole or one.way in of_kind]
        meant = {id(way): way for way in (*of_kind, *(one.way for one in formed))}
        for domain in map(domain_of, _hosts_of(entry)):
            ways = (way for name in self._by_domain.get(domain, ()) for way in self._ways_of(name))
            meant |= {id(way): way for way in ways if domain in way.domains}
        for label in labels:
            ways = (way for name in self._by_variable.get(label, ()) for way in self._ways_of(name))
            meant |= {id(way): way for way in ways if label in way.variables}
        for way in meant.values():
            filled = way.fill(entry, labels, {one.field: one.place for one in formed if one.way is way})
            if filled is not None:
                yield filled

    def _formed(self, entry: Entry) -> Iterator["_Formed"]:
        """Yield each value that has the form of a connector's key; a form that several share tells none of them."""
        for place, one in enumerate(entry.fields):
            text = one.text
            if one.public or not _LEAST_TOKEN <= len(text) <= _LONGEST_TOKEN:
                continue
            every = [*self._by_form(text), *self._by_json(text)]
            # A file of the user's own has no say about the keys of a built-in system.
            found = [one for one in every if one[0].connector.name not in self._own] or every
            is_sole = len({way.connector.name for way, _ in found}) == 1
            yield from (_Formed(way, field, place, is_sole) for way, field in found)

    def _by_form(self, text: str) -> Iterator[tuple["_Way", str]]:
        """Yield what a key's own form tells; a form without a beginning of its own must not fit one with another."""
        for name, form in (*self._forms.get(text[:LEAST_BEGINNING], ()), *self._forms.get("", ())):
            if fits(form.pattern, text) and (form.beginning or not _fits_anything_like(text, form.pattern)):
                ways = (way for way in self._ways_of(name) if way.method.name == form.method)
                yield from ((way, form.field) for way in ways)

    def _by_json(self, text: str) -> Iterator[tuple["_Way", str]]:
        for json_type, names in self._by_json_type.items() if text.lstrip().startswith("{") else ():
            if f'"{json_type}"' in text and _is_json_of(text, json_type):
                for way in (way for name in names for way in self._ways_of(name)):
                    yield from ((way, field.name) for field in way.method.fields if field.json_type == json_type)

    def _ways_of(self, name: str) -> list["_Way"]:
        """Return the methods of a connector that have a secret; none of a broken file of somebody's own."""
        if name not in self._ways:
            try:
                connector = load_connector(name)
                ways = [_Way(connector, method) for method in connector.methods if _has_secret(method)]
            except NexcredError:
                ways = []
            self._ways[name] = ways
        return self._ways[name]


class _Formed(NamedTuple):
    """A value that has the form of this way's field; `is_sole` when of no other connector's."""

    way: "_Way"
    field: str
    place: int
    is_sole: bool


class _Way:
    """One method of a connector, and under which labels its fields are found."""

    def __init__(self, connector: Connector, method: Method) -> None:
        self.connector = connector
        self.method = method
        # Of a REST API and its like the address is the user's own: nothing but its source's word tells it.
        is_anywhere = _has_own_address(method)
        self.domains = set() if is_anywhere else set(domains_of(method))
        self.variables = set() if is_anywhere else {plain_label(one.env) for one in method.fields if one.secret}
        self._labels = {
            field.name: [plain_label(word) for word in (_few_words_for if _is_whole(field) else _words_for)(field)]
            for field in method.fields
        }

    def fill(self, entry: Entry, labels: Mapping[str, int], formed: Mapping[str, int]) -> Recognised | None:
        """Return the entry as this method's; None without one of its secrets, or without a field that it needs."""
        places = dict(formed)
        for field in self.method.fields:
            found = next((labels[label] for label in self._labels[field.name] if label in labels), None)
            if found is not None and field.name not in places and found not in places.values():
                places[field.name] = found
        sole = self._sole_secret(entry, places)
        places |= sole
        values: dict[str, object] = {name: entry.fields[place].value for name, place in places.items()}
        used = set(places.values())
        for field in self.method.fields:
            if field.subdomain_of and field.name not in values:
                for place, label in _subdomains(entry, field.subdomain_of):
                    used.add(place)
                    values[field.name] = label
            if field.kind == "url" and field.required and field.name not in values:
                base = next((place for place, one in enumerate(entry.fields) if self._is_base(one)), None)
                if base is not None:
                    used.add(base)
                    values[field.name] = _base_of(entry.fields[base].text)
        has_secret = any(field.secret and field.name in places for field in self.method.fields)
        if not has_secret or any(
            field.required and field.default is None and field.when is None and field.name not in values
            for field in self.method.fields
        ):
            return None
        return Recognised(self.connector.name, self.method.name, values, frozenset(used))

    def _sole_secret(self, entry: Entry, places: Mapping[str, int]) -> dict[str, int]:
        """Return the place of the only secret, where the entry calls its own no more than a key or a token."""
        wanted = [field.name for field in self.method.fields if field.secret and field.required]
        free = [
            place
            for place, one in enumerate(entry.fields)
            if plain_label(one.label) in _PLAIN_KEYS and place not in places.values()
        ]
        return {wanted[0]: free[0]} if len(wanted) == len(free) == 1 and wanted[0] not in places else {}

    def _is_base(self, one: EntryField) -> bool:
        return meaning_of(one.label) == URL and domain_of(host_in(one.text)) in self.domains


def _connections(entry: Entry) -> Iterator[Recognised]:
    """Yield the databases whose connection strings an entry holds."""
    for place, one in enumerate(entry.fields):
        read = from_connection("URL", one.text, {}) if "://" in one.text[:32] else None
        if read is not None and isinstance(read[0], ImportCandidate) and not read[0].left_out:
            yield Recognised(read[0].connector, read[0].method or "", read[0].values, frozenset({place}))


def _is_taken(one: Recognised) -> bool:
    try:
        prepare_new(
            one.connector, one.values, is_taken=lambda _: False, method_name=one.method or None, keep_defaults=False
        )
    except NexcredError:
        return False
    return True


def _has_secret(method: Method) -> bool:
    return any(field.secret for field in method.fields)


def _has_own_address(method: Method) -> bool:
    return any(field.kind == "url" and field.required and not method.hosts for field in method.fields)


def _words_for(field: Field) -> tuple[str, ...]:
    return (field.name, field.label, field.env, *field.aliases, *_ALSO.get(field.name, ()))


def _fits_anything_like(text: str, pattern: str) -> bool:
    return any(fits(pattern, beginning + text[len(beginning) :]) for beginning in _ANY_BEGINNINGS)


def _is_whole(field: Field) -> bool:
    """True for a document that holds several values, such as a key file."""
    return field.kind == "json" and bool(field.parts)


def _few_words_for(field: Field) -> tuple[str, ...]:
    return (field.name, field.env)


def _is_json_of(text: str, wanted: str) -> bool:
    try:
        document = strict_json.loads(text)
    except ValueError:
        return False
    return isinstance(document, dict) and document.get("type") == wanted


def _subdomains(entry: Entry, domain: str) -> Iterator[tuple[int, str]]:
    """Yield the first label of an address beneath this domain, such as mine of https://mine.acme.test."""
    for place, one in enumerate(entry.fields):
        label, dot, rest = host_in(one.text).partition(".") if meaning_of(one.label) == URL else ("", "", "")
        if dot and rest.lower() == domain:
            yield place, label
            return


def _hosts_of(entry: Entry) -> Iterator[str]:
    for one in entry.fields:
        if meaning_of(one.label) == URL or plain_label(one.label) == "host":
            yield host_in(one.text)


def host_in(text: str) -> str:
    """Return the host of an address, with or without its scheme; "" where there is none."""
    try:
        return urlsplit(text if "://" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""


def _base_of(text: str) -> str:
    """Return a workspace's address of an address within it."""
    return f"https://{host_in(text)}"
