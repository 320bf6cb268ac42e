"""Case 79: every pair of what people do to one credential, one of them as the other commits, in both orders.

Whoever was slower does it again, on the newer state, or is told why not; what comes out is one of the two orders. In
neither is anything sealed to who is off, lost, disputed, or stuck.
"""

from collections.abc import Callable
from itertools import product

import pytest

from nexcred.errors import ChangedMeanwhile, NotPermitted
from nexcred.vault.access_list import READ
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.roster import MEMBER, OWNER, READER
from nexcred.vault.vault import Vault
from tests.support.lying_member import RacedStore, WatchedStore, id_of
from tests.support.sample_vault import NOW, add, describe, open_new, set_session, update
from tests.support.shared_vault import join, rekey, secret_of, share


class World:
    """Ada, who added "prod", and Dan are owners; Bob holds it with them, Cyd does not yet. Each has a machine."""

    def __init__(self) -> None:
        self.store = WatchedStore()
        ada = open_new(self.store)
        self.people = {"Ada": ada}
        for name, role in (("Dan", OWNER), ("Bob", MEMBER), ("Cyd", MEMBER)):
            self.people[name] = join(ada, self.store, name, role)
        self.ids = {name: id_of(vault) for name, vault in self.people.items()}
        add(ada, "prod", "EXAMPLE-first")
        share(ada, "prod", self.people["Dan"], self.people["Bob"])
        set_session(ada, "prod", {"token": "EXAMPLE-token"})
        for name in ("Ada", "Dan", "Bob"):
            secret_of(self.people[name], "prod")

    def meanwhile(self, name: str, other: Callable[["World"], None]) -> None:
        """Let this person's next commit come a moment after the other one."""
        store = RacedStore(self.store.tables, before_commit=lambda: other(self))
        store.ever = self.store.ever
        vault = self.people[name]
        self.people[name] = Vault(store, vault.identity, memory=vault.memory, now=lambda: NOW)

    def anew(self, name: str) -> Vault:
        """Return this person on a machine that remembers nothing, with the keys of now."""
        return Vault(self.store, self.people[name].identity, memory=ProcessMemory(), now=lambda: NOW)


def ada_updates(world: World) -> None:
    update(world.people["Ada"], "prod", "EXAMPLE-by-ada")


def bob_updates(world: World) -> None:
    update(world.people["Bob"], "prod", "EXAMPLE-by-bob")


def bob_keeps_tokens(world: World) -> None:
    set_session(world.people["Bob"], "prod", {"token": "EXAMPLE-by-bob"})


def ada_shares_with_cyd(world: World) -> None:
    share(world.people["Ada"], "prod", world.people["Cyd"])


def dan_unshares_bob(world: World) -> None:
    dan = world.people["Dan"]
    dan.edit(lambda edit: edit.unshare(edit.find("prod"), [world.ids["Bob"]]))


def dan_lets_bob_only_read(world: World) -> None:
    dan = world.people["Dan"]
    dan.edit(lambda edit: edit.share(edit.find("prod"), [world.ids["Bob"]], may=READ))


def dan_removes_bob(world: World) -> None:
    world.people["Dan"].edit(lambda edit: edit.dismiss(world.ids["Bob"]))


def dan_removes_ada(world: World) -> None:
    world.people["Dan"].edit(lambda edit: edit.dismiss(world.ids["Ada"]))


def ada_makes_bob_a_reader(world: World) -> None:
    world.people["Ada"].edit(lambda edit: edit.change_role(world.ids["Bob"], READER))


def ada_gets_new_keys(world: World) -> None:
    rekey(world.people["Ada"])


def bob_gets_new_keys(world: World) -> None:
    rekey(world.people["Bob"])


def cyd_describes(world: World) -> None:
    describe(world.people["Cyd"], "prod", "EXAMPLE")


ACTS = [
    ada_updates,
    bob_updates,
    bob_keeps_tokens,
    ada_shares_with_cyd,
    dan_unshares_bob,
    dan_lets_bob_only_read,
    dan_removes_bob,
    dan_removes_ada,
    ada_makes_bob_a_reader,
    ada_gets_new_keys,
    bob_gets_new_keys,
    cyd_describes,
]
PAIRS = [
    (one, other) for one, other in product(ACTS, ACTS) if one is not other and one.__name__[:3] != other.__name__[:3]
]


def actor_of(act: Callable[[World], None]) -> str:
    return act.__name__.split("_")[0].title()


def done(act: Callable[[World], None], world: World) -> bool:
    """Do it; False where it is refused, for a reason that the other act is."""
    try:
        act(world)
    except (ChangedMeanwhile, NotPermitted):
        return False
    return True


@pytest.mark.parametrize(("slower", "quicker"), PAIRS, ids=lambda act: act.__name__)
def test_case_79_whoever_commits_last(slower: Callable[[World], None], quicker: Callable[[World], None]) -> None:
    world = World()
    world.meanwhile(actor_of(slower), quicker)
    acts = {quicker} | ({slower} if done(slower, world) else set())
    assert_one_of_the_orders(world, acts)


def assert_one_of_the_orders(world: World, acts: set[Callable[[World], None]]) -> None:
    dan = world.people["Dan"]
    assert not dan.verify().faults
    held = {one.full_name.split()[0] for one in dan.holders(dan.find("prod"))}
    expected = {"Ada", "Dan", "Bob"} | ({"Cyd"} if ada_shares_with_cyd in acts else set())
    expected -= {"Bob"} if acts & {dan_unshares_bob, dan_removes_bob} else set()
    expected -= {"Ada"} if dan_removes_ada in acts else set()
    assert held == expected
    values = {"EXAMPLE-first"}
    values |= {"EXAMPLE-by-ada"} if ada_updates in acts else set()
    values |= {"EXAMPLE-by-bob"} if bob_updates in acts else set()
    assert secret_of(dan, "prod") in (values if len(values) == 1 else values - {"EXAMPLE-first"})
    for name in held:
        for vault in (world.people[name], world.anew(name)):
            assert secret_of(vault, "prod") == secret_of(dan, "prod")
            assert not vault.verify().faults
    assert_who_is_off_gets_nothing_later(world, held)


def assert_who_is_off_gets_nothing_later(world: World, held: set[str]) -> None:
    off = {name: world.people[name] for name in {"Ada", "Bob", "Cyd"} - held}
    update(world.people["Dan"], "prod", "EXAMPLE-last")
    set_session(world.people["Dan"], "prod", {"token": "EXAMPLE-last"})
    for vault in off.values():
        assert "EXAMPLE-last" not in world.store.sealed_to(vault)
        with pytest.raises(NotPermitted):
            secret_of(vault, "prod")
    for name in held:
        assert secret_of(world.anew(name), "prod") == "EXAMPLE-last"
    writers = {
        name for name in held if world.people["Dan"].granted(world.people["Dan"].find("prod"))[world.ids[name]] > READ
    }
    for name in writers:
        update(world.anew(name), "prod", f"EXAMPLE-by-{name}-in-the-end")
    for name in held - writers:
        with pytest.raises(NotPermitted):
            update(world.anew(name), "prod", "EXAMPLE-refused")
    assert not world.people["Dan"].verify().faults


@pytest.mark.parametrize("act", [dan_unshares_bob, dan_removes_bob])
def test_case_79_values_that_lose_to_his_leaving_are_not_sealed_to_who_left(act: Callable[[World], None]) -> None:
    """What Ada was about to write as Bob was taken off is written anew, and not for him."""
    world = World()
    world.meanwhile("Ada", act)
    done(ada_updates, world)
    assert secret_of(world.people["Dan"], "prod") == "EXAMPLE-by-ada"
    assert "EXAMPLE-by-ada" not in world.store.sealed_to(world.people["Bob"])
