"""Cases 96 and 97: a list or a statement with more in it than it may have, and bytes that were there before."""

import base64
import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from nexcred.errors import Tampered
from nexcred.vault.access_list import READ, TO_MEMBER, WRITE, AccessGrant, AccessList, read_list, write_list
from nexcred.vault.overview import Overview, read_overview, write_overview
from nexcred.vault.record import OVERVIEW, RecordPlace, read_header, seal_overview
from nexcred.vault.roster import GUEST, MEMBER
from nexcred.vault.statements import read_details_statement, read_part_statement, write_statement
from nexcred.vault.transaction import Transaction
from nexcred.vault.tree import name_tag
from nexcred.vault.vault import Vault
from tests.support.forging import list_of, overview_of, write_as_no_honest_program
from tests.support.lying_member import WatchedStore, id_of
from tests.support.sample_vault import add, set_session, update
from tests.support.shared_vault import join, secret_of, share
from tests.support.three_people import People, three_people


@pytest.fixture
def people() -> People:
    people = three_people()
    _, ada, bob, _ = people
    add(ada, "prod", "EXAMPLE-prod")
    set_session(ada, "prod", {"token": "EXAMPLE-token"})
    share(ada, "prod", bob)
    return people


def put_json(liar: Vault, name: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Seal an overview whose JSON is changed, as no program writes it."""
    overview = overview_of(liar, name)
    data = json.loads(write_overview(overview))
    change(data)

    def write(copy: Transaction) -> None:
        place = RecordPlace(OVERVIEW, liar.vault_id, overview.record_id, 99, liar.epoch)
        sealed = seal_overview(place, json.dumps(data).encode(), liar.state.vault_key, (), liar.state.keys.hint)
        copy._link(name_tag(copy.state.keys.name, name), copy._keep(sealed))

    write_as_no_honest_program(liar, write)


def longer(text: str, more: bytes = b"\0") -> str:
    return base64.b64encode(base64.b64decode(text) + more).decode()


def respelled(text: str) -> str:
    """Return other characters that a lenient reader takes for the same bytes."""
    return text[:8] + "\n" + text[8:]


def with_a_grant_twice(access: AccessList) -> str:
    return write_list(access._replace(grants=(*access.grants, access.grants[-1])))


def with_mal_behind(access: AccessList, mal: bytes) -> str:
    """Put one more grant between the counted ones and the signer."""
    raw = base64.b64decode(write_list(access))
    return base64.b64encode(raw[:-80] + bytes([TO_MEMBER]) + mal + bytes([WRITE]) + raw[-80:]).decode()


SPOILERS: dict[str, Callable[[dict[str, Any], People], None]] = {
    "list longer": lambda data, _: data.update(access=longer(data["access"])),
    "list shorter": lambda data, _: data.update(
        access=base64.b64encode(base64.b64decode(data["access"])[:-1]).decode()
    ),
    "list respelled": lambda data, _: data.update(access=respelled(data["access"])),
    "list as an object": lambda data, _: data.update(access={"list": data["access"], "also": "x"}),
    "list with a grant twice": lambda data, people: data.update(access=with_a_grant_twice(list_of(people.mal, "prod"))),
    "list with a grant uncounted": lambda data, people: data.update(
        access=with_mal_behind(list_of(people.mal, "prod"), id_of(people.mal))
    ),
    "statement longer": lambda data, _: data.update(statement=longer(data["statement"])),
    "statement respelled": lambda data, _: data.update(statement=respelled(data["statement"])),
    "statement as an object": lambda data, _: data.update(statement={"statement": data["statement"], "by": "ada"}),
    "part with another key": lambda data, _: data["parts"]["session"].update(recipients=["x"]),
    "part with its content beside": lambda data, _: data["parts"]["session"].update(content="{}"),
    "part without its record": lambda data, _: data["parts"]["session"].pop("record"),
    "part under another name": lambda data, _: data["parts"].update(rotation=data["parts"].pop("session")),
    "part statement longer": lambda data, _: data["parts"]["session"].update(
        statement=longer(data["parts"]["session"]["statement"])
    ),
    "inherited longer": lambda data, _: data.update(inherited=longer(data["statement"])),
}


@pytest.mark.parametrize("spoil", SPOILERS.values(), ids=SPOILERS)
def test_case_96_nothing_but_exactly_what_is_signed_is_read(
    people: People, spoil: Callable[[dict[str, Any], People], None]
) -> None:
    put_json(people.mal, "prod", lambda data: spoil(data, people))
    for vault in (people.ada, people.bob):
        with pytest.raises(Tampered):
            vault.find("prod")
        assert len(vault.verify().faults) == 1
    with pytest.raises(Tampered):
        update(people.ada, "prod", "EXAMPLE-next")
    assert "EXAMPLE" not in people.store.sealed_to(people.mal)


def test_case_96_what_else_an_overview_says_decides_nothing(people: People) -> None:
    """Keys that a newer program may have written are kept, and are nobody's list."""
    access = list_of(people.mal, "prod")
    more = write_list(access._replace(grants=(*access.grants[:1], AccessGrant(TO_MEMBER, id_of(people.mal), WRITE))))
    put_json(
        people.mal, "prod", lambda data: data.update(access2=more, recipients=[people.mal.identity.fingerprint.hex()])
    )
    assert secret_of(people.ada, "prod") == "EXAMPLE-prod"
    update(people.ada, "prod", "EXAMPLE-next")
    assert overview_of(people.ada, "prod").extra.keys() == {"access2", "recipients"}
    assert "EXAMPLE" not in people.store.sealed_to(people.mal)


def test_case_96_each_grant_once_in_its_order_and_of_a_known_kind(people: People) -> None:
    access = list_of(people.ada, "prod")
    assert read_list(write_list(access)) == access
    one, two = access.grants
    for grants in (
        (),
        (two, one),
        (one, one),
        (one._replace(may=3), two),
        (one._replace(may=0), two),
        (one._replace(kind=3), two),
        (one._replace(kind=0), two),
    ):
        with pytest.raises(ValueError, match="no access list"):
            read_list(write_list(access._replace(grants=grants)))


def test_case_96_a_statement_is_read_as_what_it_is_and_nothing_else(people: People) -> None:
    overview = overview_of(people.ada, "prod")
    (session,) = overview.parts
    assert overview.statement is not None
    assert session.statement is not None
    details, part = write_statement(overview.statement), write_statement(session.statement)
    assert read_details_statement(details) == overview.statement
    assert read_part_statement(part) == session.statement
    for read, other in ((read_details_statement, part), (read_part_statement, details)):
        with pytest.raises(ValueError, match="no statement"):
            read(other)


def test_case_96_an_overview_is_read_as_it_was_written(people: People) -> None:
    overview = overview_of(people.ada, "prod")
    assert write_overview(read_overview(write_overview(overview))) == write_overview(overview)


def details_record(store: WatchedStore, overview: Overview) -> bytes:
    return store.tables.items[overview.details]


def test_case_97_no_bytes_return_and_a_store_sees_nobody_go(people: People) -> None:
    """Sharing, and taking off again, leaves another record each time, of one that never gets shorter."""
    ada, store = people.ada, people.store
    seen = [details_record(store, overview_of(ada, "prod"))]
    cyd, ci = join(ada, store, "Cyd", MEMBER), join(ada, store, "ci", GUEST)

    def shares_one(other: Vault) -> None:
        share(ada, "prod", other)

    def takes_off(other: Vault) -> None:
        ada.edit(lambda edit: edit.unshare(edit.find("prod"), [id_of(other)]))

    steps: list[tuple[Callable[[Vault], None], Vault]] = [
        (shares_one, cyd),
        (takes_off, cyd),
        (shares_one, cyd),
        (shares_one, ci),
        (takes_off, cyd),
        (takes_off, ci),
        (takes_off, people.bob),
        (shares_one, people.bob),
    ]
    for act, other in steps:
        act(other)
        seen.append(details_record(store, overview_of(ada, "prod")))
    assert len(set(seen)) == len(seen)
    assert len({read_header(record).raw for record in seen}) == 1, "the same values, sealed once"
    assert all(len(after) >= len(before) for before, after in pairwise(seen))
    grants = [grant for record in seen for grant in grants_of(record)]
    assert len(set(grants)) == len(grants), "no grant is one that was there before"
    update(ada, "prod", "EXAMPLE-next")
    assert len(details_record(store, overview_of(ada, "prod"))) < len(seen[-1]), "with the next key they go"


def test_case_97_who_was_taken_off_finds_no_grant_of_his_in_what_comes(people: People) -> None:
    update(people.ada, "prod", "EXAMPLE-2")
    share(people.ada, "prod", people.mal)
    people.ada.edit(lambda edit: edit.unshare(edit.find("prod"), [id_of(people.mal)]))
    known = people.store.sealed_to(people.mal)
    people.store.ever.clear()
    for number in range(3, 5):
        update(people.ada, "prod", f"EXAMPLE-{number}")
        share(people.ada, "prod", people.bob)
        set_session(people.ada, "prod", {"token": f"EXAMPLE-{number}"})
    assert "EXAMPLE-2" in known
    assert people.store.sealed_to(people.mal) == ""


def test_case_97_who_may_only_read_from_now_on_is_wrapped_for_anew(people: People) -> None:
    before = details_record(people.store, overview_of(people.ada, "prod"))
    people.ada.edit(lambda edit: edit.share(edit.find("prod"), [id_of(people.bob)], may=READ))
    after = details_record(people.store, overview_of(people.ada, "prod"))
    assert not set(grants_of(before)) & set(grants_of(after))
    assert secret_of(people.bob, "prod") == "EXAMPLE-prod"


def grants_of(record: bytes) -> list[bytes]:
    count = int.from_bytes(record[94:96], "big")
    return [record[96 + 84 * number : 180 + 84 * number] for number in range(count)]
