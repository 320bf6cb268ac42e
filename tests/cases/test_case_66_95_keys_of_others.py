"""Cases 66 and 95: keys that somebody does not hold, that were here before, or of which half is another's."""

import base64
from collections.abc import Callable
from typing import NamedTuple

import pytest

from nexcred.errors import InvalidData, NotPermitted, Tampered
from nexcred.vault.checked_text import decode_checked, encode_checked
from nexcred.vault.identity import PUBLIC_PREFIX, Identity, PublicIdentity
from nexcred.vault.rekey_proof import make_proof
from nexcred.vault.roster import GUEST, MEMBER, OWNER, READER
from nexcred.vault.vault import Vault
from tests.support.lying_member import WatchedStore, id_of, publish_entry
from tests.support.opened import Opened
from tests.support.sample_vault import add, open_new
from tests.support.shared_vault import join, rekey, secret_of, share


class People(NamedTuple):
    """Mal is a member; Bob was removed; Cyd got new keys; Joe has published his, and waits to be let in."""

    store: WatchedStore
    ada: Vault
    bob: Identity
    cyds_former: Identity
    cyd: Vault
    joe: Identity
    mal: Vault

    def moves(self, onto: PublicIdentity, **body: object) -> None:
        publish_entry(self.mal, onto, {"op": "rekey", **body})

    def proof_by(self, new: Identity, *, index: int = 0, of: bytes = b"") -> str:
        """Let some keys agree that Mal moves onto them; or at another place of the roster, or somebody else."""
        roster = self.mal.state.roster
        at, previous = index or roster.length, roster.last_hash
        return make_proof(new, roster.vault_id, at, previous, of or id_of(self.mal), self.mal.identity.fingerprint)

    def assert_refused(self, match: str) -> None:
        for identity in (self.ada.identity, self.cyd.identity):
            with pytest.raises(Tampered, match=match) as refused:
                Vault(self.store, identity)
            assert "nexcred vault restore-backup FILE" in refused.value.hint


@pytest.fixture
def people() -> People:
    store = WatchedStore()
    ada = open_new(store)
    bob, cyd, mal = (join(ada, store, name, MEMBER) for name in ("Bob", "Cyd", "Mal"))
    add(ada, "prod", "EXAMPLE-prod")
    share(ada, "prod", bob, cyd)
    former = cyd.identity
    rekey(cyd)
    ada.edit(lambda edit: edit.dismiss(id_of(bob)))
    mal.names()
    return People(store, ada, bob.identity, former, cyd, Identity.generate(), mal)


def half_of(agreement: Identity, signing: Identity) -> PublicIdentity:
    return PublicIdentity(agreement.public.keys[0], signing.public.keys[1])


SPENT: list[Callable[[People], PublicIdentity]] = [
    lambda people: people.bob.public,
    lambda people: people.cyds_former.public,
    lambda people: people.cyd.identity.public,
    lambda people: people.ada.identity.public,
    lambda people: people.mal.identity.public,
    lambda people: half_of(Identity.generate(), people.ada.identity),
    lambda people: half_of(Identity.generate(), people.bob),
    lambda people: half_of(Identity.generate(), people.cyds_former),
]


@pytest.mark.parametrize("onto", SPENT)
def test_case_66_nobody_moves_onto_keys_that_ever_were_in_the_roster(
    people: People, onto: Callable[[People], PublicIdentity]
) -> None:
    people.moves(onto(people), proof=people.proof_by(people.mal.identity))
    people.assert_refused("Mal moved onto keys that were in the roster before")


@pytest.mark.parametrize("onto", SPENT)
def test_case_66_nobody_is_let_in_by_keys_that_ever_were_in_the_roster(
    people: People, onto: Callable[[People], PublicIdentity]
) -> None:
    """Neither by an owner, nor past what an owner's program refuses."""
    before = people.store.tables.copy()
    with pytest.raises((NotPermitted, Exception), match=r"in the vault before|with these keys already"):
        people.ada.edit(lambda edit: edit.admit(onto(people), "Eve", MEMBER))
    assert people.store.tables == before
    publish_entry(people.ada, onto(people), {"op": "add", "name": "Eve", "role": OWNER})
    people.assert_refused("lets in keys that were in it before")


def test_case_66_old_grants_do_not_come_alive_again(people: People) -> None:
    again = join(people.ada, people.store, "Bob", MEMBER)
    with pytest.raises(NotPermitted):
        secret_of(again, "prod")
    with pytest.raises(NotPermitted):
        Vault(people.store, people.bob)


PROOFS: list[Callable[[People], dict[str, object]]] = [
    lambda people: {},
    lambda people: {"proof": ""},
    lambda people: {"proof": "!"},
    lambda people: {"proof": 7},
    lambda people: {"proof": "é"},
    lambda people: {"proof": base64.b64encode(bytes(64)).decode()},
    lambda people: {"proof": people.proof_by(people.mal.identity)},
    lambda people: {"proof": people.proof_by(people.joe, index=1)},
    lambda people: {"proof": people.proof_by(people.joe, of=id_of(people.ada))},
    lambda people: {"proof": base64.b64encode(people.joe.signing.sign(people.joe.public.joiner_message)).decode()},
]


@pytest.mark.parametrize("body", PROOFS)
def test_case_95_nobody_moves_onto_keys_that_did_not_agree(
    people: People, body: Callable[[People], dict[str, object]]
) -> None:
    """What Joe sent to be let in by says only that his two keys belong together."""
    people.moves(people.joe.public, **body(people))
    people.assert_refused("moves somebody onto keys that did not agree")


def test_case_95_nobody_takes_somebody_elses_place_by_new_keys(people: People) -> None:
    roster, new = people.mal.state.roster, Identity.generate()
    ada = id_of(people.ada)
    fingerprint = people.ada.identity.fingerprint
    proof = make_proof(new, roster.vault_id, roster.length, roster.last_hash, ada, fingerprint)
    publish_entry(people.mal, new.public, {"op": "rekey", "proof": proof}, as_member=ada)
    people.assert_refused("not signed by who it names")


@pytest.mark.parametrize("role", [READER, GUEST])
def test_case_66_readers_and_guests_move_onto_no_keys(people: People, role: str) -> None:
    rea = join(people.ada, people.store, "Rea", role)
    roster, new = people.ada.state.roster, Identity.generate()
    member, old = id_of(rea), rea.identity
    proof = make_proof(new, roster.vault_id, roster.length, roster.last_hash, member, old.fingerprint)
    people.mal.names()
    publish_entry(people.mal, new.public, {"op": "rekey", "proof": proof}, as_member=member, by=old)
    people.assert_refused("signed by Rea, who may not do that")


def test_case_66_honest_new_keys_are_taken_once_and_again(people: People) -> None:
    for _ in range(2):
        rekey(people.cyd)
    assert secret_of(people.cyd, "prod") == "EXAMPLE-prod"
    assert secret_of(Vault(people.store, people.ada.identity), "prod") == "EXAMPLE-prod"


def joiners_string(public: PublicIdentity, signature: bytes) -> str:
    return PUBLIC_PREFIX + encode_checked(b"".join(public.keys) + signature)


def mixed_strings(ada: Identity) -> list[str]:
    """Return strings with a signing key of hers, or signed for other keys, that Mal could send."""
    mal = Identity.generate()
    mixed = half_of(mal, ada)
    sent = decode_checked(ada.public_string.removeprefix(PUBLIC_PREFIX))
    assert sent is not None
    taken = sent[64:]
    return [
        joiners_string(mixed, mal.signing.sign(mixed.joiner_message)),
        joiners_string(mixed, taken),
        joiners_string(ada.public, mal.signing.sign(ada.public.joiner_message)),
        joiners_string(half_of(ada, mal), taken),
        joiners_string(mal.public, bytes(64)),
        mal.public.text,
    ]


@pytest.mark.parametrize("which", range(6))
def test_case_95_a_joiner_shows_that_both_keys_are_his(which: int) -> None:
    ada = Identity.generate()
    assert PublicIdentity.parse(ada.public_string).fingerprint == ada.fingerprint
    with pytest.raises(InvalidData):
        PublicIdentity.parse(mixed_strings(ada)[which])


def test_case_95_the_program_lets_nobody_in_by_half_anothers_keys(opened: Opened) -> None:
    for text in mixed_strings(Identity.parse(opened.environment["NEXCRED_IDENTITY"])):
        ran = opened("member", "add", "eve", text, "--yes")
        assert (ran.code, ran.out) == (2, ""), ran.err
    spent = Identity.parse(opened.environment["NEXCRED_IDENTITY"]).public_string
    ran = opened("member", "add", "eve", spent, "--yes")
    assert ran.code == 8, ran.err
    assert "eve" not in opened("member", "list").out
