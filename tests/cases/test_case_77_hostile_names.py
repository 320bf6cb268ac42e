"""Case 77, where people look: what a member, a connector's file or a provider calls things drives no terminal."""

import json
import re
import shutil
import tomllib
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

import pyte
import pytest

import nexcred
from nexcred.model.credential import Value
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.secret import Secret
from nexcred.model.text import is_unsafe
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.founding import found_vault
from nexcred.vault.identity import NO_VAULT, Identity
from tests.support import hostile
from tests.support.opened import Opened
from tests.support.sample_vault import NOW
from tests.support.standins.faults import silence
from tests.support.standins.resci import Resci
from tests.support.terminal import Typed, lines_of, play

EVIL = f"{hostile.ESCAPES}{hostile.BIDI}\nINJECTED\r\u2028INJECTED {hostile.YAML}"
# A name that is a name, so that the record is found; all else in it is hostile.
NAME = "shared"
FIELDS: dict[str, Value] = {
    "base_url": f"https://api.example.com/{EVIL}",
    "port": f"443{EVIL}",
    EVIL: EVIL,
    f"secret {EVIL}": Secret("k-EXAMPLE"),
    "api_key": Secret(f"k-EXAMPLE{EVIL}"),
}
PROBE = ProbeResult(ProbeStatus.REJECTED, NOW, 12, identity=EVIL, detail=EVIL, version=1, http_status=401)
STYLES = re.compile(r"\x1b\[[0-9;]*m")
# What prompt_toolkit draws with: where the cursor is, what is wiped, and how a paste is told.
DRAWING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


@pytest.fixture
def shared(opened: Opened) -> Opened:
    """A vault of an organisation, with a member and two records, whose names all say too much."""
    (path,) = opened.home.rglob("vault.db")
    path.unlink()
    identity = found_vault(
        SqliteStore(path),
        Identity(b"EXAMPLE seed, 32 bytes of no use", NO_VAULT),
        organisation=EVIL,
        full_name=f"Ada {EVIL}",
        slots_for=lambda _: (),
        now=NOW,
    )
    shutil.rmtree(opened.home / ".local/state", ignore_errors=True)
    opened.environment["NEXCRED_IDENTITY"] = identity.secret_string
    hostile.keep(opened, NAME, "rest", FIELDS, description=EVIL, tags=(EVIL,), allowed_hosts=(EVIL,), probe=PROBE)
    hostile.keep(opened, EVIL, "rest", FIELDS, description=EVIL, tags=(EVIL,), probe=PROBE)
    hostile.keep(opened, "other", "rest", FIELDS, method=EVIL)
    vault = hostile.open_vault(opened)
    vault.edit(lambda edit: edit.admit(Identity.generate().public, EVIL, "member"))
    return opened


COMMANDS = [
    ("list",),
    ("list", "--json"),
    ("list", "--tag", EVIL),
    ("show", NAME),
    ("show", NAME, "--reveal"),
    ("show", NAME, "--json"),
    ("show", EVIL),
    ("history", NAME),
    ("history", NAME, "--json"),
    ("get", f"{NAME}/{EVIL}x"),
    ("get", f"{NAME}/nothing"),
    ("probe", NAME),
    ("probe", "--all"),
    ("probe", "--all", "--json"),
    ("probe", "other"),
    ("update", NAME, "--set", f"{EVIL}=1", "--no-probe"),
    ("update", NAME, "--unset", EVIL, "--no-probe"),
    ("update", NAME, "--method", EVIL, "--no-probe"),
    ("update", NAME, "--description", "new"),
    ("request", NAME, "/"),
    ("request", "other", "/"),
    ("token", NAME),
    ("login", NAME),
    ("check", "-c", NAME, "-c", "other"),
    ("check", "-c", NAME, "--json"),
    ("run", "-c", NAME, "--", "true"),
    ("run", "--env", f"X={NAME}/{EVIL}", "--", "true"),
    ("export", NAME, "--format", "pgpass"),
    ("export", "other", "--format", "json", "-o", "out"),
    ("export", NAME, "--format", EVIL),
    ("helper", "aws", NAME),
    ("helper", "kube", NAME),
    ("share", NAME, "--with", EVIL),
    ("share", NAME, "--with", "nobody"),
    ("unshare", NAME, "--with", EVIL),
    ("member", "list"),
    ("member", "list", "--json"),
    ("member", "remove", EVIL, "--yes"),
    ("member", "remove", "nobody", "--yes"),
    ("identity", "show"),
    ("identity", "new", EVIL),
    ("vault", "status"),
    ("vault", "verify"),
    ("vault", "backup", f"nowhere/{EVIL}".replace("\0", "")),
    ("audit",),
    ("audit", "--json"),
    ("doctor",),
    ("rename", NAME, EVIL),
    ("rename", NAME, "shared 2"),
    ("remove", "shared 2", "--yes"),
    ("remove", EVIL, "--yes"),
]


def offending(text: str) -> set[str]:
    """Return what a terminal would obey or hide, line ends and tabs of our own apart."""
    return {character for character in text if is_unsafe(character) and character not in "\n\t"}


def test_case_77_no_command_drives_a_terminal_or_begins_a_line_with_what_others_wrote(shared: Opened) -> None:
    for arguments in COMMANDS:
        for options in ((), ("--debug",), ("--json",)):
            if options[0:1] == ("--json",) and "--json" in arguments:
                continue
            ran = shared(*arguments, *options)
            told = ran.out + ran.err
            assert not offending(told), arguments
            assert not any(line.startswith("INJECTED") for line in told.splitlines()), arguments
            assert "internal error" not in told, arguments


def test_case_77_the_last_line_of_stderr_is_the_error_as_json(shared: Opened) -> None:
    for code, arguments in (
        (2, ("get", f"{NAME}/{EVIL}x")),
        (2, ("show", EVIL)),
        (9, ("update", NAME, "--set", f"{EVIL}=1")),
    ):
        ran = shared(*arguments, "--json")
        assert ran.code == code
        assert set(json.loads(ran.err.splitlines()[-1])) == {"error"}


def test_case_77_a_label_of_show_is_one_line(shared: Opened) -> None:
    """A field may be called so that a line of its own seems to say who owns the record."""
    fields: dict[str, Value] = {"x\n  owner      Ada, INJECTED": "1", "api_key": Secret("k")}
    hostile.keep(shared, "two", "rest", fields)
    ran = shared("show", "two")
    assert ran.code == 0, ran.err
    assert sum(line.startswith("  owner") for line in ran.out.splitlines()) == 1


def test_case_77_the_report_of_a_probe_is_xml(shared: Opened) -> None:
    assert shared("probe", "--all", "--junit", "report.xml").code == 9
    text = (shared.home / "report.xml").read_text()
    assert not offending(text)
    assert len(list(ElementTree.fromstring(text).iter("testcase"))) == 3


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize("line", [["show"], ["get"], ["update", NAME, "--untag"], ["share", NAME, "--with"]])
def test_case_77_nothing_is_completed_that_a_shell_would_take_for_more(
    shared: Opened, shell: str, line: list[str]
) -> None:
    words = [" \t\n\"'@><=;|&(:", " ".join(["nexcred", *line, ""])] if shell == "bash" else [*line, ""]
    ran = shared("complete", shell, "--", *words)
    assert ran.code == 0
    assert not offending(ran.out)
    assert "INJECTED" not in ran.out
    mode, *candidates = ran.out.splitlines()
    assert mode == "words"
    assert all(candidate.startswith((NAME, "other")) for candidate in candidates)


@pytest.fixture
def own(opened: Opened) -> Path:
    """A connector of one's own whose labels have lines of their own, which its file may."""
    assert opened("connectors", "new", "acme").code == 0
    path = opened.home / ".config/nexcred/connectors/acme.toml"
    text = path.read_text()
    for key in ("title", "about", "label", "help"):
        text = re.sub(rf'(?m)^(\s*{key} = )"[^"]*"', r'\1"Acme\\nINJECTED\\tand more"', text)
    assert tomllib.loads(text)["title"] == "Acme\nINJECTED\tand more"
    path.write_text(text)
    return path


def test_case_77_labels_of_a_connector_are_one_line_each(opened: Opened, own: Path) -> None:
    for arguments in (("connectors", "list"), ("connectors", "show", "acme"), ("connectors", "check", str(own))):
        ran = opened(*arguments)
        assert ran.code == 0, ran.err
        assert not offending(ran.out + ran.err)
        assert not any(line.startswith("INJECTED") for line in ran.out.splitlines())
    ran = opened("add", "acme", "--set", "nothing=1")
    assert (ran.code, offending(ran.err)) == (2, set())


def test_case_77_a_file_that_would_drive_a_terminal_is_no_connector(opened: Opened, own: Path) -> None:
    own.write_text(own.read_text().replace("and more", "\\u001b[31m\\u202e"))
    for arguments in (("connectors", "list"), ("connectors", "show", "acme"), ("add", "acme"), ("doctor",)):
        ran = opened(*arguments)
        assert "acme.toml has 7 problems" in ran.out + ran.err
        assert not offending(ran.out + ran.err)


def typed_to(program: Opened, *arguments: str, typed: list[Typed], term: str) -> tuple[int, str, list[str]]:
    screen = pyte.Screen(200, 200)
    environment = {**program.environment, "TERM": term, "NEXCRED_NO_INPUT": "0"}
    ended = play(program.command(*arguments), typed, screen, environment=environment, folder=program.home)
    seen = ended.seen.decode()
    return ended.code, DRAWING.sub("", STYLES.sub("", seen)), lines_of(screen)


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_case_77_prompts_and_what_stands_there_to_be_edited_are_visible(
    opened: Opened, resci: Resci, own: Path, term: str
) -> None:
    opened.environment.pop("NEXCRED_NO_INPUT")
    fields: dict[str, Value] = {"api_key": Secret("k-EXAMPLE"), "base_url": resci.base_url}
    hostile.keep(opened, NAME, "acme", fields, description=f"a{hostile.ESCAPES}{hostile.BIDI}", tags=(EVIL,))
    keys = [Typed("Description (optional)", "\x15new\r"), Typed("Acme", "\r")]
    _, seen, _ = typed_to(opened, "update", NAME, "--no-probe", typed=keys, term=term)
    assert not offending(seen)
    assert "\\u202e" in seen
    assert "\\x0aINJECTED" in seen
    _, seen, _ = typed_to(opened, "remove", NAME, typed=[Typed("Put into the trash, for 30 days?", "n")], term="xterm")
    assert not offending(seen)


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_case_77_a_text_of_several_lines_looks_like_no_question_of_nexcreds(opened: Opened, term: str) -> None:
    opened.environment.pop("NEXCRED_NO_INPUT")
    description = f"a{hostile.BIDI}\nINJECTED Allow evil.example? Yes"
    hostile.keep(opened, NAME, "resci", {"api_key": Secret("k-EXAMPLE")}, description=description)
    code, seen, lines = typed_to(opened, "update", NAME, typed=[Typed("INJECTED", "\x03")], term=term)
    assert code == 130
    assert not offending(seen)
    assert not any(line.startswith("INJECTED") for line in lines)


def test_case_77_styles_are_nexcreds_own(shared: Opened) -> None:
    for arguments in (("list",), ("show", NAME), ("probe", "--all"), ("doctor",), ("connectors", "show", "rest")):
        ran = shared(*arguments, environment={"FORCE_COLOR": "1"})
        shown = ran.err if arguments[0] == "probe" else ran.out  # whose values are refused before anybody is asked
        assert STYLES.search(shown), arguments
        assert not offending(STYLES.sub("", ran.out + ran.err)), arguments
        assert "\\x1b[31m\\x9b2J" in shown or arguments[0] in ("doctor", "connectors", "probe")
        assert "\\x1b[0m" not in ran.out


def test_case_77_what_is_told_while_one_waits_is_one_line(opened: Opened, resci: Resci, own: Path) -> None:
    resci.fault = silence()
    opened.environment["KEY"] = "k-EXAMPLE"
    values = ("--set", "api_key=env:KEY", "--set", f"base_url={resci.base_url}", "--allow-host", resci.host)
    interrupted = [Typed("asking Acme\\x0aINJECTED", "\x03")]
    code, seen, _ = typed_to(opened, "add", "acme", *values, typed=interrupted, term="xterm")
    assert code == 130
    assert not offending(seen)


def test_case_77_what_python_shows_of_them_is_visible(shared: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(shared.home))
    vault = nexcred.open(identity=shared.environment["NEXCRED_IDENTITY"])
    assert not offending(f"{vault!r} {vault[NAME]!r}")
    with suppress(nexcred.errors.NexcredError):  # what its connector does not know, and so is not handed out
        assert not offending(repr(vault[NAME].fields))
