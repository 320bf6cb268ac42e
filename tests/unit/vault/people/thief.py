"""What a member does who lies: Eve forges whatever she can reach, and repairs are made by honest people."""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from nexcred.vault.access_list import READ, TO_MEMBER, WRITE, AccessGrant, AccessList, most_of_each
from nexcred.vault.overview import Overview, write_overview
from nexcred.vault.plaintext import write_details
from nexcred.vault.primitives import digest
from nexcred.vault.record import DETAILS, OVERVIEW, body_digest, seal_for, seal_overview
from nexcred.vault.roster import GUEST
from nexcred.vault.statements import DetailsStatement, sign_details
from nexcred.vault.transaction import Transaction
from nexcred.vault.tree import name_tag
from tests.support.forging import write_as_no_honest_program
from tests.support.sample_vault import details, remove
from tests.unit.vault.people.looking import NAMED, NAMES, PEOPLE
from tests.unit.vault.people.model import Held, Person
from tests.unit.vault.people.repair import RepairMachine

EVIL = "EVIL"


class ThiefMachine(RepairMachine):
    """Eve keeps every record that ever was, and writes what no honest program would."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[bytes, bytes] = {}
        self.past: dict[str, list[Overview]] = {}

    def keep(self) -> None:
        """Let Eve keep what is there, as a thief of the file does."""
        self.kept.update(self.store.tables.items)

    @invariant()
    def eve_keeps_what_she_sees(self) -> None:
        self.keep()
        eve = self.person("Eve")
        for name, held in self.model.clean() if eve is not None and eve.writes else ():
            past, found = self.past.setdefault(held.record, []), eve.vault.look(lambda copy, name=name: copy.find(name))  # type: ignore[union-attr,misc]
            if found is not None and (not past or past[-1] != found.overview):
                past.append(found.overview)

    @precondition(lambda self: self.may_forge())
    @rule(name=NAMES)
    def eve_takes_a_name_over(self, name: str) -> None:
        """Let a name that others use lead to a record of her own, which she shares with them."""
        name, eve, held = self._victim(name)
        if eve is None or held is None:
            return
        free = [one for one in NAMED if one not in self.model.held]
        holders = [self.model.people[one] for one in self.model.holders(held)]
        if free:
            self.rename("Eve", name, free[0])
        else:
            self.attempt(may=True, do=lambda: remove(eve.vault, name), person=eve, name=name)
            self.model.throw(name)
        self.put("Eve", name)
        for one in holders:
            if one is not eve:
                self.share("Eve", name, one.name.split()[0], READ)

    @precondition(lambda self: self.may_forge())
    @rule(name=NAMES, how=st.sampled_from(sorted(["list", "list kept", "values", "body", "author", "parts", "public"])))
    def eve_forges(self, name: str, how: str) -> None:
        name, eve, held = self._victim(name)
        if eve is None or held is None:
            return
        self.keep()
        forge: dict[str, Callable[[Transaction, Overview], Overview]] = {
            "list": self._with_list,
            "list kept": lambda copy, old: self._with_list(copy, old, signs=False),
            "values": self._with_values,
            "body": lambda copy, old: self._with_values(copy, old, states=False, as_author=True),
            "author": lambda copy, old: self._with_values(copy, old, as_author=True),
            "parts": lambda _, old: old._replace(parts=()),
            "public": lambda _, old: old._replace(
                public={**old.public, "account_id": EVIL}, allowed_hosts=("evil.example",)
            ),
        }
        held.is_dirty = self._rewrite(eve, name, forge[how])

    @precondition(lambda self: self.may_forge())
    @rule(name=NAMES, data=st.data())
    def eve_puts_back(self, name: str, data: st.DataObject) -> None:
        name, eve, held = self._victim(name)
        past = self.past.get(held.record, []) if held is not None else []
        if eve is None or held is None or not past:
            return
        self.keep()
        # How many there are depends on the clock: what is written twice in a millisecond is the same.
        old = past[data.draw(st.integers(0, 63)) % len(past)]
        self._rewrite(eve, name, lambda _, present: old._replace(name=present.name))
        for one in (*old.records, *old.past):
            if one in self.kept:
                self.store.tables.items[one] = self.kept[one]
        held.is_dirty = True

    @precondition(lambda self: self.may_forge())
    @rule(name=NAMES, other=NAMES)
    def eve_leads_elsewhere(self, name: str, other: str) -> None:
        """Let one record lead to the details of another."""
        name, eve, held = self._victim(name)
        if eve is None or held is None or other == name or other not in self.model.held:
            return
        self.keep()

        def change(copy: Transaction, old: Overview) -> Overview:
            found = copy.find(other)
            assert found is not None
            statement = found.overview.statement
            assert statement is not None
            assert old.statement is not None
            return old._replace(
                details=found.overview.details, statement=old.statement._replace(digest=statement.digest)
            )

        if not self.model.held[other].is_dirty:
            self._rewrite(eve, name, change)
            held.is_dirty = True

    @precondition(lambda self: self.may_forge())
    @rule(name=NAMES, first=PEOPLE)
    def eve_strips(self, name: str, first: str) -> None:
        """Take one grant out of a record: said, and mended by the next holder who writes."""
        name, eve, held = self._victim(name)
        person = self.person(first)
        if eve is None or held is None or person is None or held.sealed.get(person.name) != person.keys:
            return
        self.keep()

        def change(copy: Transaction, old: Overview) -> Overview:
            record = copy.fetch(old.details)
            hint = copy._hint_key_of(int.from_bytes(record[46:50], "big"))
            spoilt = _without_grant(record, hint, old.record_id, person.vault.identity.fingerprint)
            return old._replace(details=copy._keep(spoilt))

        self._rewrite(eve, name, change)
        del held.sealed[person.name]

    @precondition(lambda self: self.may_forge())
    @rule(name=NAMES)
    def eve_spoils(self, name: str) -> None:
        name, eve, held = self._victim(name)
        if eve is None or held is None:
            return
        self.keep()

        def spoil(copy: Transaction) -> None:
            found = copy.find(name)
            assert found is not None
            copy.drop(found.digest)
            copy._link(found.tag, copy._keep(os.urandom(200)))

        write_as_no_honest_program(eve.vault, spoil)
        held.is_dirty = True

    def may_forge(self) -> bool:
        eve = self.person("Eve")
        return eve is not None and eve.writes

    def _victim(self, name: str) -> tuple[str, Person | None, Held | None]:
        """Eve, and a record that she may not write."""
        name, eve, held = self.there("Eve", name)
        if eve is None or held is None:
            return name, None, None
        if eve.name in self.model.wrote.get(held.record, ()) or self.model.may_share(eve, held):
            return name, None, None
        return name, eve, held

    def _rewrite(self, eve: Person, name: str, change: Callable[[Transaction, Overview], Overview]) -> bool:
        """Write it as Eve changes it; False where nothing is another than it was, as where there was no part."""
        is_changed = False
        holders = [self.model.people[one] for one in self.model.holders(self.model.held[name])]
        guests = [one.vault.identity.public for one in holders if one.role == GUEST]

        def rewrite(copy: Transaction) -> None:
            nonlocal is_changed
            found = copy.find(name)
            assert found is not None
            forged = change(copy, found.overview)
            is_changed = forged != found.overview
            copy.drop(found.digest)
            place = copy._place(OVERVIEW, forged.record_id, found.revision + 1)
            keys = copy.state.keys
            sealed = seal_overview(place, write_overview(forged), copy.state.vault_key, guests, keys.hint)
            copy._unlink(found.tag)
            copy._link(name_tag(keys.name, forged.name), copy._keep(sealed))

        write_as_no_honest_program(eve.vault, rewrite)
        return is_changed

    def _with_list(self, copy: Transaction, old: Overview, *, signs: bool = True) -> Overview:
        access = old.access
        assert isinstance(access, AccessList)
        grants = most_of_each((*access.grants, AccessGrant(TO_MEMBER, copy.me, WRITE)))
        forged = access._replace(version=access.version + 1, grants=grants)
        if signs:
            forged = forged._replace(signer=copy.me)
            forged = forged._replace(signature=copy.author.signing.sign(forged.message(copy.vault_id)))
        return old._replace(access=forged)

    def _with_values(
        self, copy: Transaction, old: Overview, *, states: bool = True, as_author: bool = False
    ) -> Overview:
        """Seal values of Eve's own to everybody, and state them as herself, as the author, or not at all."""
        assert old.statement is not None
        by = old.statement.by if as_author else copy.me
        evil: Any = details(EVIL)
        place = copy._place(DETAILS, old.record_id, old.statement.revision + (1 if states else 0))
        people = [one.vault.identity.public for one in self.model.people.values()]
        record = seal_for(place, write_details(evil, by), people, copy.state.keys.hint)
        name = copy._keep(record)
        assert name == digest(record)
        if not states:
            return old._replace(details=name)
        access = old.access
        assert isinstance(access, AccessList)
        unsigned = DetailsStatement(old.statement.revision + 1, body_digest(record), bytes(32), access.version, by)
        statement = sign_details(unsigned, copy.author, copy.vault_id, old.record_id)
        return old._replace(details=name, statement=statement, version=statement.revision, secret_fields=("api_key",))


def _without_grant(record: bytes, hint_key: bytes, record_id: bytes, fingerprint: bytes) -> bytes:
    import hmac

    hint = hmac.digest(hint_key, record_id + fingerprint, "sha256")[:4]
    for start in range(96, 96 + 84 * int.from_bytes(record[94:96], "big"), 84):
        if record[start : start + 4] == hint:
            record = record[:start] + os.urandom(84) + record[start + 84 :]
    return record
