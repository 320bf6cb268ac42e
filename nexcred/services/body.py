"""The body of the seed's `POST /data_credentials`, as `--from` takes it."""

from dataclasses import dataclass

from nexcred.errors import InvalidData, MissingField, Problem, UsageError
from nexcred.model import strict_json
from nexcred.model.secret import Secret
from nexcred.model.suggest import suggest
from nexcred.model.text import make_visible

# Room for the largest values, their JSON escapes and base64.
MAX_BODY_BYTES = 4 * 1024 * 1024
_KEYS = ("name", "description", "credentials_type", "credentials")
_TYPE = "credentials_type"


@dataclass(frozen=True, slots=True)
class Body:
    """What one body says; `values` are as written, texts wrapped since any may be a secret."""

    name: str | None
    description: str
    connector: str
    values: dict[str, object]


def parse_body(data: bytes) -> Body:
    """Read a body strictly; raise UsageError, MissingField or InvalidData, never with a value in the message."""
    if len(data) > MAX_BODY_BYTES:
        raise InvalidData(f"the body is larger than {MAX_BODY_BYTES // 1024 // 1024} MiB")
    try:
        document = strict_json.loads(data)
    except ValueError as error:
        raise UsageError(f"the body is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise UsageError("the body must be one JSON object", hint=f"its keys are: {', '.join(_KEYS)}")
    problems = [*_unknown(document), *_wrong_types(document)]
    if problems:
        raise InvalidData(_message(problems), problems=tuple(problems))
    missing = [Problem(key, "is required") for key in (_TYPE, "credentials") if document.get(key) is None]
    if missing:
        raise MissingField(f"the body lacks {' and '.join(p.field for p in missing)}", problems=tuple(missing))
    values = dict(document["credentials"])
    _check_inner_type(values.pop(_TYPE, None), document[_TYPE])
    return Body(
        name=document.get("name"),
        description=document.get("description") or "",
        connector=document[_TYPE],
        values={key: Secret(value) if isinstance(value, str) else value for key, value in values.items()},
    )


def _unknown(document: dict[str, object]) -> list[Problem]:
    problems = []
    for key in document:
        if key not in _KEYS:
            meant = suggest(key, _KEYS)
            problem = f"is not a key of the body; did you mean '{meant}'?" if meant else "is not a key of the body"
            problems.append(Problem(make_visible(key[:64]), problem))
    return problems


def _wrong_types(document: dict[str, object]) -> list[Problem]:
    texts = ("name", "description", _TYPE)
    problems = [Problem(key, "must be a text") for key in texts if not isinstance(document.get(key), str | None)]
    if not isinstance(document.get("credentials"), dict | None):
        problems.append(Problem("credentials", "must be an object of fields"))
    return problems


def _check_inner_type(inner: object, outer: str) -> None:
    """The seed's own example repeats the type inside."""
    if inner is not None and inner != outer:
        problem = f"differs from the {_TYPE} outside"
        raise InvalidData(f"credentials.{_TYPE} {problem}", problems=(Problem(f"credentials.{_TYPE}", problem),))


def _message(problems: list[Problem]) -> str:
    if len(problems) == 1:
        return f"{problems[0].field} {problems[0].problem}"
    return f"{len(problems)} things in the body are wrong"
