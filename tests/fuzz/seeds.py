"""Where fuzzing begins: what nexcred itself writes, one or more of it for each target."""

import json
from base64 import b64encode
from importlib.resources import files

from nexcred.stores.s3.manifest import encode, encode_heads, first_manifest
from nexcred.vault.access_list import AccessList, write_list
from nexcred.vault.checkpoint import write_checkpoint
from nexcred.vault.identity import Identity
from nexcred.vault.overview import Overview, write_overview
from nexcred.vault.padding import pad
from nexcred.vault.plaintext import write_details
from nexcred.vault.primitives import digest
from nexcred.vault.recovery_key import write_recovery_key
from nexcred.vault.roster_changes import found_roster
from nexcred.vault.slot import make_recovery_slot
from nexcred.vault.statements import Statement, write_statement
from nexcred.vault.tree import put_in_leaf
from tests.support.memory_store import MemorySnapshot, MemoryStore
from tests.support.sample_overview import OVERVIEW
from tests.support.sample_vault import SEED, details, fill, open_new
from tests.support.standins.google import service_account

_SOURCES = (
    b'[{"name": "a", "credentials_type": "rest", "credentials": {"auth.type": "BASIC", "basic.username": "u"}}]',
    b"export PGHOST=h\nPGPASSWORD='p'\nA_DATABASE_URL=mysql://u:p@h:1/d?x=y\nACME_TOKEN=t\nACME_URL=https://a.example\n",
    b"[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = s\n",
    b"h:5432:d\\:1:u:p\n*:*:*:u:p\n",
    b"[svc]\nhost=h\ndbname=d\nuser=u\npassword=p\n",
    b'[client]\nuser = root\npassword = "a#b\\n" # c\n',
    b'machine h login u password "p"\ndefault login a password b\nmacdef x\n\n',
    b"",
    b"",
    b'{"folders": [{"id": "f", "name": "W"}], "items": [{"type": 1, "name": "a", "folderId": "f", "login": {"uris":'
    b' [{"uri": "https://a.example"}], "password": "p"}, "fields": [{"name": "k", "value": "v", "type": 1}]}]}',
    b'[{"title": "a", "fields": [{"label": "password", "value": "p", "purpose": "PASSWORD"}]}]',
    b'Group,Title,Password\n"W","a","p"\n',
    b'name,url,username,password,note\n"a, b",https://a.example,u,"p""q",n\n',
    b'{"a": {"conn_type": "postgres", "host": "h", "login": "u", "password": "p", "extra": "{\\"x\\": 1}"}, "b": "mysql://u:p@h/d"}',
    b"a: {outputs: {d: &d {type: postgres, host: h, pass: p}, e: {<<: *d, pass: \"{{ env_var('X', 'y') }}\"}}}\n",
    b'[connections.a]\naccount = "a"\nuser = "u"\npassword = "p"\n',
    b"[DEFAULT]\nhost = https://a.cloud.databricks.com\ntoken = dapi0\n",
    b'{"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}',
    b'{"data": {"data": {"user": "u", "key": "k", "n": 1}, "metadata": {}}}',
)
_KDBX = (
    b'<KeePassFile><Root><Group><Entry><String><Key>Password</Key><Value Protected="True">AAAA</Value></String></Entry>'
    b"</Group></Root></KeePassFile>",
    bytes.fromhex("03d9a29a67fb4bb500000400") + b"\x02\x10\0\0\0" + bytes(16) + b"\0\0\0\0\0",
)

_HTTP = (
    b"\xffGET /v1/credentials/a%20b/key?x=y HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer EXAMPLE\r\n\r\n",
    b"\x03POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nabcdGET /b HTTP/1.1\r\nHost: b\r\n\r\n",
    b"\x01PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x\r\nc\r\n0\r\n\r\n",
    b"\x07PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\nGET /b",
    b"\x10POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\nUpgrade: h2c\r\n\r\na",
)

_POLICY = (
    b'{"expires_at":"2026-12-01T00:00:00.000Z","never_expires":true,"rotate_every_days":90,"later":[1],'
    b'"rotator":"000102030405060708090a0b0c0d0e0f","exposures":[{"revision":1,"why":"left","at":"2026-12-01T00:00:00.000Z",'
    b'"name":"Bob"}],"former":[{"revision":1,"state":"dead","refused_at":["2026-12-01T00:00:00.000Z"]}]}'
)


def list_of(overview: Overview) -> AccessList:
    assert isinstance(overview.access, AccessList)
    return overview.access


def statements_of(overview: Overview) -> list[Statement]:
    """Return the statement of the details, and of every other part."""
    stated = (overview.statement, *(part.statement for part in overview.parts))
    return [statement for statement in stated if statement is not None]


def seeds() -> dict[str, list[bytes]]:
    """Return genuine inputs by target."""
    store = MemoryStore()
    fill(open_new(store))
    snapshot, ada = MemorySnapshot(store.tables), Identity(SEED, bytes(16))
    catalog = [one for one in files("nexcred.connectors").joinpath("catalog").iterdir() if one.name.endswith(".toml")]
    key_file = json.dumps(service_account("https://oauth2.googleapis.com/token")).encode()
    text = '{"a": [1, 2.5e3, null, true], "b": "\\ud83d\\ude00", "c": {"d": []}}'
    return {
        "record": list(store.tables.items.values()),
        "padding": [pad(b"EXAMPLE"), pad(b"x" * 5_000)],
        "head": [snapshot.head() or b""],
        "manifest": [
            encode(first_manifest(bytes(16), {63: b"head"})[0].followed_by(64, b"next")),
            encode_heads(((64, b"head"), (70, b"next"))),
        ],
        "slot": [make_recovery_slot(bytes(32), ada)],
        "leaf": [put_in_leaf(put_in_leaf(b"", bytes(16), digest(b"a")), b"\1" * 16, digest(b"b"))],
        "roster_entry": list(found_roster(ada, "Example Ltd", "Ada Example").entries),
        "access_list": [write_list(list_of(OVERVIEW)).encode()],
        "statement": [write_statement(one).encode() for one in statements_of(OVERVIEW)],
        "checkpoint": [write_checkpoint(open_new(MemoryStore()).checkpoint()).encode()],
        "policy": [_POLICY],
        "overview": [write_overview(OVERVIEW)],
        "listed": [write_overview(OVERVIEW)],
        "vault_file": [b"", b"\0\x10\0\x7f" * 3],
        "details": [write_details(details(), bytes(16)), write_details(details(b"\0\xff"), bytes(16))],
        "strict_json": [text.encode()],
        "connector": [one.read_bytes() for one in catalog],
        "judge": [
            b'\0\x64content-type: application/json\n{"user": {"email": "ada@example.com"}, "expires_at": 1}',
            b"\1\x49retry-after: Fri, 21 Nov 2026 12:00:00 GMT\n<html>",
            b'\1\x2f\n<?xml version="1.0"?><E:Error xmlns:E="x"><Code>a</Code><B/><B>1</B></E:Error>',
        ],
        "device_code": [
            b"\x00\x64"
            + b'{"device_code": "d", "user_code": "WDJB-MJHT", "verification_uri": "https://a.example/device",'
            b' "verification_uri_complete": "https://a.example/device?c=1", "expires_in": 900, "interval": 5}',
            b"\x01\x2c" + b'{"error": "slow_down", "interval": 10}',
            b"\x01\x2c" + b'{"error": "authorization_pending"}',
        ],
        "token_answer": [
            b'\0\x64{"access_token": "a", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "b"}',
            b'\1\x2c{"error": "invalid_grant", "error_description": "gone"}',
        ],
        "key_file": [key_file, b64encode(key_file)],
        "import": [bytes([number]) + seed for number, seed in enumerate(_SOURCES)],
        "kdbx": list(_KDBX),
        "password_text": [b"p\nuser: u\notpauth://totp/a?secret=S\nnote\n"],
        "template": [b"a: {{ nexcred://Prod%20Events/api_key }}\n{{nexcred://x/y}} {{ nexcred://z"],
        "reference": [b"Prod Events/api_key", b"nexcred://Prod%20Events/api_key"],
        "name": ["Prod Ünïcode 日本".encode()],
        "http": list(_HTTP),
        "identity": [ada.secret_string.encode(), ada.public_string.encode()],
        "recovery_key": [write_recovery_key(bytes(range(32))).encode()],
    }
