"""`nexcred doctor` as a process."""

import json
import os
import time

from tests.support.opened import Opened
from tests.support.program import Program
from tests.support.program_fixtures import nexcred

__all__ = ["nexcred"]


def _checks(program: Program, code: int, **environment: str) -> dict[str, dict[str, str]]:
    ran = program("doctor", "--json", environment=environment)
    assert (ran.code, ran.err) == (code, "")
    return {check["check"]: check for check in json.loads(ran.out)}


def test_a_machine_in_order_exits_0(opened: Opened) -> None:
    checks = _checks(opened, 0)
    assert set(checks) == {
        *("versions", "terminal", "files", "connectors", "clock", "vault", "anchor", "settings"),
        *("unlocking", "keyring", "tls", "proxy", "recovery", "backup"),
    }
    assert checks["unlocking"]["detail"] == "NEXCRED_IDENTITY gives an identity"


def test_a_vault_without_a_recovery_key_or_a_backup_is_warned_of(opened: Opened) -> None:
    spare = ("recovery", "backup")
    before = _checks(opened, 0)
    assert [before[one]["status"] for one in spare] == ["warning", "warning"]
    hints = [before[one]["hint"] for one in spare]
    assert [hint.partition(": ")[2] for hint in hints] == ["nexcred vault recovery", "nexcred vault backup FILE"]
    assert opened("vault", "recovery").code == 0
    assert opened("vault", "backup", "copy.db").code == 0
    after = _checks(opened, 0)
    assert [after[one]["status"] for one in spare] == ["ok", "ok"]


def test_an_old_backup_is_warned_of(opened: Opened) -> None:
    assert opened("vault", "backup", "copy.db").code == 0
    (mark,) = opened.home.rglob("backed-up/*")
    month_ago = time.time() - 31 * 86400
    os.utime(mark, (month_ago, month_ago))
    check = _checks(opened, 0)["backup"]
    assert (check["status"], "31 days old" in check["detail"]) == ("warning", True)
    assert opened("vault", "backup", "another.db").code == 0
    assert _checks(opened, 0)["backup"]["status"] == "ok"


def test_a_machine_without_a_vault_has_no_problem(nexcred: Program) -> None:
    assert _checks(nexcred, 0)["vault"]["status"] == "warning"
    assert not list(nexcred.home.iterdir())


def test_a_problem_exits_1_and_says_what_mends_it(opened: Opened) -> None:
    vault = opened.home / ".local/share/nexcred/vault.db"
    vault.chmod(0o644)
    checks = _checks(opened, 1)
    assert checks["files"]["hint"] == f"run: chmod 600 {vault}"


def test_no_secret_is_printed(opened: Opened) -> None:
    secrets = {
        "HTTPS_PROXY": "http://user:proxy-EXAMPLE-pass@127.0.0.1:9",
        "NEXCRED_PASSPHRASE": "passphrase-EXAMPLE",
    }
    ran = opened("doctor", environment=secrets)
    assert "with a login" in ran.out
    assert not [word for word in ("EXAMPLE", "user:", "NEXCRED-SECRET") if word in ran.out + ran.err]


def test_without_a_home_it_says_so(nexcred: Program) -> None:
    ran = nexcred("doctor", environment={"XDG_DATA_HOME": "relative", "XDG_STATE_HOME": "relative"})
    assert "Traceback" not in ran.err
    assert ran.code in (0, 1)


def test_a_secret_that_a_connector_would_take_is_named(opened: Opened) -> None:
    held = {"HELD": "key-EXAMPLE"}
    for name, fields in (
        ("payments", ["STRIPE_API_KEY=env:HELD"]),
        ("resci old", ["api_key=env:HELD"]),
        ("anything", ["api_key=env:HELD"]),
        ("more", ["STRIPE_API_KEY=env:HELD", "JWT_SECRET=env:HELD"]),
    ):
        words = [word for field in fields for word in ("--set", field)]
        assert opened("add", "secret", name, *words, environment=held).code == 0
    ran = opened("doctor", "--json")
    found = {check["hint"] for check in json.loads(ran.out) if check["check"] == "secrets"}
    assert found == {
        "run: nexcred update 'payments' --connector stripe",
        "run: nexcred update 'resci old' --connector resci",
    }
    assert (ran.code, "key-EXAMPLE" in ran.out) == (0, False)
    assert opened("update", "payments", "--connector", "stripe", "--no-probe").code == 0
