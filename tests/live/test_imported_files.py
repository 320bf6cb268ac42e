"""What `import` takes out of a file is what the tool itself would take, over files that are made up."""

import http.server
import os
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import botocore.exceptions
import botocore.session
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nexcred.services.importing.aws import read_aws_files
from nexcred.services.importing.files import LocalFiles, SourceFile
from nexcred.services.importing.found import ImportCandidate, Reading
from nexcred.services.importing.my_cnf import read_my_cnf_files
from nexcred.services.importing.netrc import read_netrc
from nexcred.services.importing.pg_service import read_pg_service_files
from tests.live.libpq import Libpq, same
from tests.support.import_readings import plain, read_dotenv
from tests.support.standins.in_thread import InThread

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def taken(reading: Reading) -> dict[str, dict[str, object]]:
    """Return the values of what is taken, by name."""
    return {one.name or one.place: plain(one) for one in reading.found if isinstance(one, ImportCandidate)}


class _Asked(http.server.BaseHTTPRequestHandler):
    logins: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        word = self.headers.get("Authorization", "Basic ").partition(" ")[2]
        self.logins.append(b64decode(word).decode())
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with InThread(http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Asked)) as server:
        yield server.port


WORDS = (
    "machine",
    "127.0.0.1",
    "login",
    "password",
    "account",
    "ada",
    '"b c"',
    '"d',
    "#",
    "#e",
    "f#",
    "default",
    "macdef",
)
BEGINNING = "machine 127.0.0.1 login ada password "


@FEW
@given(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from((" ", "\t", "\n", "\n\n"))), max_size=8))
@example([("new", " "), ("#", " "), ("password", " "), ("old", "\n")])
@example([('"a\\"b"', "\n")])
@example([('"abc', "\n")])
@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl: apt-get install curl")
def test_curl_logs_in_by_what_is_taken_out_of_netrc(tmp_path: Path, port: int, words: list[tuple[str, str]]) -> None:
    text = BEGINNING + "".join(word + blank for word, blank in words)
    found = [one for one in read_netrc(text.encode()).found if isinstance(one, ImportCandidate)]
    ours = [plain(one) for one in found if one.values["base_url"] == "https://127.0.0.1"]
    if len(ours) != 1:
        return
    path = tmp_path / "netrc"
    path.write_text(text)
    _Asked.logins.clear()
    command = ["curl", "-q", "-s", "--noproxy", "*", "--netrc-file", str(path), f"http://127.0.0.1:{port}/"]
    assert subprocess.run(command, timeout=60, check=False).returncode == 0
    assert _Asked.logins == [f"{ours[0]['username']}:{ours[0]['password']}"]


GOOD = "aws_access_key_id = k\naws_secret_access_key = s\n"
KEYS = ("aws_access_key_id", "aws_secret_access_key", "AWS_SESSION_TOKEN", "aws_security_token", "region", "s3")
AWS_OPTIONS = st.lists(
    st.one_of(
        st.builds("{}{}{}".format, st.sampled_from(KEYS), st.sampled_from((" = ", "=", ": ")), st.sampled_from("xyz")),
        st.builds("{} = {}".format, st.sampled_from(KEYS), st.sampled_from(("x ; c", '"x"', "", "x=y:z", "x#y"))),
        st.sampled_from(("# c", "; c", "", "  region = nested", "nonsense")),
    ),
    max_size=3,
    unique_by=lambda line: line.partition("=")[0].partition(":")[0].strip().lower(),
)
AWS_SECTIONS = st.builds(
    lambda header, good, options: "\n".join((header, *(GOOD.splitlines() if good else ()), *options, "")),
    st.sampled_from(("[a]", "[default]", "[profile a]", "[ a]", "[DEFAULT]")),
    st.booleans(),
    AWS_OPTIONS,
)
AWS_LINES = st.lists(AWS_SECTIONS, max_size=3, unique_by=lambda text: text.partition("\n")[0]).map("".join)


@FEW
@given(AWS_LINES, AWS_LINES)
@example(f"[a]\n{GOOD}", "[profile a]\nregion = r\n")
@example(f"[a]\n{GOOD}region: r\n[b]\n", "[profile a]\nregion = x\naws_session_token = t\n")
@example("", f"[profile a]\n{GOOD}aws_security_token = t\naws_session_token = u\n")
@example(f"[DEFAULT]\n{GOOD}[a]\n", "")
def test_botocore_signs_by_what_is_taken_out_of_the_files_of_aws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, credentials: str, config: str
) -> None:
    texts = {"credentials": credentials, "config": config}
    for role, text in texts.items():
        (tmp_path / role).write_text(text)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    ours = taken(read_aws_files([SourceFile(role, text.encode(), role) for role, text in texts.items()]))
    for name in ("a", "default"):
        session = botocore.session.Session(profile=name)
        try:
            keys, region = session.get_credentials(), session.get_config_variable("region")
        except (botocore.exceptions.BotoCoreError, AttributeError):
            continue  # a file that it refuses as a whole
        found = ours.get("aws" if name == "default" else name)
        theirs = None if keys is None else (keys.access_key, keys.secret_key, keys.token or None)
        if found is not None:
            assert theirs == (found["access_key_id"], found["secret_key"], found.get("session_token"))
            assert (region or None) == found.get("region")
        elif keys is not None:
            parts = (keys.access_key or " ", keys.secret_key or " ", keys.token or "", region or "")
            assert any(set(part) & set(" \"'\n") for part in parts)


MY_NAMES = ("user", "password", "host", "port", "loose-host", "database")
MY_VALUES = st.text("ab \"'\\#;sn=", max_size=7)
MY_LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ("[client]", "[mysql]", "[CLIENT]", "[client_r]", "[mysqld]", "[client-server]", "# c", "; c", "!x")
        ),
        st.sampled_from(("password", "!include {folder}/more.cnf", "!includedir {folder}/d")),
        st.builds("{}{}{}".format, st.sampled_from(MY_NAMES), st.sampled_from(("=", " = ")), MY_VALUES),
    ),
    max_size=8,
).map(lambda lines: "[client]\nuser=u\npassword=p\n" + "".join(f"{line}\n" for line in lines))
GROUPS = ("client", "client-server", "client-mariadb", "mysql", "mariadb-client")
FIELDS = {"user": "username", "password": "password", "host": "host", "port": "port", "database": "database"}


@FEW
@given(MY_LINES, MY_LINES)
@example('[client]\npassword="a#b"\n!include {folder}/more.cnf\n', "[client]\nhost=h\n")
@example("[client]\npassword=p\n[client_r]\nhost=h\npassword='a\\sb'\n", "")
@pytest.mark.skipif(
    not shutil.which("my_print_defaults"), reason="needs my_print_defaults: apt-get install mariadb-client"
)
def test_mysql_has_what_is_taken_out_of_option_files(tmp_path: Path, text: str, more: str) -> None:
    folder = tmp_path / "d"
    folder.mkdir(exist_ok=True)
    text = text.replace("{folder}", str(tmp_path))
    for path in (tmp_path / "more.cnf", folder / "one.cnf"):
        path.write_text(more.replace("!include", "#"))
    main = tmp_path / "main.cnf"
    main.write_text(text)
    ours = taken(read_my_cnf_files([SourceFile("FILE", text.encode())], LocalFiles()))
    for suffix, name in (("", "mysql"), ("_r", "r")):
        given_suffix = [f"--defaults-group-suffix={suffix}"] if suffix else []
        command = ["my_print_defaults", f"--defaults-file={main}", *given_suffix, *GROUPS]
        done = subprocess.run(command, capture_output=True, timeout=60, check=True)
        # A value may hold a line break; no option that is made up here begins with "--".
        printed = done.stdout.decode().removesuffix("\n").removeprefix("--").split("\n--")
        parted = (line.removeprefix("loose-").partition("=") for line in printed)
        theirs = {option: value for option, _, value in parted}
        found = ours.get(name)
        if found is not None:
            wanted = {field: theirs[option] for option, field in FIELDS.items() if theirs.get(option)}
            assert found == {"host": "localhost", **wanted}
        elif not suffix:
            assert not theirs.get("password")


PG_LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ("[a]", "[b]", "[a] x", "# c", "", "nonsense", "host=h", "port=1", "dbname=d", "sslmode=require")
        ),
        st.builds(
            "{}{}{}".format,
            st.sampled_from(("user", "password")),
            st.sampled_from(("=", " =")),
            st.text("ab #'\\=", max_size=5),
        ),
    ),
    max_size=8,
).map(lambda lines: "[a]\nhost=h\nuser=u\n" + "".join(f"{line}\n" for line in lines))
PASSWORD_LINES = st.lists(
    st.builds(
        "{}:{}:{}:{}:{}\n".format,
        st.sampled_from(("h", "*", "i")),
        st.sampled_from(("1", "*", "5432")),
        st.sampled_from(("d", "u", "*")),
        st.sampled_from(("u", "*", "a\\:b")),
        st.text("pq\\", min_size=1, max_size=4),
    ),
    max_size=4,
).map("".join)


@FEW
@given(PG_LINES, PASSWORD_LINES)
@example("[a]\nhost=h\nuser=u\npassword= p # q \npassword=no\n[a]\nhost=no\n", "")
@example("[a]\nhost=h\nuser=u\n", "h:1:*:u:no\nh:5432:u:u:p\\\\q\n*:*:*:*:no\n")
def test_libpq_has_what_is_taken_out_of_service_and_password_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, services: str, passwords: str
) -> None:
    for name, text in (("services", services), ("passwords", passwords)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o600)
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "passwords"))
    texts = [SourceFile("S", services.encode()), SourceFile("P", passwords.encode(), "passwords")]
    ours = taken(read_pg_service_files(texts, LocalFiles()))
    theirs = Libpq().of_service("a")
    if "a" in ours:
        assert theirs is not None
        assert same(ours["a"], theirs)
    else:
        assert theirs is None or not theirs["password"]


URL_PARTS = st.text("ab:@/?#%2F+&= ", max_size=5)


@FEW
@given(URL_PARTS, URL_PARTS, URL_PARTS, st.sampled_from(("", "?sslmode=require", "?user=b&password=a%2Fb", "?host=i")))
@example("u", "p", "d", "")
@example("u", "a%2Fb+c:d", "d", "")
@example("u", "12/34", "d", "")
def test_libpq_parts_a_url_as_it_is_taken(user: str, password: str, database: str, query: str) -> None:
    url = f"postgresql://{user}:{password}@h:1/{database}{query}"
    found = taken(read_dotenv(f"A_URL='{url}'\n".encode()))
    if "a" in found and "?" not in database:
        theirs = Libpq().parsed(url)
        assert theirs
        ours = {**found["a"], "database": found["a"].get("database", "")}
        assert same(ours, {"dbname": theirs.get("user", ""), **theirs})


@FEW
@given(st.text("'\\= p", max_size=8), st.sampled_from(("password={}", "host =  {} user=u", "user='{}'")))
@example("'p \\' q' host = h", "password={}")
@example("p q", "password={}")
def test_libpq_parts_its_own_words_as_they_are_taken(value: str, words: str) -> None:
    text = f"host=h user=u password=p {words.format(value)}"
    found = taken(read_dotenv(('A_URL="' + text.replace("\\", "\\\\") + '"\n').encode()))
    if "a" in found:
        theirs = Libpq().parsed(text)
        # libpq refuses a name that it does not know; it may be another driver's, and is left out by name.
        assert not theirs or same(found["a"], {"dbname": theirs["user"], **theirs})
