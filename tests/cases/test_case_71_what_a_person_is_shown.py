"""Case 71: whoever is asked about a moved name is shown what its details hold, and is not asked where those disagree.

An overview is any member's word. Mal, who holds none of Ada's, moves a name to another record and lies about its
values: a yes to the lie would stay when he takes the lie back.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from nexcred.errors import NameMoved, NotPermitted, Tampered
from nexcred.services.vaults.guest_line import line_for
from nexcred.services.vaults.new_identity import make_identity
from nexcred.vault.memory import Doubt, ProcessMemory
from nexcred.vault.roster import GUEST, MEMBER, OWNER
from nexcred.vault.vault import Vault
from tests.support.forging import rewrite_overview
from tests.support.lying_member import WatchedStore, exchange_names, id_of
from tests.support.sample_vault import NOW, add, open_new, update
from tests.support.shared_vault import join, secret_of, share

LIES: list[Mapping[str, Any]] = [
    {"public": {"account_id": "EXAMPLE-of-root", "port": 443}},
    {"allowed_hosts": ("root.example.com:443",)},
    {"connector": "rest"},
]


class Scene:
    """Ada, who uses "root" and "demo" and says yes to whatever she is asked; Bob, another owner; Mal, a member."""

    def __init__(self) -> None:
        self.store = WatchedStore()
        founder = open_new(self.store)
        self.memory = ProcessMemory()
        self.asked: list[Doubt] = []
        self.ada = self.at_terminal(founder, self.memory)
        self.bob, self.mal = join(self.ada, self.store, "Bob", OWNER), join(self.ada, self.store, "Mal", MEMBER)
        add(self.ada, "root", "EXAMPLE-root")
        add(self.ada, "demo", "EXAMPLE-demo", account_id="EXAMPLE-demo-account")
        for name in ("root", "demo"):
            secret_of(self.ada, name)

    def at_terminal(self, vault: Vault, memory: ProcessMemory) -> Vault:
        return Vault(self.store, vault.identity, memory=memory, now=lambda: NOW, confirm=self._yes)

    def _yes(self, doubt: Doubt) -> bool:
        self.asked.append(doubt)
        return True

    def pins(self) -> Mapping[bytes, bytes]:
        return dict(self.memory._pins)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def reads(scene: Scene) -> None:
    secret_of(scene.ada, "root")


def reads_what_it_was(scene: Scene) -> None:
    scene.ada.details_at(scene.ada.find("root"), 1)


def means_it(scene: Scene) -> None:
    scene.ada.expect(scene.ada.find("root"))


def makes_an_identity(scene: Scene) -> None:
    make_identity(scene.ada, "ci", GUEST, ["root"], lambda _: None)


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: next(iter(lie)))
@pytest.mark.parametrize("act", [reads, reads_what_it_was, means_it, makes_an_identity])
def test_case_71_nobody_is_asked_about_an_overview_that_shows_other_values_than_its_details(
    scene: Scene, act: Callable[[Scene], None], lie: Mapping[str, Any]
) -> None:
    update(scene.ada, "demo", "EXAMPLE-demo-2", account_id="EXAMPLE-demo-account")
    exchange_names(scene.mal, "root", "demo")
    rewrite_overview(scene.mal, "root", lambda _: dict(lie))
    before = scene.pins()
    with pytest.raises(Tampered, match="shows other values than its details hold"):
        act(scene)
    assert scene.asked == []
    assert scene.pins() == before, "and nothing of it is kept"


def test_case_71_nothing_is_kept_of_a_first_use_either(scene: Scene) -> None:
    elsewhere = scene.at_terminal(scene.ada, scene.memory)
    add(scene.bob, "bobs", "EXAMPLE-bobs")
    share(scene.bob, "bobs", scene.ada)
    rewrite_overview(scene.mal, "bobs", lambda _: {"allowed_hosts": ()})
    before = scene.pins()
    with pytest.raises(Tampered):
        secret_of(elsewhere, "bobs")
    assert scene.pins() == before


@pytest.mark.parametrize("act", [reads, means_it])
def test_case_71_what_is_shown_is_what_the_details_hold(scene: Scene, act: Callable[[Scene], None]) -> None:
    exchange_names(scene.mal, "root", "demo")
    act(scene)
    (doubt,) = scene.asked
    assert "'root' leads to another record" in doubt.what
    assert {"account_id EXAMPLE-demo-account", "hosts api.example.com:8443", "connector aventri"} <= set(doubt.told)
    assert secret_of(scene.ada, "root") == "EXAMPLE-demo"
    assert len(scene.asked) == 1, "the yes is kept"


def test_case_71_what_is_not_shared_is_refused_unasked_where_it_is_to_be_used(scene: Scene) -> None:
    add(scene.bob, "bobs", "EXAMPLE-bobs")
    exchange_names(scene.mal, "root", "bobs")
    before = scene.pins()
    with pytest.raises(NameMoved, match="written by Bob"):
        reads(scene)
    assert (scene.asked, scene.pins()) == ([], before)


def test_case_71_of_what_is_not_shared_no_values_are_shown(scene: Scene) -> None:
    """To say who else holds it is an owner's part all the same: who wrote it is proved, and that is shown."""
    add(scene.bob, "bobs", "EXAMPLE-bobs")
    share(scene.bob, "bobs", scene.mal)
    exchange_names(scene.mal, "root", "bobs")
    rewrite_overview(scene.mal, "root", lambda _: {"public": {"account_id": "EXAMPLE-of-root"}})
    means_it(scene)
    (doubt,) = scene.asked
    assert "EXAMPLE-of-root" not in str(doubt.told)
    assert "values written by Bob" in doubt.told
    assert doubt.told[-1] == "its values cannot be shown: they are not shared with this identity"
    scene.ada.edit(lambda edit: edit.unshare(edit.find("root"), [id_of(scene.mal)]))
    with pytest.raises(NotPermitted):
        secret_of(scene.mal, "root")


def test_case_71_who_vouches_to_a_guest_is_shown_what_was_never_used_here(scene: Scene) -> None:
    ci = join(scene.ada, scene.store, "ci", GUEST)
    share(scene.ada, "root", ci)
    (guest,) = [one for one in scene.ada.members if one.id == id_of(ci)]
    laptop = scene.at_terminal(scene.ada, ProcessMemory())
    line = line_for(laptop, guest)
    (doubt,) = scene.asked
    assert doubt.what.startswith("'root' was never used on this machine")
    shown = {"added by Ada Example", "values written by Ada Example", "held by Ada Example, ci", "connector aventri"}
    assert shown <= set(doubt.told)
    assert (len(line.checkpoint.floor.pairs), line.left_out) == (1, ())
    line_for(laptop, guest)
    line_for(scene.ada, guest)
    assert len(scene.asked) == 1, "the yes is kept, and who used it is not asked"
