"""Case 1: no plaintext name, tag, field or URL in the vault, its journal, or anything else in its folder."""

import base64
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from nexcred.model.credential import Details, Value
from nexcred.model.secret import Secret
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.changes import Changes, NewRecord
from nexcred.vault.edit import Edit
from nexcred.vault.founding import found_vault
from nexcred.vault.identity import NO_VAULT, Identity
from nexcred.vault.vault import Vault
from tests.support.remembering import seen
from tests.support.sample_vault import NOW, SEED, accepted, everything, remove, set_session
from tests.support.vault_file import proved

CANARIES = [
    f"canary-{what}-EXAMPLE"
    for what in ("name", "about", "tag", "connector", "method", "field", "url", "host", "secret", "old", "token")
] + ["canary-organisation-EXAMPLE", "canary-founder-EXAMPLE", "ada@example.com", "accepted", "api_key"]

# Kills itself when all items are written and the leaves are due: the journal is on disk, the commit is not made.
KILLED_WRITER = """
import os, signal, sys
from pathlib import Path
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from tests.support.sample_vault import draft

class Leaves(dict):
    def items(self):
        os.kill(os.getpid(), signal.SIGKILL)

class Killed(SqliteStore):
    def commit(self, change, expected_head):
        return super().commit(change._replace(leaves=Leaves(change.leaves)), expected_head)

vault = Vault(Killed(Path(sys.argv[1])), Identity.parse(sys.stdin.read()))
drafts = [draft(f"canary-name-EXAMPLE {n}", "canary-secret-EXAMPLE" * 20_000) for n in range(10, 19)]
vault.edit(lambda edit: [edit.add(one) for one in drafts])
"""


def canary_details(secret: str) -> Details:
    fields: dict[str, Value] = {"canary-field-EXAMPLE": "canary-url-EXAMPLE", "api_key": Secret(secret)}
    return Details("canary-connector-EXAMPLE", "00" * 32, "canary-method-EXAMPLE", ("canary-host-EXAMPLE:443",), fields)


def fill_with_canaries(path: Path) -> Vault:
    store = SqliteStore(path)
    founder = found_vault(
        store,
        Identity(SEED, NO_VAULT),
        organisation="canary-organisation-EXAMPLE",
        full_name="canary-founder-EXAMPLE",
        slots_for=lambda _: (),
        now=NOW,
    )
    vault = Vault(store, founder)
    old, new = canary_details("canary-old-EXAMPLE"), canary_details("canary-secret-EXAMPLE")
    for number in range(3):
        name = f"canary-name-EXAMPLE {number}"
        draft = NewRecord(name, "canary-about-EXAMPLE", ("canary-tag-EXAMPLE",), old)
        credential = vault.edit(partial(Edit.add, draft=draft))
        changes = Changes(details=new, probe=accepted(), expires_at=NOW)
        vault.edit(partial(Edit.update, credential=credential, changes=changes))
        set_session(vault, name, {"access_token": "canary-token-EXAMPLE"})
    remove(vault, "canary-name-EXAMPLE 2")
    return vault


def assert_no_canary(folder: Path) -> list[str]:
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    for file in files:
        content = file.read_bytes().lower()
        for canary in CANARIES:
            forms = (canary.encode(), canary.encode("utf-16-le"), canary.encode().hex().encode())
            for form in (*forms, base64.b64encode(canary.encode())[:-4]):
                assert form.lower() not in content, f"{canary} is in {file.name}"
    return [file.name for file in files]


def test_case_01_a_vault_file_holds_no_canary(tmp_path: Path) -> None:
    vault = fill_with_canaries(tmp_path / "vault.db")
    assert assert_no_canary(tmp_path) == ["vault.db"]
    assert len(everything(vault)) == 2


def test_case_01_the_journal_of_a_killed_writer_holds_no_canary(tmp_path: Path) -> None:
    vault = fill_with_canaries(tmp_path / "vault.db")
    before = everything(vault)
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", KILLED_WRITER, str(tmp_path / "vault.db")]
    writer = subprocess.run(command, input=vault.identity.secret_string, text=True, cwd=root, check=False)
    assert writer.returncode == -signal.SIGKILL
    assert assert_no_canary(tmp_path) == ["vault.db", "vault.db-journal"]
    assert (tmp_path / "vault.db").stat().st_size > 1_000_000
    again = Vault(SqliteStore(tmp_path / "vault.db"), vault.identity, memory=seen(vault.anchor))
    assert everything(again) == before
    assert proved(again).strays == 0


def test_case_01_an_edit_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    vault = fill_with_canaries(tmp_path / "vault.db")
    before = (tmp_path / "vault.db").read_bytes()

    def fail(edit: Edit) -> None:
        edit.add(NewRecord("canary-name-EXAMPLE 9", "", (), canary_details("canary-secret-EXAMPLE")))
        raise KeyError

    with pytest.raises(KeyError):
        vault.edit(fail)
    assert assert_no_canary(tmp_path) == ["vault.db"]
    assert (tmp_path / "vault.db").read_bytes() == before
