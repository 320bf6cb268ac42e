import json

import pytest

from nexcred.errors import InvalidData, MissingField, NexcredError, UsageError
from nexcred.model.secret import Secret
from nexcred.nexla.data_credentials import Body, parse_body


def test_the_seeds_body_is_read() -> None:
    document = {
        "name": "Test S3 Credentials",
        "description": "AWS S3 access for data storage",
        "credentials_type": "s3",
        "credentials": {"credentials_type": "s3", "access_key_id": "AKIAEXAMPLE", "port": 5432, "extra": None},
    }
    assert parse_body(json.dumps(document).encode()) == Body(
        name="Test S3 Credentials",
        description="AWS S3 access for data storage",
        connector="s3",
        values={"access_key_id": Secret("AKIAEXAMPLE"), "port": 5432, "extra": None},
    )


def test_name_and_description_may_be_left_out() -> None:
    body = parse_body(b'{"credentials_type": "aha", "credentials": {}, "name": null}')
    assert (body.name, body.description, body.connector, body.values) == (None, "", "aha", {})


@pytest.mark.parametrize(
    ("document", "kind", "named"),
    [
        (b"", UsageError, "JSON"),
        (b"{", UsageError, "JSON"),
        (b"\xff", UsageError, "UTF-8"),
        (b"[]", UsageError, "one JSON object"),
        (b'"CANARY"', UsageError, "one JSON object"),
        (b'{"credentials_type": "a", "credentials": {"k": NaN}}', UsageError, "NaN"),
        (b'{"credentials_type": "a", "credentials": {"k": 1, "k": 2}}', UsageError, "twice"),
        (b'{"credentials_type": "a", "credentials": {"k": "CANARY}}', UsageError, "JSON"),
        (b"[" * 100_000, UsageError, "levels"),
        (b'{"a":' * 100_000, UsageError, "levels"),
        (b'{"credentials_type": "a", "credentials": ["CANARY"]}', InvalidData, "credentials"),
        (b'{"credentials_type": 1, "credentials": {}}', InvalidData, "credentials_type"),
        (b'{"credentials_type": "a", "credentials": {}, "name": ["CANARY"]}', InvalidData, "name"),
        (b'{"credentials_type": "a", "credentials": {}, "description": 7}', InvalidData, "description"),
        (b'{"credentials_type": "a", "credentials": {}, "descripton": ""}', InvalidData, "did you mean 'description'"),
        (b'{"credentials": {"k": "CANARY"}}', MissingField, "credentials_type"),
        (b'{"credentials_type": "a"}', MissingField, "credentials"),
        (b"{}", MissingField, "credentials_type and credentials"),
        (b'{"credentials_type": "a", "credentials": {"credentials_type": "CANARY"}}', InvalidData, "differs"),
        (b'{"credentials_type": "a", "credentials": {"k": "\\ud800"}}', UsageError, "surrogate"),
        (b'"' + b"x" * (4 * 1024 * 1024) + b'"', InvalidData, "larger than 4 MiB"),
    ],
)
def test_case_33_bad_bodies_are_refused_without_being_repeated(
    document: bytes, kind: type[NexcredError], named: str
) -> None:
    with pytest.raises(kind) as caught:
        parse_body(document)
    assert named in caught.value.message
    assert "CANARY" not in caught.value.message + caught.value.hint
    assert caught.value.exit_code == 2


def test_case_33_all_problems_are_told_at_once() -> None:
    with pytest.raises(InvalidData) as caught:
        parse_body(b'{"credentials_type": 1, "credentials": 2, "name": 3, "extra": 4}')
    assert [problem.field for problem in caught.value.problems] == ["extra", "name", "credentials_type", "credentials"]
