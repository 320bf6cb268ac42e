"""What every store promises, whatever it keeps the bytes in: subclass it beside a fixture `opener`.

`opener` returns what opens the same vault anew, as another process would. It lies with the tests, not in the package,
since nothing outside of this repository can be a store.
"""

import hashlib
import re

import pytest

from nexcred.errors import InvalidData, Tampered, VaultNotFound
from nexcred.vault.bounds import ACCESS, CHAIN, HEAD, LEAF, RECORD, ROSTER, SLOT, TREE
from nexcred.vault.store import MAX_ROWS, Change
from tests.contract.beginning import FIRST, SECOND, SLOTS, Opener, begun, drops_at_once, slots_in

TOO_MUCH = [
    SECOND._replace(head=bytes(HEAD.row + 1)),
    SECOND._replace(tree=bytes(TREE.row + 1)),
    SECOND._replace(leaves={0: bytes(LEAF.row + 1)}),
    SECOND._replace(leaves=dict.fromkeys(range(LEAF.total // LEAF.row + 1), bytes(LEAF.row))),
    SECOND._replace(access=(bytes(ACCESS.row + 1),)),
    SECOND._replace(access=(b"row",) * (MAX_ROWS + 1)),
    SECOND._replace(chain=(bytes(CHAIN.row + 1),)),
    SECOND._replace(roster=(bytes(ROSTER.row + 1),)),
    SECOND._replace(slots=(bytes(SLOT.row + 1),)),
    SECOND._replace(items={bytes(32): bytes(RECORD.row + 1)}),
]


class StoreContract:
    """All that every store does."""

    @pytest.fixture
    def made(self, opener: Opener) -> Opener:
        return begun(opener)

    def test_no_vault_is_no_vault(self, opener: Opener) -> None:
        assert not opener().exists()
        with pytest.raises(VaultNotFound), opener().read():
            pass

    def test_location_is_a_url_and_stays_the_same(self, opener: Opener) -> None:
        assert re.match(r"[a-z0-9+]+:", opener().location)
        assert opener().location == opener().location

    def test_it_says_itself_what_kind_it_is(self, opener: Opener) -> None:
        kind, store = opener().location.partition(":")[0], opener()
        assert store.can_ask == (kind == "keyring")
        assert (store.path is not None) == (kind == "file")
        assert store.path is None or store.location == f"file://{store.path}"
        assert bool(store.caveats) <= (store.path is None)

    def test_all_that_was_committed_is_read(self, made: Opener) -> None:
        assert made().exists()
        with made().read() as snapshot:
            assert snapshot.head() == b"head-1"
            assert snapshot.past_head(1) == b"head-1"
            assert snapshot.past_head(0) is None
            assert snapshot.past_head(2) is None
            assert snapshot.tree() == b"tree-1"
            assert (snapshot.leaf(0), snapshot.leaf(7), snapshot.leaf(255)) == (b"leaf-0", b"", b"leaf-255")
            assert list(snapshot.leaves()) == [(0, b"leaf-0"), (255, b"leaf-255")]
            assert (snapshot.access(), snapshot.chain(), snapshot.roster()) == ((b"access-1",), (), (b"founder",))
            assert snapshot.bundle() == (
                b"head-1",
                (b"access-1",),
                (),
                (b"founder",),
                slots_in(made(), *SLOTS),
                b"tree-1",
            )
            assert snapshot.slots() == slots_in(made(), *SLOTS)
            for content in (b"a", b"b"):
                assert snapshot.item(hashlib.sha256(content).digest()) == content
            assert snapshot.item(bytes(32)) is None
            assert set(snapshot.item_digests()) == set(FIRST.items)

    def test_an_unfinished_write_leaves_nothing(self, opener: Opener) -> None:
        with opener().write():
            pass
        with pytest.raises(KeyError), opener().write():
            raise KeyError
        assert not opener().exists()
        with pytest.raises(VaultNotFound), opener().read():
            pass

    def test_a_vault_is_made_once(self, made: Opener) -> None:
        with (store := made()).write() as snapshot:
            assert snapshot.head() == b"head-1"
            assert not store.commit(Change(head=b"other", generation=1), None)
        with made().read() as snapshot:
            assert snapshot.head() == b"head-1"

    def test_a_moved_head_refuses_the_commit_and_changes_nothing(self, made: Opener) -> None:
        with (store := made()).write():
            assert not store.commit(Change(head=b"head-2", generation=2, tree=b"tree-2"), b"stale")
        with made().read() as snapshot:
            assert (snapshot.head(), snapshot.tree()) == (b"head-1", b"tree-1")

    def test_a_change_overwrites_what_it_names_and_only_that(self, made: Opener) -> None:
        a, b, c = (hashlib.sha256(content).digest() for content in (b"a", b"b", b"c"))
        change = Change(
            head=b"head-2",
            generation=2,
            items={c: b"c"},
            dropped_items=(a, bytes(32)),
            leaves={0: b"leaf-0b", 255: b"", 9: b"leaf-9"},
            tree=b"tree-2",
            slots=slots_in(made(), b"slot-3"),
        )
        with (store := made()).write():
            assert store.commit(change, b"head-1")
        with made().read() as snapshot:
            assert snapshot.head() == b"head-2"
            assert snapshot.past_head(1) == b"head-1"
            assert snapshot.tree() == b"tree-2"
            assert list(snapshot.leaves()) == [(0, b"leaf-0b"), (9, b"leaf-9")]
            assert set(snapshot.item_digests()) - (set() if drops_at_once(made()) else {a}) == {b, c}
            assert snapshot.slots() == slots_in(made(), b"slot-3")
            assert (snapshot.access(), snapshot.roster()) == ((b"access-1",), (b"founder",))

    def test_an_item_dropped_and_written_in_one_change_stays(self, made: Opener) -> None:
        a = hashlib.sha256(b"a").digest()
        with (store := made()).write():
            assert store.commit(Change(head=b"head-2", generation=2, items={a: b"a"}, dropped_items=(a,)), b"head-1")
        with made().read() as snapshot:
            assert snapshot.item(a) == b"a"

    def test_many_items_are_read_and_missing_ones_passed_over(self, made: Opener) -> None:
        items = {hashlib.sha256(str(n).encode()).digest(): str(n).encode() for n in range(1_234)}
        with (store := made()).write():
            assert store.commit(Change(head=b"head-2", generation=2, items=items), b"head-1")
        with made().read() as snapshot:
            assert dict(snapshot.items([*items, bytes(32)])) == items
            assert dict(snapshot.items(iter([bytes(32)]))) == {}
            assert list(snapshot.items(())) == []

    def test_the_last_heads_stay_over_a_leap(self, made: Opener) -> None:
        with made().read() as snapshot:
            kept = snapshot.heads_kept
        expected, last = b"head-1", kept + 3
        for generation in (*range(2, 5), *range(kept, last + 1)):
            head = b"head-%d" % generation
            with (store := made()).write():
                assert store.commit(Change(head=head, generation=generation), expected)
            expected = head
        with made().read() as snapshot:
            assert snapshot.head() == b"head-%d" % last
            assert snapshot.past_head(last - kept + 1) == b"head-4"

    def test_a_reader_sees_one_state_or_is_not_let_in_between(self, made: Opener) -> None:
        with made().read() as before:
            assert before.head() == b"head-1"
            assert before.tree() == b"tree-1"
        with (store := made()).write(), made().read() as meanwhile:
            assert meanwhile.head() == b"head-1"
        with (store := made()).write():
            assert store.commit(Change(head=b"head-2", generation=2), b"head-1")
        with made().read() as after:
            assert after.head() == b"head-2"
            assert after.bundle().head == b"head-2"

    def test_a_commit_belongs_inside_a_write(self, made: Opener) -> None:
        with pytest.raises(RuntimeError):
            made().commit(Change(head=b"head-2", generation=2), b"head-1")
        store = made()
        with store.write():
            pass
        with pytest.raises(RuntimeError):
            store.commit(Change(head=b"head-2", generation=2), b"head-1")

    def test_two_commits_in_one_write_follow_each_other(self, made: Opener) -> None:
        with (store := made()).write():
            assert store.commit(Change(head=b"head-2", generation=2), b"head-1")
            assert not store.commit(Change(head=b"head-3", generation=3), b"head-1")
        with made().read() as snapshot:
            assert snapshot.head() == b"head-2"

    def test_a_whole_vault_comes_with_its_past(self, opener: Opener) -> None:
        with opener().write() as snapshot:
            kept = snapshot.heads_kept
        before, last = (1, 2, 3), 70_000 + kept - 4
        past = {generation: b"past-%d" % generation for generation in (*before, *range(70_000, last))}
        with (store := opener()).write():
            assert store.commit(FIRST._replace(generation=last, past_heads=past), None)
        with opener().read() as snapshot:
            assert snapshot.head() == b"head-1"
            found = {at: snapshot.past_head(at) for at in (*past, last)}
            # Of those before a leap, a store that keeps them by blocks has fewer.
            left_out = () if drops_at_once(opener()) else before
            assert found == {**past, last: b"head-1", **{at: found[at] and past[at] for at in left_out}}
            assert dict(snapshot.items(snapshot.item_digests())) == FIRST.items
        expected = b"head-1"
        for generation in range(last + 1, last + 4):  # what comes with it is as if it had been written here
            with (store := opener()).write():
                assert store.commit(Change(head=b"head-%d" % generation, generation=generation), expected)
            expected = b"head-%d" % generation
        with opener().read() as snapshot:
            assert (snapshot.head(), snapshot.past_head(last)) == (expected, b"head-1")
            assert snapshot.past_head(70_000) == b"past-70000"
            # So many are kept, and older ones go.
            assert not drops_at_once(opener()) or not any(map(snapshot.past_head, before))

    def test_a_whole_vault_leaves_nothing_of_what_was_there(self, made: Opener) -> None:
        with (store := made()).write():
            assert store.commit(SECOND, b"head-1")
        c = hashlib.sha256(b"c").digest()
        whole = Change(
            head=b"head-9",
            generation=9,
            items={c: b"c", hashlib.sha256(b"a").digest(): b"a"},
            leaves={7: b"leaf-7"},
            tree=b"tree-9",
            access=(b"access-9",),
            chain=(b"chain-9",),
            roster=(b"founder", b"second"),
            slots=slots_in(made(), b"slot-9"),
            past_heads={1: b"head-1", 8: b"head-8"},
        )
        with (store := made()).write():
            assert not store.commit(whole, b"head-1")
            assert store.commit(whole, b"head-2")
        with made().read() as snapshot:
            assert snapshot.bundle() == (
                *(b"head-9", whole.access, whole.chain, whole.roster, slots_in(made(), b"slot-9"), b"tree-9"),
            )
            assert [snapshot.past_head(at) for at in (1, 2, 8, 9)] == [b"head-1", None, b"head-8", b"head-9"]
            assert list(snapshot.leaves()) == [(7, b"leaf-7")]
            assert dict(snapshot.items(snapshot.item_digests())) == whole.items

    def test_a_generation_that_is_not_the_newest_is_refused(self, made: Opener) -> None:
        with pytest.raises(Tampered), (store := made()).write():
            store.commit(Change(head=b"head-0", generation=0), b"head-1")
        with made().read() as snapshot:
            assert snapshot.head() == b"head-1"

    def test_large_values_come_back_whole(self, made: Opener) -> None:
        large = bytes(range(256)) * 700
        with (store := made()).write():
            assert store.commit(
                Change(head=b"head-2", generation=2, items={hashlib.sha256(large).digest(): large}), b"head-1"
            )
        with made().read() as snapshot:
            assert snapshot.item(hashlib.sha256(large).digest()) == large

    def test_a_store_that_keeps_no_slots_takes_none(self, made: Opener) -> None:
        store = made()
        with store.write():
            if store.keeps_slots:
                assert store.commit(SECOND._replace(slots=(b"slot-3",)), b"head-1")
            else:
                with pytest.raises(InvalidData, match="passphrase"):
                    store.commit(SECOND._replace(slots=(b"slot-3",)), b"head-1")
        with made().read() as snapshot:
            assert (snapshot.head() == b"head-2") == store.keeps_slots

    def test_a_store_that_was_closed_opens_again(self, made: Opener) -> None:
        store = made()
        for _ in range(2):
            with store.read() as snapshot:
                assert snapshot.tree() == b"tree-1"
            store.close()

    @pytest.mark.parametrize("change", TOO_MUCH)
    def test_what_could_not_be_read_back_is_not_written(self, made: Opener, change: Change) -> None:
        before = FIRST.tree, FIRST.access, FIRST.chain, FIRST.roster, slots_in(made(), *SLOTS)
        with pytest.raises(InvalidData, match="nothing was written"), (store := made()).write():
            store.commit(change, b"head-1")
        with made().read() as snapshot:
            assert snapshot.head() == b"head-1"
            assert (snapshot.tree(), snapshot.access(), snapshot.chain(), snapshot.roster(), snapshot.slots()) == before
            assert dict(snapshot.leaves()) == FIRST.leaves
            assert set(snapshot.item_digests()) == set(FIRST.items)
