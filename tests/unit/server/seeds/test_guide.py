"""The page of Nexla's guide, followed line by line with curl: what it sends is taken, and answered as it shows."""

import json
from typing import Any

import pytest

from nexcred.model.times import from_rfc3339
from tests.support import nexla_guide
from tests.support.nexla_guide import CREATIONS, GUIDE, filled, kinds
from tests.support.service_keys import KEY
from tests.support.standins import Rest
from tests.unit.server.seeds.conftest import Seeds


def curl(seeds: Seeds, method: str, path: str, body: object = None, key: str = KEY) -> tuple[int, Any]:
    return nexla_guide.curl(seeds.ask.url, f"Bearer {key}", method, path, body)


@pytest.mark.parametrize("title", CREATIONS)
def test_each_creation_is_answered_as_the_page_shows(seeds: Seeds, title: str) -> None:
    one = CREATIONS[title]
    body, secrets = filled(one["body"])
    assert secrets
    status, made = curl(seeds, one["method"], one["path"], body)
    assert status == 200, made
    shown = GUIDE["answer"]
    assert kinds({**{key: made[key] for key in shown}, "org": {**made["org"], "email_domain": ""}}) == kinds(shown)
    for key in ("access_roles", "credentials_version", "verified_status", "verified_at"):
        assert made[key] == shown[key]
    for key in ("name", "credentials_type"):
        assert made[key] == body[key]
    assert made["description"] == body.get("description", "")
    assert made["created_at"] == made["updated_at"]
    assert from_rfc3339(made["created_at"]).microsecond % 1000 == 0
    assert not [secret for secret in secrets if secret in json.dumps(made)]
    assert curl(seeds, "GET", f"/data_credentials/{made['id']}") == (200, made)


def test_the_operations_that_the_page_names(seeds: Seeds, rest: Rest) -> None:
    body, _ = filled(CREATIONS["REST API"]["body"])
    body["credentials"]["health_path"] = "/health"
    _, made = curl(seeds, "POST", "/data_credentials", body)
    paths = {
        name: (method, path.format(credential_id=made["id"])) for name, (method, path) in GUIDE["operations"].items()
    }
    assert curl(seeds, *paths["Test Credentials"])[0] == 200
    status, viewed = curl(seeds, *paths["View Credential Details"])
    assert (status, viewed["verified_status"]) == (200, "VERIFIED")
    assert from_rfc3339(viewed["verified_at"])
    status, updated = curl(
        seeds, *paths["Update Credentials"], {"description": "rotated", "credentials": body["credentials"]}
    )
    assert (status, updated["description"]) == (200, "rotated")
    other = {**body["credentials"], "api_key": "wrong-EXAMPLE"}
    status, updated = curl(seeds, *paths["Update Credentials"], {"credentials": other})
    assert (status, updated["verified_status"], updated["credentials_version"]) == (200, None, "2")
    status, refused = curl(seeds, *paths["Test Credentials"])
    assert (status, refused["code"]) == (403, "rejected")
    for method, path in GUIDE["elsewhere"]:
        assert curl(seeds, method, path, {})[0] == 404


@pytest.mark.parametrize("title", CREATIONS)
@pytest.mark.parametrize("error", GUIDE["errors"])
def test_each_error_that_the_page_names(seeds: Seeds, title: str, error: str) -> None:
    body, secrets = filled(CREATIONS[title]["body"])
    reader = seeds.keys.add("reader-EXAMPLE", "reader", "list", "show")
    asked, expected = {
        "Invalid Credential Type": ([{**body, "credentials_type": "s33"}], (400, "unknown_connector")),
        "Missing Required Fields": (
            [{key: value for key, value in body.items() if key != lacking} for lacking in GUIDE["required"]],
            (400, "missing_field"),
        ),
        "Invalid Credential Data": ([{**body, "credentials": {"nonsense": secrets[0]}}], (400, "invalid_data")),
        "Permission Issues": ([body], (403, "not_permitted")),
    }[error]
    body["credentials"].pop("credentials_type", None)
    for one in asked:
        status, failed = curl(seeds, "POST", "/data_credentials", one, reader if expected[0] == 403 else KEY)
        assert (status, failed["code"]) == expected
        assert failed["message"]
        assert not [secret for secret in secrets if secret in json.dumps(failed)]
    assert curl(seeds, "GET", "/data_credentials") == (200, [])
