"""The body of Nexla's `POST /data_credentials`: an object, or an array of several."""

import json
from collections.abc import Callable, Mapping, Sequence

from nexcred.connectors.values import choose_method
from nexcred.model.secret import Secret
from nexcred.model.template import TemplateError
from nexcred.nexla.lookup import type_of
from nexcred.nexla.translate import json_value, to_nexla
from nexcred.services.exporting.exported import Exported, unfit

SEED, OPENAPI = "seed", "openapi"


def write_seed_names(exported: Sequence[Exported]) -> str:
    """Write under the names of Nexla's developer guide, which are our own."""
    return _document(exported, lambda one: {name: json_value(value) for name, value in one.fields.items()})


def write_openapi_names(exported: Sequence[Exported]) -> str:
    """Write under the names of Nexla's OpenAPI, where they differ."""
    return _document(exported, _openapi)


def _openapi(one: Exported) -> dict[str, object]:
    try:
        return to_nexla(one.method, one.fields)
    except TemplateError as error:
        raise unfit(one, error.name, error.problem) from None


def _document(exported: Sequence[Exported], values: Callable[[Exported], Mapping[str, object]]) -> str:
    bodies = [_body(one, values(one)) for one in exported]
    return json.dumps(bodies[0] if len(bodies) == 1 else bodies, ensure_ascii=False, indent=2) + "\n"


def _body(one: Exported, values: Mapping[str, object]) -> dict[str, object]:
    known = {field.name for field in one.method.fields}
    for name in one.fields:
        if name not in known:  # it could be a key of Nexla's own
            raise unfit(one, name, f"is no field of {one.connector.name}")
    body: dict[str, object] = {
        "name": one.name,
        "description": one.credential.description,
        "credentials_type": type_of(one.connector),
        "credentials": dict(values),
    }
    public = {name: value for name, value in one.fields.items() if not isinstance(value, Secret)}
    if one.method.free_fields and public:
        body["credentials_non_secure_data"] = public  # nothing else says so
    if one.credential.tags:
        body["tags"] = list(one.credential.tags)
    if choose_method(one.connector, one.fields.keys(), None).name != one.method.name:
        body["method"] = one.method.name  # the fields alone would be read as another method's
    return body
