"""What `pass show` and `gopass show` write, and which secrets of a store are asked for."""

from pathlib import Path

import pytest

from nexcred.errors import NexcredError, UsageError
from nexcred.services.importing.found import ImportCandidate
from nexcred.services.importing.managers.gopass import read_gopass
from nexcred.services.importing.managers.password_store import names_in, read_pass
from nexcred.services.importing.managers.password_text import entry_of_text
from nexcred.services.importing.request import ImportRequest
from tests.support.exports.programs import Told
from tests.support.import_readings import plain

PEM = "-----BEGIN OPENSSH PRIVATE KEY-----\nEXAMPLE: x\n-----END OPENSSH PRIVATE KEY-----\n"
TEXTS: dict[str, tuple[str, dict[str, str]]] = {
    "password alone": ("p-EXAMPLE\n", {"password": "p-EXAMPLE"}),
    "named lines": (
        "p: EXAMPLE\nUsername: ada\nURL: *.example.com/*\nSecret Question 1: What? Yes!\n",
        {"password": "p: EXAMPLE", "Username": "ada", "URL": "*.example.com/*", "Secret Question 1": "What? Yes!"},
    ),
    "notes and a seed": (
        "p-EXAMPLE\r\nuser: ada\r\notpauth://totp/x?secret=EXAMPLE&issuer=y\r\nthis is\r\n\r\na note http://x\r\n",
        {
            "password": "p-EXAMPLE",
            "user": "ada",
            "totp": "otpauth://totp/x?secret=EXAMPLE&issuer=y",
            "notes": "this is\n\na note http://x",
        },
    ),
    "no password": ("\nuser: ada\nkey: k-EXAMPLE\n", {"user": "ada", "key": "k-EXAMPLE"}),
    "a seed alone": ("otpauth://totp/x?secret=EXAMPLE\n", {"totp": "otpauth://totp/x?secret=EXAMPLE"}),
    "a key": (PEM, {"content": PEM}),
    "json": ('{\n"a": "EXAMPLE"\n}\n', {"content": '{\n"a": "EXAMPLE"\n}\n'}),
    "gopass with yaml": (
        "p-EXAMPLE\n---\nuser: ada\nport: 5432\n",
        {"password": "p-EXAMPLE", "user": "ada", "port": "5432"},
    ),
    "gopass before 1.12": (
        "GOPASS-SECRET-1.0\nPassword: p-EXAMPLE\nUser: ada\n\nbody\n",
        {"Password": "p-EXAMPLE", "User": "ada", "notes": "body"},
    ),
    "white space is the password's": (" p EXAMPLE \n", {"password": " p EXAMPLE "}),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_a_secret_is_parted_into_its_fields(kind: str) -> None:
    text, wanted = TEXTS[kind]
    entry = entry_of_text("work/portal", text.encode())
    assert {one.label: one.text for one in entry.fields} == wanted
    assert {one.label for one in entry.fields if one.public} <= {"user", "User", "Username", "URL"}


def test_bytes_that_are_no_text_stay_as_they_are() -> None:
    (field,) = entry_of_text("k", b"\xff\x00EXAMPLE").fields
    assert (field.label, field.value.reveal()) == ("content", b"\xff\x00EXAMPLE")


def store(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / f"{name}.gpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return folder


def test_all_secrets_of_a_store_are_shown_by_its_program(tmp_path: Path) -> None:
    place = store(tmp_path, "work/db", "mail", "-x", ".git/objects/a", ".extensions/y")
    (place / ".gpg-id").write_text("EXAMPLE")
    told = Told({f"pass show -- {name}": f"{name}-EXAMPLE\n".encode() for name in ("work/db", "mail", "-x")})
    reading = read_pass(ImportRequest(place=str(place), programs=told))
    names = [(one.name, one.path) for one in reading.found if isinstance(one, ImportCandidate)]
    assert names == [("x", "-x"), ("mail", "mail"), ("work_db", "work/db")]


def test_only_what_is_wanted_is_shown(tmp_path: Path) -> None:
    told = Told({"pass show -- work/db": b"p-EXAMPLE\n"})
    place = store(tmp_path, "work/db", "mail")
    request = ImportRequest(place=str(place), programs=told, wants=lambda path: path.startswith("work/"))
    assert len(read_pass(request).found) == 1
    assert told.asked == ["pass show -- work/db"]


def test_a_store_that_shows_nothing_is_not_asked_for_all(tmp_path: Path) -> None:
    told = Told({"pass version": b"1"})
    place = store(tmp_path, *(f"s{number}" for number in range(50)))
    with pytest.raises(NexcredError, match="shows none of the first 3"):
        read_pass(ImportRequest(place=str(place), programs=told))
    assert len(told.asked) == 3


def test_one_that_is_not_shown_is_named(tmp_path: Path) -> None:
    told = Told({"pass show -- a": b"p-EXAMPLE\n"})
    reading = read_pass(ImportRequest(place=str(store(tmp_path, "a", "b")), programs=told))
    assert "is not shown by pass: no such thing" in str(reading.found)


def test_a_folder_that_leads_to_itself_is_walked_once(tmp_path: Path) -> None:
    place = store(tmp_path, "a/b")
    (place / "a" / "again").symlink_to(place)
    assert names_in(place) == ["a/b"]


def test_no_store_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no password store"):
        read_pass(ImportRequest(place=str(tmp_path / "none")))


def test_gopass_lists_and_shows() -> None:
    told = Told(
        {
            "gopass ls --flat work": b"work/db\nwork/mail\n",
            "gopass show --unsafe --noparsing work/db": b"p-EXAMPLE\nuser: ada\n",
            "gopass show --unsafe --noparsing work/mail": b"q-EXAMPLE\n",
        }
    )
    reading = read_gopass(ImportRequest(place="work", programs=told))
    assert [plain(one) for one in reading.found if isinstance(one, ImportCandidate)] == [
        {"password": "p-EXAMPLE", "user": "ada"},
        {"password": "q-EXAMPLE"},
    ]
    with pytest.raises(NexcredError, match="gopass lists no secrets"):
        read_gopass(ImportRequest(programs=told))
