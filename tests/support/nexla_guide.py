"""The page of Nexla's guide as data, and curl, by which it is followed."""

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.standins import Rest

GUIDE = json.loads(Path("tests/vectors/nexla/guide.json").read_text())
CREATIONS = {one["title"]: one for one in GUIDE["creations"]}


def service_account() -> str:
    """Return the JSON file of a service account as the page wants it: in base64."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    account = {
        "type": "service_account",
        "project_id": "example",
        "private_key_id": "EXAMPLE",
        "private_key": pem,
        "client_email": "etl@example.iam.gserviceaccount.com",
        "token_uri": "https://oauth2.googleapis.com/token",
    }
    return base64.b64encode(json.dumps(account).encode()).decode()


def filled(body: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Put a value in place of what the page leaves out; return the secrets too."""
    values = {
        "<AWS Access Key>": "AKIAIOSFODNN7EXAMPLE",
        "<AWS Secret Key>": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "<Password>": "password-EXAMPLE",
        "<API Key>": Rest.api_key,
    }
    given = {**body["credentials"]}
    secrets = []
    for name, value in given.items():
        if str(value).startswith("<"):
            given[name] = values.get(value) or service_account()
            secrets += [given[name]] if name != "access_key_id" else []
    return {**body, "credentials": given}, secrets


def curl(url: str, key: str, method: str, path: str, body: object = None) -> tuple[int, Any]:
    """Ask as a person at a shell does; return the status and the answer."""
    line = ["curl", "-sS", "-X", method, f"{url}{path}", "-H", f"Authorization: {key}"]
    if body is not None:
        line += ["-H", "Content-Type: application/json", "--data-binary", "@-"]
    ran = subprocess.run(
        [*line, "-w", "\n%{http_code}"], input=json.dumps(body).encode(), capture_output=True, check=True, timeout=60
    )
    text, _, status = ran.stdout.decode().rpartition("\n")
    return int(status), json.loads(text)


def kinds(document: object) -> object:
    """Return what kinds of values stand where; what a credential holds is its own."""
    if isinstance(document, dict):
        return {key: dict if key == "credentials_non_secure_data" else kinds(value) for key, value in document.items()}
    return [kinds(one) for one in document] if isinstance(document, list) else type(document)
