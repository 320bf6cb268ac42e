"""A credential is picked by typing where a command needs one and none was named."""

import shlex
import shutil
from pathlib import Path

import pyte
import pytest

from tests.support.opened import Opened
from tests.support.terminal import Ended, Typed, lines_of, play

KEYS = "type to filter"
NAMES = ("Prod Events", "prod 2", "prod 10", "Ünïcode ключ", "tést ^31m", "warehouse")


@pytest.fixture(scope="session")
def many(founded: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Opened:
    home = tmp_path_factory.mktemp("many") / "home"
    shutil.copytree(founded[0], home)
    program = Opened(home, NEXCRED_IDENTITY=founded[1])
    for number, name in enumerate(NAMES):
        held = {"HELD": f"key-{number}-EXAMPLE"}
        added = program("add", "resci", name, "--set", "api_key=env:HELD", "--no-probe", environment=held)
        assert added.code == 0, added.err
    assert program("update", "warehouse", "--description", "the lake of the north", "--tag", "prod-lake").code == 0
    return program


def pick(
    program: Opened,
    words: tuple[str, ...],
    typed: list[Typed],
    *,
    columns: int = 80,
    rows: int = 24,
    term: str = "xterm",
) -> tuple[Ended, list[str]]:
    screen = pyte.Screen(columns, rows)
    ended = play(
        program.command(*words),
        typed,
        screen,
        environment={**program.environment, "TERM": term},
        folder=program.home,
    )
    return ended, lines_of(screen)


@pytest.mark.parametrize(
    ("typed", "name", "key"),
    [
        ("ware\r", "warehouse", "key-5-EXAMPLE"),
        ("whse\r", "warehouse", "key-5-EXAMPLE"),
        ("NORTH lake\r", "warehouse", "key-5-EXAMPLE"),
        ("prod ev\r", "Prod Events", "key-0-EXAMPLE"),
        ("ключ\r", "Ünïcode ключ", "key-3-EXAMPLE"),
        ("prod 1\r", "prod 10", "key-2-EXAMPLE"),
        ("\x1b[B\x1b[B\x1b[A\r", "prod 10", "key-2-EXAMPLE"),
        ("zzz\r\x15prod 2\r", "prod 2", "key-1-EXAMPLE"),
        ("prod 22\x7f\r", "prod 2", "key-1-EXAMPLE"),
        ("warehouse x\x17\r", "warehouse", "key-5-EXAMPLE"),
    ],
)
def test_get_prints_what_was_picked(many: Opened, typed: str, name: str, key: str) -> None:
    ended, shown = pick(many, ("get",), [Typed("   Ünïcode", typed)])
    assert ended.code == 0, shown
    assert shown == [f"› Credential {name}", key]


def test_it_is_sorted_naturally_and_shows_the_status(many: Opened) -> None:
    ended, shown = pick(many, ("show",), [Typed("   Ünïcode", "\x03")])
    assert ended.code == 130
    seen = ended.seen.decode()
    assert KEYS in seen
    order = [seen.index(name) for name in ("prod 2", "prod 10", "Prod Events", "warehouse", "Ünïcode")]
    assert order == sorted(order)
    assert "not probed" in seen
    assert shown[0] == "› Credential"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show",), "api_key  ••••"),
        (("update", "--tag", "new"), "updated Prod Events"),
        (("run", "--", "printenv", "RESCI_API_KEY"), "key-0-EXAMPLE"),
        (("run", "--dry-run", "--", "true"), "RESCI_API_KEY"),
        (("probe",), "Prod Events"),
    ],
    ids=str,
)
def test_each_command_goes_on_with_it(many: Opened, words: tuple[str, ...], told: str) -> None:
    no_network = {"HTTPS_PROXY": "http://127.0.0.1:1"}
    many.environment |= no_network
    ended, shown = pick(many, words, [Typed("   Ünïcode", "events\r")], rows=40)
    assert told in "\n".join(shown), ended


@pytest.mark.parametrize("words", [("get",), ("show",), ("update", "--tag", "x")], ids=str)
def test_nobody_is_asked_without_a_terminal(many: Opened, words: tuple[str, ...]) -> None:
    ran = many(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "is missing" in ran.err
    assert f"see: nexcred {words[0]} --help" in ran.err
    assert many("run", "--", "true").code == 0
    assert "say what to probe" in many("probe").err


def test_a_vault_without_any_has_nothing_to_pick(opened: Opened) -> None:
    del opened.environment["NEXCRED_NO_INPUT"]
    ended, shown = pick(opened, ("get",), [])
    assert ended.code == 3
    assert any("there is no credential yet" in line for line in shown)


@pytest.mark.parametrize(("columns", "rows"), [(20, 6), (40, 4), (200, 50)])
def test_it_fits_any_window(many: Opened, columns: int, rows: int) -> None:
    ended, shown = pick(many, ("get",), [Typed("   ", "prod 10\r")], columns=columns, rows=rows)
    assert ended.code == 0
    assert shown[-1].endswith("key-2-EXAMPLE")


def test_a_plain_terminal_takes_a_word(many: Opened) -> None:
    typed = [Typed("Credential", "prod\r"), Typed("Credential", "prod 2\r")]
    ended, shown = pick(many, ("get",), typed, term="dumb")
    assert ended.code == 0, shown
    assert any("choose one of: prod 2, prod 10, Prod Events, warehouse" in line for line in shown)
    assert shown[-1] == "key-1-EXAMPLE"


def test_the_list_is_gone_once_it_is_answered(many: Opened) -> None:
    script = f"{shlex.join(many.command('get'))}; echo then"
    screen = pyte.Screen(80, 24)
    environment = {**many.environment, "TERM": "xterm"}
    typed = [Typed("   Ünïcode", "ware\r")]
    play(["sh", "-c", script], typed, screen, environment=environment, folder=many.home)
    assert lines_of(screen) == ["› Credential warehouse", "key-5-EXAMPLE", "then"]
