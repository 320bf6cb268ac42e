"""Every body of the order and of Nexla's OpenAPI becomes a credential, under whichever names it comes."""

import base64
import json

import pytest

from nexcred.errors import InvalidData, MissingField, NexcredError
from nexcred.model.secret import Secret
from nexcred.nexla.data_credentials import parse_bodies, parse_body
from nexcred.nexla.lookup import translate
from nexcred.services.credentials.draft import NewCredential, prepare_new
from nexcred.services.importing.found import ImportCandidate, Unreadable
from nexcred.services.importing.nexla import read_nexla
from tests.support.made_values import service_account

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI-EXAMPLE"
S3 = {"access_key_id": KEY, "secret_key": SECRET}
SERVER = {"host": "db.example.com", "port": 5432, "username": "u", "password": "p-EXAMPLE"}
DATABASE = {**SERVER, "database": "analytics"}


def new_of(credentials_type: str, credentials: dict[str, object], **more: object) -> NewCredential:
    document = {"name": "one", "credentials_type": credentials_type, "credentials": credentials, **more}
    body = parse_body(json.dumps(document).encode())
    connector, translated = translate(body)
    return prepare_new(
        connector.name, translated.values, is_taken=lambda _: False, method_name=translated.method, name=body.name
    )


def plain(new: NewCredential) -> dict[str, object]:
    return {name: value.reveal() if isinstance(value, Secret) else value for name, value in new.details.fields.items()}


@pytest.mark.parametrize(
    ("credentials_type", "credentials", "wanted"),
    [
        ("s3", {"credentials_type": "s3", **S3}, S3),
        ("s3", {"s3_auth_type": "Access Key", "access_key": KEY, "secret_key": SECRET, "region": "eu-west-1"}, S3),
        ("s3", {"access_key": KEY, "secret_key": SECRET, "test.path": "a-bucket"}, {**S3, "bucket": "a-bucket"}),
        ("postgres", DATABASE, DATABASE),
        (
            "postgres",
            {**{k: v for k, v in DATABASE.items() if k != "database"}, "database_name": "analytics"},
            DATABASE,
        ),
        ("cloudsql_postgres", {**DATABASE, "schema_name": "public"}, DATABASE),
        ("mysql", {**DATABASE, "port": "3306"}, {**DATABASE, "port": 3306}),
        ("rest", {"api_key": "k-EXAMPLE", "base_url": "https://api.example.com"}, {"api_key": "k-EXAMPLE"}),
    ],
)
def test_a_body_becomes_a_credential(
    credentials_type: str, credentials: dict[str, object], wanted: dict[str, object]
) -> None:
    fields = plain(new_of(credentials_type, credentials))
    assert {name: fields.get(name) for name in wanted} == wanted


@pytest.mark.parametrize("names", ["base64", "text", "object"])
@pytest.mark.parametrize("system", ["gcs", "bigquery"])
def test_a_service_account_comes_in_base64_as_text_or_as_an_object(system: str, names: str) -> None:
    key = service_account()
    credentials: dict[str, object] = {"service_account_key": key}
    if names == "base64":
        credentials = {"service_account_key": base64.b64encode(key.encode()).decode()}
    if names == "object":
        credentials = {"is_service_account": True, "project_id": "project-of-example", "json_creds": json.loads(key)}
    new = new_of(system, credentials)
    assert (new.connector.name, "service_account_key" in new.details.fields) == (system, True)


PLACED = {"test.url": "https://api.example.com/me", "test.method": "GET", "test.content.type": "application/json"}


@pytest.mark.parametrize(
    ("credentials", "method", "wanted"),
    [
        (
            {"auth.type": "API_KEY", "api.key.include.mode": "HEADER", "api.key.auth.key": "Authorization"}
            | {"api.key.auth.value": "Bearer k-EXAMPLE"},
            "bearer",
            {"api_key": "k-EXAMPLE"},
        ),
        (
            {"auth.type": "API_KEY", "api.key.include.mode": "HEADER", "api.key.auth.key": "X-Key"}
            | {"api.key.auth.value": "k-EXAMPLE", "jwt.enabled": False, "request.headers": None},
            "header",
            {"header_name": "X-Key", "api_key": "k-EXAMPLE"},
        ),
        (
            {"auth.type": "api_key", "api.key.include.mode": "HEADER", "api.key.auth.key": "Authorization"}
            | {"api.key.auth.value": "Token k-EXAMPLE"},
            "header",
            {"header_name": "Authorization", "header_prefix": "Token", "api_key": "k-EXAMPLE"},
        ),
        (
            {"auth.type": "API_KEY", "api.key.include.mode": "URL_PARAMETER", "api.key.auth.key": "key"}
            | {"api.key.auth.value": "k-EXAMPLE"},
            "query",
            {"query_name": "key", "api_key": "k-EXAMPLE"},
        ),
        (
            {"auth.type": "BASIC", "basic.username": "u", "basic.password": "p-EXAMPLE"},
            "basic",
            {"username": "u", "password": "p-EXAMPLE"},
        ),
    ],
)
def test_a_placement_of_the_openapi_is_a_method(
    credentials: dict[str, object], method: str, wanted: dict[str, object]
) -> None:
    new = new_of("rest", {**credentials, **PLACED})
    assert new.method.name == method
    wanted = {**wanted, "base_url": "https://api.example.com", "health_path": "/me"}
    fields = plain(new)
    assert {name: fields.get(name) for name in wanted} == wanted


def test_an_answer_is_taken_once_the_secrets_are_in_it() -> None:
    new = new_of(
        "s3",
        dict(S3),
        id=5008,
        owner={"id": 42},
        org=None,
        access_roles=["owner"],
        credentials_version="1",
        credentials_non_secure_data={"bucket": "my-data-bucket", "region": "eu-west-1", "something": 1},
        verified_status=None,
        tags=[],
        updated_at="2023-01-15T20:24:25.209Z",
    )
    assert plain(new) | {"bucket": "my-data-bucket", "region": "eu-west-1"} == plain(new)


@pytest.mark.parametrize(
    ("document", "kind", "words"),
    [
        ({"id": 1, "credentials_type": "s3"}, MissingField, "hold no secrets"),
        ({"credentials_type": "rest", "template_config": {"a": 1}}, MissingField, "from a template"),
        ({"credentials_type": "s3", "credentials": {}, "tags": [1]}, InvalidData, "array of texts"),
        ({"credentials_type": "s3", "credentials": {"s3_auth_type": "ARN"}}, InvalidData, "one of: Access Key"),
        ({"credentials_type": "rest", "credentials": {"auth.type": "OAUTH1"}}, InvalidData, "API_KEY, BASIC"),
    ],
)
def test_what_cannot_be_taken_says_why(document: dict[str, object], kind: type[NexcredError], words: str) -> None:
    with pytest.raises(kind) as caught:
        translate(parse_body(json.dumps(document).encode()))
    assert words in f"{caught.value.message} {caught.value.hint}"


def test_each_item_of_an_array_is_told_by_its_place() -> None:
    documents = [
        {"name": "a", "credentials_type": "resci", "credentials": {"api_key": "k-EXAMPLE"}},
        {"name": "b", "credentials_type": "ftp", "credentials": {"host": "h"}},
        {"name": "c", "credentials_type": "aha"},
        7,
    ]
    reading = read_nexla(json.dumps(documents).encode())
    assert [one.place for one in reading.found] == ["item 1", "item 2", "item 3", "item 4"]
    assert [type(one) for one in reading.found] == [ImportCandidate, Unreadable, Unreadable, Unreadable]
    assert reading.found[1] == Unreadable("item 2", "nexcred has no connector for 'ftp'", "b", "ftp")
    assert len(parse_bodies(b"[]")) == 0
