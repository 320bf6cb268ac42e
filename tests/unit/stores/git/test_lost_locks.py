"""Two machines with one home on a file system that loses locks: both are inside what one alone may be."""

from pathlib import Path

import pytest

from nexcred.vault.edit import Edit
from nexcred.vault.vault import Vault
from tests.support.git_repository import bare_repository, git_store
from tests.support.sample_vault import add, draft, found


@pytest.mark.parametrize("writes", [1, 3])
def test_a_write_in_the_middle_of_another_loses_neither(tmp_path: Path, writes: int) -> None:
    bare_repository(tmp_path)
    identity = found(git_store(tmp_path))
    one, other = (Vault(git_store(tmp_path), identity) for _ in range(2))
    taken_away: list[Path] = []

    def change(edit: Edit) -> None:
        if not taken_away:
            taken_away.extend(path for path in (tmp_path / "home").rglob("*lock*") if path.is_file())
            for path in taken_away:
                path.unlink()
            for number in range(writes):
                add(other, f"other {number}")
        edit.add(draft("one"))

    one.edit(change)
    assert taken_away
    everything = ["one", *(f"other {number}" for number in range(writes))]
    for home in ("home", "another home"):
        vault = Vault(git_store(tmp_path, home=home), identity)
        assert vault.names() == everything
        assert vault.verify().faults == ()
