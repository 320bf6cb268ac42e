"""What goes out as a body for Nexla comes back as it was, of every connector and method, under either set of names."""

import json

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from nexcred.connectors.free_fields import with_free_fields
from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.load.loader import load_all
from nexcred.connectors.values import check_values
from nexcred.errors import InvalidData
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.nexla.data_credentials import parse_body
from nexcred.nexla.lookup import translate
from nexcred.services.credentials.draft import prepare_new
from nexcred.services.exporting.nexla import write_openapi_names, write_seed_names
from tests.support.exported_values import exported_of
from tests.support.made_values import methods, service_account, values_of
from tests.support.some_of import examples

EVERY = {f"{connector.name} {method.name}": (connector, method) for connector, method in methods(load_all())}
WITH_NAMES = [words for words, (_, method) in EVERY.items() if method.nexla and not method.nexla.objects]


def fields_of(data: st.DataObject, connector: Connector, method: Method) -> dict[str, Value]:
    """Return values that the connector takes; what it refuses of those made up is none of this."""
    method = with_free_fields(method, {"user": False, "pass-word": True, "DATABASE_URL": True})
    try:
        return check_values(connector, method, data.draw(values_of(method)))
    except InvalidData:
        reject()


def read_back(body: str) -> tuple[str, str, dict[str, Value]]:
    parsed = parse_body(body.encode())
    connector, translated = translate(parsed)
    new = prepare_new(
        connector.name,
        translated.values,
        is_taken=lambda _: False,
        method_name=translated.method,
        name="one",
        allow_hosts=["api.example.com"],
        public=parsed.public,
    )
    return new.connector.name, new.method.name, dict(new.details.fields)


@pytest.mark.parametrize("words", EVERY)
@settings(max_examples=examples(5))
@given(data=st.data())
def test_under_the_names_of_the_guide(words: str, data: st.DataObject) -> None:
    connector, method = EVERY[words]
    fields = fields_of(data, connector, method)
    body = write_seed_names([exported_of(connector.name, fields, method=method.name)])
    assert read_back(body) == (connector.name, method.name, fields)


@pytest.mark.parametrize("words", WITH_NAMES)
@settings(max_examples=examples(10))
@given(data=st.data())
def test_under_the_names_of_the_openapi(words: str, data: st.DataObject) -> None:
    connector, method = EVERY[words]
    fields = fields_of(data, connector, method)
    body = write_openapi_names([exported_of(connector.name, fields, method=method.name)])
    assert joined(read_back(body)[2]) == joined(fields)


def joined(fields: dict[str, Value]) -> dict[str, object]:
    """Join what Nexla keeps in one value: where a base URL or a prefix ends is not in it."""
    texts: dict[str, object] = {
        name: value.reveal() if isinstance(value, Secret) else value for name, value in fields.items()
    }
    if "base_url" in texts:
        texts["test.url"] = f"{texts.pop('base_url')}{texts.pop('health_path', '')}"
    if "header_prefix" in texts:
        texts["api_key"] = f"{texts.pop('header_prefix')} {texts.pop('api_key')}"
    return texts


def test_a_service_account_goes_out_as_an_object_and_comes_back() -> None:
    connector = next(one for one in load_all() if one.name == "gcs")
    fields = check_values(connector, connector.methods[0], {**made_key(), "bucket": "a-bucket"})
    body = write_openapi_names([exported_of("gcs", fields)])
    sent = json.loads(body)["credentials"]
    assert sent["json_creds"]["client_email"].endswith("gserviceaccount.com")
    assert (sent["is_service_account"], sent["project_id"], sent["test.path"]) == (
        True,
        "project-of-example",
        "a-bucket",
    )
    _, _, back = read_back(body)
    assert back["bucket"] == "a-bucket"


def test_the_project_of_a_warehouse_goes_out_beside_its_key() -> None:
    connector = next(one for one in load_all() if one.name == "bigquery")
    fields = check_values(connector, connector.methods[0], {**made_key(), "project_id": "warehouse-of-example"})
    body = write_openapi_names([exported_of("bigquery", fields)])
    sent = json.loads(body)["credentials"]
    assert {name: sent[name] for name in sent if name != "json_creds"} == {
        "is_service_account": True,
        "project_id": "warehouse-of-example",
    }
    assert sent["json_creds"]["client_email"].endswith("gserviceaccount.com")
    _, _, back = read_back(body)
    assert back["project_id"] == "warehouse-of-example"


def made_key() -> dict[str, object]:
    return {"service_account_key": service_account()}


def test_several_make_an_array_and_tags_come_along() -> None:
    first = exported_of("resci", {"api_key": "k-EXAMPLE"}, name="a")
    first = first._replace(credential=first.credential._replace(tags=("prod",), description="of a"))
    bodies = json.loads(write_seed_names([first, exported_of("resci", {"api_key": "l-EXAMPLE"}, name="b")]))
    assert [body["name"] for body in bodies] == ["a", "b"]
    assert (bodies[0]["tags"], bodies[0]["description"], "tags" in bodies[1]) == (["prod"], "of a", False)
    assert parse_body(json.dumps(bodies[0]).encode()).tags == ("prod",)


def test_bytes_have_no_place_in_a_text_of_the_openapi() -> None:
    one = exported_of("rest", {"api_key": Secret(b"\xff"), "base_url": "https://api.example.com"})
    with pytest.raises(InvalidData, match="api_key"):
        write_openapi_names([one])
