"""KeePass databases of both versions, sealed here as KeePass seals them, and what may be wrong with one."""

import base64
import gzip
import os
from collections.abc import Callable

import pytest

from nexcred.errors import InvalidData, Locked
from nexcred.model.secret import Secret
from nexcred.services.importing.files import SourceFile
from nexcred.services.importing.found import ImportCandidate, Reading
from nexcred.services.importing.managers.keepass import read_keepass
from nexcred.services.importing.request import ImportRequest
from tests.support.exports.sealing import (
    AES_KDF,
    AES_UUID,
    ARGON2ID,
    CHACHA20_UUID,
    composite,
    hide_3,
    hide_4,
    kdbx_3,
    kdbx_4,
)
from tests.support.import_readings import plain

PASSPHRASE = "correct horse EXAMPLE"
_XML = """<?xml version="1.0" encoding="utf-8"?><KeePassFile><Meta><RecycleBinEnabled>True</RecycleBinEnabled>
<RecycleBinUUID>YmluYmluYmluYmluYmluYg==</RecycleBinUUID>{binaries}</Meta><Root><Group><UUID>cm9vdA==</UUID><Name>Passwords</Name>
<Group><UUID>d29yaw==</UUID><Name>Work</Name><Entry><String><Key>Title</Key><Value>Portal &amp; co</Value></String>
<String><Key>UserName</Key><Value>ada</Value></String>
<String><Key>Password</Key><Value Protected="True">{0}</Value></String>
<String><Key>URL</Key><Value>https://portal.example</Value></String>
<String><Key>otp</Key><Value Protected="True">{1}</Value></String>
<String><Key>Notes</Key><Value>two
lines</Value></String>
<Binary><Key>key.bin</Key><Value Ref="0"/></Binary><Tags>a;b</Tags>
<History><Entry><String><Key>Password</Key><Value Protected="True">{2}</Value></String></Entry></History>
</Entry></Group>
<Group><UUID>YmluYmluYmluYmluYmluYg==</UUID><Name>Recycle Bin</Name><Entry>
<String><Key>Title</Key><Value>gone</Value></String>
<String><Key>Password</Key><Value Protected="True">{3}</Value></String></Entry></Group></Group></Root></KeePassFile>"""
VALUES = ["p\u00e4ss-EXAMPLE\x01", "otpauth://totp/x?secret=EXAMPLE", "old-EXAMPLE", "gone-EXAMPLE"]
BINARY = b"\x00\xff\x01EXAMPLE"


def read(data: bytes, passphrase: str = PASSPHRASE, key_file: bytes | None = None) -> Reading:
    request = ImportRequest(
        (SourceFile("FILE", data),),
        passphrase=lambda: Secret(passphrase),
        key_file=None if key_file is None else Secret(key_file),
    )
    return read_keepass(request)


def version_4(**how: object) -> bytes:
    xml = _XML.format(*hide_4(VALUES), binaries="").encode()
    return kdbx_4(xml, PASSPHRASE, binaries=(BINARY,), **how)  # type: ignore[arg-type]


def version_3() -> bytes:
    packed = base64.b64encode(gzip.compress(BINARY)).decode()
    binaries = f'<Binaries><Binary ID="0" Compressed="True">{packed}</Binary></Binaries>'
    return kdbx_3(_XML.format(*hide_3(VALUES), binaries=binaries).encode(), PASSPHRASE)


MADE: dict[str, Callable[[], bytes]] = {
    "4 argon2d aes": version_4,
    "4 argon2id chacha20": lambda: version_4(kdf=ARGON2ID, cipher=CHACHA20_UUID),
    "4 aes-kdf": lambda: version_4(kdf=AES_KDF, passes=70_000),
    "4 unpacked": lambda: version_4(packed=False),
    "3.1": version_3,
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_an_entry_keeps_all_that_it_holds(make: Callable[[], bytes]) -> None:
    reading = read(make())
    (one,) = reading.found
    assert isinstance(one, ImportCandidate), one
    assert (one.name, one.tags, one.path) == ("Portal & co", ("Work", "a", "b"), "Work/Portal & co")
    assert plain(one) == {
        "username": "ada",
        "password": VALUES[0],
        "url": "https://portal.example",
        "otp": VALUES[1],
        "notes": "two\nlines",
        "key.bin": BINARY,
    }
    assert one.left_out == ("earlier versions",)
    assert reading.notes == ("left out: 1 in the database's recycle bin",)


def test_another_passphrase_opens_nothing() -> None:
    for make in MADE.values():
        with pytest.raises(Locked, match="not the passphrase"):
            read(make(), "wrong")


KEY_FILES = {
    "32 bytes": b"\x01" * 32,
    "hex": b"ab" * 32,
    "any": b"any file at all",
    "xml 1": b"<?xml version='1.0'?><KeyFile><Meta><Version>1.00</Version></Meta><Key><Data>"
    + base64.b64encode(b"\x07" * 32)
    + b"</Data></Key></KeyFile>",
    "xml 2": b"<KeyFile><Meta><Version>2.0</Version></Meta><Key><Data Hash='0'>\n  "
    + b"07" * 32
    + b"\n</Data></Key></KeyFile>",
}


@pytest.mark.parametrize("kind", KEY_FILES)
def test_a_key_file_with_and_without_a_passphrase(kind: str) -> None:
    import hashlib

    raw = {"32 bytes": b"\x01" * 32, "hex": b"\xab" * 32, "any": hashlib.sha256(KEY_FILES["any"]).digest()}
    part = raw.get(kind, b"\x07" * 32)
    for passphrase in ("", PASSPHRASE):
        typed = hashlib.sha256(passphrase.encode()).digest() if passphrase else b""
        key = hashlib.sha256(typed + part).digest()
        assert len(read(version_4(key=key), passphrase, KEY_FILES[kind]).found) == 1
    with pytest.raises(Locked):
        read(version_4(key=composite(PASSPHRASE)), PASSPHRASE, KEY_FILES[kind])


def test_a_file_that_is_cut_anywhere_is_refused() -> None:
    for make in (version_4, version_3):
        whole = make()
        for size in (*range(0, 300, 7), len(whole) // 2, len(whole) - 1):
            with pytest.raises((InvalidData, Locked)):
                read(whole[:size])


def test_a_file_that_was_changed_is_refused() -> None:
    whole = version_4()
    for place in range(0, len(whole), max(1, len(whole) // 60)):
        changed = bytearray(whole)
        changed[place] ^= 1
        with pytest.raises((InvalidData, Locked)):
            read(bytes(changed))


ENTITY = '<!DOCTYPE k [<!ENTITY a "aaaa"><!ENTITY x SYSTEM "file:///etc/passwd">]><KeePassFile>&x;</KeePassFile>'
DEEP = "<KeePassFile><Root>" + "<Group>" * 300 + "</Group>" * 300 + "</Root></KeePassFile>"
HIDDEN = '<KeePassFile><Root><Group><Entry><String><Key>a</Key><Value Protected="True">{}</Value></String></Entry>'
HIDDEN += "</Group></Root></KeePassFile>"


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        (ENTITY, "document type definition"),
        (DEEP, "levels deep"),
        ("<KeePassFile>", "damaged"),
        (HIDDEN.format("%%%"), "cannot be read"),
        (HIDDEN.format(base64.b64encode(os.urandom(32)).decode()), "cannot be read"),
    ],
)
def test_hostile_xml_is_refused(xml: str, why: str) -> None:
    with pytest.raises(InvalidData, match=why):
        read(kdbx_4(xml.encode(), PASSPHRASE))


def test_what_would_unpack_to_more_than_makes_sense_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nexcred.services.importing.managers.kdbx._MOST_BYTES", 1024 * 1024)
    with pytest.raises(InvalidData, match="more than 1 MiB"):
        read(kdbx_4(b" " * 10_000_000, PASSPHRASE))


@pytest.mark.parametrize("how", [{"memory": 2**40}, {"passes": 2**40}, {"kdf": AES_KDF, "passes": 2**40}])
def test_a_key_that_would_cost_too_much_is_refused_before_it_is_derived(how: dict[str, int]) -> None:
    """Whoever wrote the file chose what it costs to open."""
    data = bytearray(version_4(**({"kdf": AES_KDF, "passes": 1} if "kdf" in how else {})))
    name = b"R" if "kdf" in how else b"M" if "memory" in how else b"I"
    at = data.index(b"\x05\x01\x00\x00\x00" + name) + 10
    data[at : at + 8] = (2**40).to_bytes(8, "little")
    with pytest.raises(InvalidData, match="may cost"):
        read(bytes(data))


def test_what_is_no_database_asks_for_no_passphrase() -> None:
    request = ImportRequest((SourceFile("FILE", b"\x7fELF"),))
    with pytest.raises(InvalidData, match="no KeePass database"):
        read_keepass(request)
    first = ImportRequest((SourceFile("FILE", bytes.fromhex("03d9a29a65fb4bb5")),))
    with pytest.raises(InvalidData, match="KeePass 1"):
        read_keepass(first)
    twofish = version_4().replace(AES_UUID, bytes.fromhex("ad68f29f576f4bb9a36ad47af965346c"))
    with pytest.raises((InvalidData, Locked)):
        read(twofish)
