"""The bodies of the seed's `POST /data_credentials`, as `add --from` and `import nexla` take them."""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nexcred.errors import InvalidData, MissingField, NexcredError, Problem, UsageError
from nexcred.model import strict_json
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import Secret, repr_of
from nexcred.model.suggest import suggest
from nexcred.model.text import make_visible
from nexcred.nexla.translate import from_json_value

# Room for the largest values, their JSON escapes and base64.
MAX_BODY_BYTES = 4 * 1024 * 1024
MAX_BODIES_BYTES = 64 * 1024 * 1024
MOST_BODIES = 100_000
# Of all bodies of a file: as values of Python's they take twenty times the room.
_MOST_VALUES = 4_000_000
_KEYS = ("name", "description", "credentials_type", "credentials")
NEEDED = ("credentials_type", "credentials")
_TYPE, _METHOD, _TAGS, _PUBLIC = "credentials_type", "method", "tags", "credentials_non_secure_data"
# What an answer of Nexla, or of `show --reveal --json`, says beside the body that made it.
_ANSWERED = frozenset(
    {
        "id",
        "owner",
        "org",
        "access_roles",
        "credentials_version",
        "connector",
        "verified_status",
        "verified_at",
        "api_keys",
        "vendor",
        "auth_template",
        "auth_template_id",
        "vendor_id",
        "template_config",
        "referenced_resource_ids",
        "copied_from_id",
        "managed",
        "created_at",
        "updated_at",
        "secret_fields",
        "allowed_hosts",
        "expires_at",
        "expires_entered_at",
        "rotate_every_days",
        "due_at",
        "superseded",
        "exposures",
        "rotation",
        "vault",
        "probe",
        "candidate",
        "held_by",
        "last_used_at",
        "projects",
    }
)
_TEMPLATE = ("auth_template", "auth_template_id", "template_config")


@dataclass(frozen=True, slots=True)
class Body:
    """What one body says; `values` are as written, texts wrapped since any may be a secret.

    `public` is what an answer shows of them: of use where the connector has such a field.
    """

    name: str | None
    description: str
    connector: str
    values: dict[str, object]
    method: str | None = None
    tags: tuple[str, ...] = ()
    public: dict[str, object] = field(default_factory=dict)

    def __repr__(self) -> str:
        return repr_of(self, "name", "connector", "method")


@dataclass(frozen=True, slots=True)
class Faulty:
    """A body among others that is wrong, and what it calls itself."""

    name: str
    error: NexcredError


def parse_body(data: bytes, needed: Sequence[str] = NEEDED) -> Body:
    """Read a body strictly; raise UsageError, MissingField or InvalidData, never with a value in the message."""
    document = _read(data)
    if isinstance(document, list):
        raise UsageError("the body must be one JSON object", hint="an array is for: nexcred import nexla FILE")
    return body_of(document, needed)


class BodyOfChange(NamedTuple):
    """What a body of the seed's `PUT /data_credentials/ID` says; of its body only what it `names` counts."""

    body: Body
    names: frozenset[str]

    def __repr__(self) -> str:
        return repr_of(self)


def parse_change(data: bytes, credentials_type: str) -> BodyOfChange:
    """Read the body of a change to a credential of this type; null is as good as nothing. Raise as `parse_body`."""
    document = _object(_read(data))
    said = {key: value for key, value in document.items() if value is not None}
    return BodyOfChange(body_of({_TYPE: credentials_type, "credentials": {}, **said}), frozenset(said))


def parse_bodies(data: bytes) -> list[Body | Faulty]:
    """Read one body or an array of them; one that is wrong is told in its place. Raises as `parse_body` does."""
    if sum(map(data.count, (b",", b"[", b"{"))) > _MOST_VALUES:
        raise InvalidData(f"the bodies hold more than {_MOST_VALUES:,} values", hint="import them in parts")
    document = _read(data, MAX_BODIES_BYTES)
    if isinstance(document, list) and len(document) > MOST_BODIES:
        raise InvalidData(f"these are more than {MOST_BODIES:,} bodies", hint="import them in parts")
    return [_body_or_error(one) for one in (document if isinstance(document, list) else [document])]


def body_of(document: object, needed: Sequence[str] = NEEDED) -> Body:
    """Read one decoded body, or the answer that Nexla gives to one, if the secrets are in it."""
    said = _object(document)
    problems = [*_unknown(said), *_wrong_types(said)]
    if problems:
        raise InvalidData(_message(problems), problems=tuple(problems))
    _refuse_incomplete(said, needed)
    values = dict(said["credentials"])
    _check_inner_type(values.pop(_TYPE, None), said[_TYPE])
    return Body(
        name=said.get("name"),
        description=said.get("description") or "",
        connector=said[_TYPE],
        values=_wrapped(values),
        method=said.get(_METHOD),
        tags=tuple(said.get(_TAGS) or ()),
        public=_wrapped(said.get(_PUBLIC) or {}),
    )


def _read(data: bytes, limit: int = MAX_BODY_BYTES) -> object:
    if len(data) > limit:
        raise InvalidData(f"the body is larger than {limit // 1024 // 1024} MiB")
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise UsageError("the body is UTF-16", hint="make it UTF-8: iconv -f UTF-16 -t UTF-8 FILE > NEW")
    try:
        return strict_json.loads(data.removeprefix(BOM_UTF8))
    except ValueError as error:
        raise UsageError(f"the body is not JSON: {error}") from None


def _body_or_error(document: object) -> Body | Faulty:
    try:
        return body_of(document)
    except NexcredError as error:
        name = document.get("name") if isinstance(document, dict) else ""
        return Faulty(name if isinstance(name, str) else "", error)


def _wrapped(values: Mapping[str, object]) -> dict[str, object]:
    wrapped = {}
    for name, value in values.items():
        plain = from_json_value(value)
        wrapped[name] = Secret(plain) if isinstance(plain, str) else plain
    return wrapped


def _object(document: object) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise UsageError("the body must be one JSON object", hint=f"its keys are: {', '.join(_KEYS)}")
    return document


def _refuse_incomplete(document: dict[str, object], needed: Sequence[str]) -> None:
    missing = [Problem(key, "is required") for key in needed if document.get(key) is None]
    if not missing:
        return
    hint = ""
    if any(document.get(key) is not None for key in _TEMPLATE):
        hint = "it was made from a template of Nexla's: write its values as credentials"
    elif "id" in document:
        hint = "Nexla's answers hold no secrets: add them as credentials"
    raise MissingField(f"the body lacks {' and '.join(p.field for p in missing)}", hint, tuple(missing))


def _unknown(document: dict[str, object]) -> list[Problem]:
    problems = []
    for key in document:
        if key not in _KEYS and key not in _ANSWERED and key not in (_METHOD, _TAGS, _PUBLIC):
            meant = suggest(key, _KEYS)
            problem = f"is not a key of the body; did you mean '{meant}'?" if meant else "is not a key of the body"
            problems.append(Problem(make_visible(key[:64]), problem))
    return problems


def _wrong_types(document: dict[str, object]) -> list[Problem]:
    texts = ("name", "description", _TYPE, _METHOD)
    problems = [Problem(key, "must be a text") for key in texts if not isinstance(document.get(key), str | None)]
    objects = ("credentials", _PUBLIC)
    problems += [
        Problem(key, "must be an object of fields") for key in objects if not isinstance(document.get(key), dict | None)
    ]
    tags = document.get(_TAGS)
    if tags is not None and not (isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)):
        problems.append(Problem(_TAGS, "must be an array of texts"))
    return problems


def _check_inner_type(inner: object, outer: object) -> None:
    """The seed's own example repeats the type inside."""
    if inner is not None and inner != outer:
        problem = f"differs from the {_TYPE} outside"
        raise InvalidData(f"credentials.{_TYPE} {problem}", problems=(Problem(f"credentials.{_TYPE}", problem),))


def _message(problems: list[Problem]) -> str:
    if len(problems) == 1:
        return f"{problems[0].field} {problems[0].problem}"
    return f"{len(problems)} things in the body are wrong"
