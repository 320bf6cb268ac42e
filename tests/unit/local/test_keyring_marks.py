import stat
from pathlib import Path

from nexcred.local.keyring_marks import KeyringMarks

VAULT_ID = b"v" * 16


def test_a_mark_stays_until_it_is_dropped(tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert not KeyringMarks(state).has(VAULT_ID)
    KeyringMarks(state).put(VAULT_ID)
    KeyringMarks(state).put(VAULT_ID)
    assert KeyringMarks(state).has(VAULT_ID)
    assert not KeyringMarks(state).has(b"w" * 16)
    KeyringMarks(state).drop(VAULT_ID)
    KeyringMarks(state).drop(VAULT_ID)
    assert not KeyringMarks(state).has(VAULT_ID)


def test_marks_are_private(tmp_path: Path) -> None:
    state = tmp_path / "state"
    KeyringMarks(state).put(VAULT_ID)
    for path in (state, *state.rglob("*")):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077


def test_where_no_mark_can_be_made_there_is_none(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.write_text("in the way")
    KeyringMarks(state).put(VAULT_ID)
    assert not KeyringMarks(state).has(VAULT_ID)
    KeyringMarks(state).drop(VAULT_ID)
