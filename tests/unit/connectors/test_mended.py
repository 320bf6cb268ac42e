r"""Keys and key files as they arrive, and as they are kept: so that every tool that gets one can load it.

The same faults elsewhere: googleapis/google-cloud-node#272 and auth0/node-jsonwebtoken#517 (`\n` of two characters),
pyca/cryptography#4417 (one long line), michelin/snowflake-grafana-datasource#183 (blanks), slingdata-io/sling-cli#745
(no first and last line), climatepolicyradar/knowledge-graph#1173 and
terraform-google-modules/terraform-google-gcloud#103 (base64), machine-learning-apps/actions-app-token#3 (OpenSSH).
"""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from textwrap import indent

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from hypothesis import given
from hypothesis import strategies as st

from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.mended import mended
from nexcred.connectors.values import check_value
from nexcred.errors import InvalidData
from nexcred.model.credential import MAX_SECRET_BYTES
from nexcred.model.pem import mended_certificates, mended_key
from nexcred.model.secret import Secret
from tests.support.standins.google import service_account

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
OLDER = KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
SEALED = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word")).decode()
OLDER_SEALED = KEY.private_bytes(
    Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"word")
).decode()
PEMS = {"PKCS#8": PEM, "PKCS#1": OLDER, "encrypted": SEALED, "encrypted by OpenSSL of old": OLDER_SEALED}
FIELD = next(field for field in load_connector("snowflake").methods[0].fields if field.name == "private_key")
ACCOUNT = {**service_account("https://oauth2.googleapis.com/token"), "private_key": PEM}
GCS = load_connector("gcs").methods[0].fields[0]
CLIENT = {"client_id": "x", "token_uri": "https://oauth2.googleapis.com/token"}


def base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def body(pem: str) -> str:
    return "".join(pem.splitlines()[1:-1])


def in_lines(text: str) -> str:
    return "\n".join(text[start : start + 57] for start in range(0, len(text), 57)) + "\n"


DISGUISES: dict[str, Callable[[str], str]] = {
    "line breaks of two characters": lambda pem: pem.replace("\n", "\\n"),
    "line breaks of three characters": lambda pem: pem.replace("\n", "\\\\n"),
    "CRLF of four characters": lambda pem: pem.replace("\n", "\\r\\n"),
    "blanks for line breaks": lambda pem: pem.replace("\n", " "),
    "one long line": lambda pem: re.sub("(?<=[^-])\n(?=[^-])", "", pem),
    "a byte order mark": lambda pem: f"\ufeff{pem}",
    "Bag Attributes": lambda pem: f"Bag Attributes\n    localKeyID: 01\nKey Attributes: <No Attributes>\n{pem}",
    "a certificate behind": lambda pem: f"{pem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    "a JSON string": json.dumps,
    "quotes": lambda pem: f"'{pem}'",
    "indented lines": lambda pem: indent(pem, "    "),
    "base64": base64,
    "base64 in lines": lambda pem: in_lines(base64(pem)),
    "base64 without padding": lambda pem: base64(f"{pem}\n\n").rstrip("="),
    "base64url": lambda pem: urlsafe_b64encode(f"\ufeff{pem}".encode()).decode().rstrip("="),
    "base64 of line breaks of two characters": lambda pem: base64(pem.replace("\n", "\\n")),
}


# An older encrypted key has lines of its own before the base64.
MADE = [
    (kind, disguise)
    for kind in PEMS
    for disguise in DISGUISES
    if (kind, disguise) != ("encrypted by OpenSSL of old", "one long line")
]


@pytest.mark.parametrize(("kind", "disguise"), MADE)
def test_a_key_is_kept_as_every_tool_reads_it(kind: str, disguise: str) -> None:
    assert mended_key(DISGUISES[disguise](PEMS[kind])) == PEMS[kind]


@pytest.mark.parametrize("kind", ["PKCS#8", "PKCS#1", "encrypted"])
def test_a_key_without_its_first_and_last_line_gets_them(kind: str) -> None:
    for text in (
        body(PEMS[kind]),
        in_lines(body(PEMS[kind])),
        body(PEMS[kind]).replace("+", "-").replace("/", "_").rstrip("="),
    ):
        assert mended_key(text) == PEMS[kind]


def test_what_every_tool_reads_stays_byte_for_byte() -> None:
    for pem in (*PEMS.values(), PEM.replace("\n", "\r\n"), PEM.strip()):
        assert mended_key(pem) == pem


@pytest.mark.parametrize(
    "text", ["", "x", "AAAA", base64("hello"), PEM + OLDER, PEM[:200], "-----BEGIN PRIVATE KEY-----"]
)
def test_what_is_no_single_key_is_not_touched(text: str) -> None:
    assert mended_key(text) == text


@given(st.text("-BEGIND PRIVATKY\\n\n+/=Aa\"'", max_size=60))
def test_mending_twice_changes_nothing_more(text: str) -> None:
    assert mended_key(mended_key(text)) == mended_key(text)


HOSTILE = ["-----BEGIN A-----", "-----BEGIN PRIVATE KEY-----", "-", "\\n", '"', '{"\\"', "AAAA", "{\\"]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_value_as_large_as_may_be_is_looked_at_once(piece: str) -> None:
    """And not from each of its characters, which would take hours."""
    text = piece * (MAX_SECRET_BYTES // len(piece))
    assert mended_key(text) == text
    assert mended(GCS, "{" + text) == "{" + text


def test_a_key_is_mended_when_it_is_checked() -> None:
    value = check_value(FIELD, PEM.replace("\n", "\\n"))
    assert isinstance(value, Secret)
    load_pem_private_key(value.reveal_bytes(), None)
    assert value.reveal() == PEM


KINDS = [
    (
        KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode(),
        "is in OpenSSH's own format",
    ),
    (
        KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        "is a public key",
    ),
    ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "is a certificate"),
]


@pytest.mark.parametrize(("text", "told"), KINDS, ids=[told for _, told in KINDS])
def test_another_kind_of_pem_is_named_for_what_it_is(text: str, told: str) -> None:
    for written in (text, text.replace("\n", "\\n")):
        with pytest.raises(InvalidData, match=told):
            check_value(FIELD, written)


FILES: dict[str, Callable[[str], str]] = {
    "a byte order mark": lambda text: f"\ufeff{text}",
    "a JSON string": json.dumps,
    "a JSON string without its quotes": lambda text: json.dumps(text)[1:-1],
    "base64": base64,
    "base64 in lines": lambda text: in_lines(base64(text)),
    "base64url without padding": lambda text: urlsafe_b64encode(f"\ufeff{text} ".encode()).decode().rstrip("="),
    "line breaks in the key's string": lambda text: text.replace("\\n", "\n"),
}


@pytest.mark.parametrize("disguise", FILES)
def test_a_key_file_is_kept_as_the_json_that_it_is(disguise: str) -> None:
    text = json.dumps(ACCOUNT)
    kept = mended(GCS, FILES[disguise](text))
    assert kept.startswith("{")
    assert json.loads(kept) == ACCOUNT
    assert "\ufeff" not in kept


@pytest.mark.parametrize("disguise", ["line breaks of two characters", "CRLF of four characters", "base64"])
def test_the_key_in_a_key_file_is_mended(disguise: str) -> None:
    kept = mended(GCS, json.dumps({**ACCOUNT, "private_key": DISGUISES[disguise](PEM)}))
    assert json.loads(kept) == ACCOUNT


@pytest.mark.parametrize("more", range(3))
def test_base64_whose_lines_end_anywhere_is_read(more: int) -> None:
    """Also between the two characters of its padding."""
    text = json.dumps({**ACCOUNT, "client_id": "1" * more})
    for width in (1, 2, 3):
        packed = base64(text)
        lines = "\n".join(packed[place : place + width] for place in range(0, len(packed), width)) + "\n"
        assert json.loads(mended(GCS, lines)) == json.loads(text)


def test_a_good_key_file_stays_byte_for_byte() -> None:
    for text in (json.dumps(ACCOUNT, indent=3), json.dumps({**ACCOUNT, "private_key": PEM.strip()})):
        assert mended(GCS, text) == text


OTHERS = [
    (
        {"type": "authorized_user", **CLIENT, "refresh_token": "r"},
        "than service_account: a person's own login (authorized_user)",
    ),
    ({"installed": CLIENT}, "that of an OAuth client (installed)"),
    ({"web": CLIENT}, "that of an OAuth client (web)"),
    ({"type": "external_account", "audience": "a"}, "(external_account), not a key"),
    ({"type": "impersonated_service_account"}, "(impersonated_service_account), not a key"),
    ({"type": "canary-EXAMPLE"}, "holds another type than service_account"),
]


@pytest.mark.parametrize(("document", "told"), OTHERS, ids=[told for _, told in OTHERS])
def test_another_kind_of_file_is_named_for_what_it_is(document: dict[str, object], told: str) -> None:
    with pytest.raises(InvalidData) as caught:
        check_value(GCS, json.dumps(document))
    assert told in caught.value.message
    assert "canary" not in caught.value.message


def test_certificates_get_their_line_breaks_back() -> None:
    pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    for text in (pem.replace("\n", "\\n"), f"\ufeff{pem}", base64(pem), json.dumps(pem)):
        assert mended_certificates(text).strip() == pem.strip()
    for text in (pem, f"# one\n{pem}# two\n{pem}", "", "AAAA", "no"):
        assert mended_certificates(text) == text
