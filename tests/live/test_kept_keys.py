r"""What was a private key or a key file in disguise is loaded by the libraries that get it from `run`.

snowflake-connector-python itself refuses `\n` of two characters and Bag Attributes, google-auth the former.
"""

import gzip
import http.server
import json
import sys
from collections.abc import Callable, Iterator
from typing import ClassVar

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.program import Program
from tests.support.program_fixtures import nexcred, vaulted
from tests.support.standins.google import service_account
from tests.support.standins.in_thread import InThread

__all__ = ["nexcred", "vaulted"]

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
ACCOUNT = {**service_account("https://oauth2.googleapis.com/token"), "private_key": PEM}
KEYS: dict[str, Callable[[str], str]] = {
    "as it is": lambda pem: pem,
    "line breaks of two characters": lambda pem: pem.replace("\n", "\\n"),
    "blanks for line breaks": lambda pem: pem.replace("\n", " "),
    "Bag Attributes and a byte order mark": lambda pem: f"\ufeffBag Attributes\n    localKeyID: 01\n{pem}",
    "no first and last line": lambda pem: "".join(pem.splitlines()[1:-1]),
}
_GOOGLE = """
import os, google.oauth2.service_account as accounts
credentials = accounts.Credentials.from_service_account_file(os.environ["GOOGLE_APPLICATION_CREDENTIALS"])
print(credentials.service_account_email, len(credentials.sign_bytes(b"x")))
"""
_SNOWFLAKE = """
import os, sys, snowflake.connector
from cryptography.hazmat.primitives.serialization import load_pem_private_key
key = os.environ["SNOWFLAKE_PRIVATE_KEY"]
load_pem_private_key(key.encode(), None)
try:
    snowflake.connector.connect(
        account="a", user=os.environ["SNOWFLAKE_USER"], private_key=key, authenticator="SNOWFLAKE_JWT",
        host="127.0.0.1", port=int(sys.argv[1]), protocol="http", login_timeout=10,
    )
except snowflake.connector.errors.DatabaseError as error:
    print(error)
"""


class _Login(http.server.BaseHTTPRequestHandler):
    """Refuses every login, and keeps what came with it."""

    tokens: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.headers.get("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        self.tokens.append(json.loads(data)["data"]["TOKEN"])
        answer = json.dumps({"success": False, "code": "390144", "message": "no", "data": {}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with InThread(http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Login)) as server:
        yield server.port


@pytest.mark.parametrize("disguise", KEYS)
def test_snowflakes_connector_logs_in_by_the_key_that_it_gets(vaulted: Program, port: int, disguise: str) -> None:
    _Login.tokens.clear()
    fields = ("--set", "account=acme-x1", "--set", "username=loader", "--set", "private_key=-")
    added = vaulted("add", "snowflake", *fields, "--no-probe", stdin=KEYS[disguise](PEM).encode())
    assert added.code == 0, added.err
    ran = vaulted("run", "-c", "snowflake", "--", sys.executable, "-W", "ignore", "-c", _SNOWFLAKE, str(port))
    assert "390144" in ran.out, ran.err
    claims = jwt.decode(_Login.tokens[0], KEY.public_key(), algorithms=["RS256"], options={"verify_aud": False})
    assert claims["sub"] == "A.LOADER"


@pytest.mark.parametrize("disguise", KEYS)
def test_googles_library_signs_by_the_key_file_that_it_gets(vaulted: Program, disguise: str) -> None:
    text = json.dumps({**ACCOUNT, "private_key": KEYS[disguise](PEM)})
    fields = ("--set", "service_account_key=-", "--no-probe")
    added = vaulted("add", "gcs", *fields, stdin=f"\ufeff{json.dumps(text)}".encode())
    assert added.code == 0, added.err
    ran = vaulted("run", "-c", "gcs", "--", sys.executable, "-W", "ignore", "-c", _GOOGLE)
    assert ran.out == f"{ACCOUNT['client_email']} 256\n", ran.err
