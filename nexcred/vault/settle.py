"""Settling a disputed record: its creator or an owner picks proved values and says who holds them."""

from collections.abc import Iterable, Iterator

from nexcred.errors import ChangedMeanwhile, Damaged, Disputed, NotPermitted, UsageError
from nexcred.model.credential import Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.shell_word import shell_word
from nexcred.vault.access_list import TO_MEMBER, AccessGrant, AccessList
from nexcred.vault.authority import VerifiedList, verify_details, verify_list
from nexcred.vault.ended_lists import EndedLists, with_ended_lists
from nexcred.vault.exposures import expose, with_what_fits
from nexcred.vault.history import past_overviews
from nexcred.vault.overview import Overview
from nexcred.vault.record import DETAILS, lacking, read_header
from nexcred.vault.roster import OWNER
from nexcred.vault.settled_policy import policy_to_keep
from nexcred.vault.sharing import most_for, with_keys_wrapped, with_next_list
from nexcred.vault.statements import DetailsStatement, hash_statement
from nexcred.vault.transaction import Transaction
from nexcred.vault.transaction_tree import Lookup


class SettleChoice(NamedTuple):
    """Values that some proof leads to: those of `overview`, and why they are to be believed.

    `details` are the values themselves, with which it agrees; None where they are others' alone.
    """

    overview: Overview
    revision: int
    because: str
    is_present: bool
    details: Details | None


class Dispute(NamedTuple):
    """What is wrong with a record, and the proved values to choose from, the best first."""

    name: str
    why: str
    candidates: tuple[SettleChoice, ...]


def look_into(copy: Transaction, name: str) -> Dispute:
    """Return what is disputed about a record, and what verifies; raise UsageError where nothing is disputed."""
    found = copy.find(name)
    if found is None:
        raise UsageError(f"no credential named '{name}'", hint="see them all with: nexcred list")
    why = _why(copy, found.overview)
    if why is None:
        raise UsageError(f"nothing is disputed about '{found.overview.name}'")
    return Dispute(found.overview.name, why, tuple(_candidates(copy, found.overview)))


def settle(
    copy: Transaction,
    name: str,
    recipients: Iterable[bytes],
    version: int | None = None,
    shown: SettleChoice | None = None,
) -> Overview:
    """Go on with the best values that are proved, or with those of a past `version`, held by these members alone.

    `shown` is what a person said yes to: where something else would be gone on with by now, ChangedMeanwhile is raised.

    Raises UsageError where nothing is proved, NotPermitted for all but the creator and owners, NameMoved.
    """
    dispute = look_into(copy, name)
    found = copy.find(name)
    assert found is not None
    access = found.overview.access
    assert isinstance(access, AccessList)
    copy.expect_record(found.overview)
    me = copy.state.me
    if me.role != OWNER and copy.roster.id_of(access.creator) != me.id:
        raise NotPermitted(f"only whoever added '{dispute.name}', or an owner of the vault, settles it")
    chosen = [one for one in dispute.candidates if version in (None, one.overview.version)]
    if not chosen:
        raise UsageError(
            f"nothing proves any values of '{dispute.name}'"
            if version is None
            else f"revision {version} is not proved",
            hint="remove it, and add it again with values from the provider",
        )
    if shown is not None and shown.overview.statement != chosen[0].overview.statement:
        raise ChangedMeanwhile(
            f"of '{dispute.name}' other values are proved by now than those that were shown",
            hint=f"look again: nexcred vault settle {shell_word(dispute.name)}",
        )
    overview = _settled(copy, found, chosen[0], [copy.roster.id_of(one) for one in recipients])
    copy.proved.add(overview.record_id)
    copy.put(overview, found.revision + 1, instead_of=found)
    return overview


def _settled(copy: Transaction, found: Lookup, candidate: SettleChoice, recipients: list[bytes]) -> Overview:
    chosen, access = candidate.overview, found.overview.access
    assert isinstance(access, AccessList)
    assert chosen.statement is not None
    grants = [AccessGrant(TO_MEMBER, one, most_for(one, copy.roster)) for one in recipients]
    hash_of_details = hash_statement(chosen.statement, copy.vault_id, chosen.record_id)
    # Of the other parts none is proved without its list: they are left behind, but for what is proved of the policy.
    new = with_next_list(
        copy,
        chosen._replace(parts=(), access=access),
        grants,
        revision=chosen.statement.revision,
        pins={DETAILS: hash_of_details},
        version=copy.generation,
    )
    assert isinstance(new.access, AccessList)
    chain = [found.overview, *_past(copy, found.overview)]
    lists = _verified_in(copy, chain)  # those that count until now
    policy = policy_to_keep(copy, chain, lists, chosen.statement)
    lost = sorted(_who_may_know(copy, chosen, chosen.statement, lists) - set(recipients))
    # At once: what is sealed next is sealed by a list that counts.
    copy.roster = with_ended_lists(copy.roster, copy.author, [EndedLists(new.access, tuple(lost))])
    new = with_what_fits(copy, new, None, policy)
    new = new._replace(
        name=found.overview.name, description=found.overview.description, tags=found.overview.tags, probe=None
    )
    if lost:
        proved = copy.prove_after(new)
        new = expose(copy, new, proved, lost)
    return with_keys_wrapped(copy, new, {DETAILS: chosen.statement})


def _who_may_know(
    copy: Transaction, chosen: Overview, statement: DetailsStatement, lists: Iterable[VerifiedList]
) -> set[bytes]:
    """Return whom the values are sealed to, by its hints, and whom a list that verifies names since they were written.

    A liar can strip the one and put an older list in the place of the other, or name too many in the hints.
    """
    record, known = copy.fetch(chosen.details), copy.roster.known
    hint_key = copy.state.index_keys_of(read_header(record).epoch).hint
    without = {one.fingerprint for one in lacking(record, [one.public for one in known.values()], hint_key)}
    who = {one.id for one in known.values() if one.public.fingerprint not in without}
    for one in lists:
        if one.access.version >= statement.list_version:
            who |= one.holders().keys()
            who |= {to for kind, to, _ in one.access.grants if kind == TO_MEMBER}  # and has left since
    return who & known.keys()


def _why(copy: Transaction, overview: Overview) -> str | None:
    try:
        copy.prove(overview)
    except Damaged as error:
        return error.message
    return None


def _candidates(copy: Transaction, present: Overview) -> Iterator[SettleChoice]:
    """Yield what a pin of this machine, or a list that verifies, leads to: the present values, then past ones.

    Not where an overview shows other values than its details hold: nobody would know what they say yes to.
    """
    chain = [present, *_past(copy, present)]
    lists = _verified_in(copy, chain)
    pin = copy.pin_of(present.record_id)
    for overview in chain:
        statement = overview.statement
        if statement is None:
            continue
        found = hash_statement(statement, copy.vault_id, present.record_id)
        because = ""
        if pin is not None and pin.details_hash == found:
            because = "this machine has used them"
        else:
            for verified in lists:
                if verified.pins.get(DETAILS) == found:
                    who = copy.roster.name_of(verified.access.signer)
                    because = f"{who} pinned them in list {verified.access.version}"
                elif _good_under(copy, overview, statement, verified):
                    because = f"{copy.roster.name_of(statement.by)} signed them under list {verified.access.version}"
                if because:
                    break
        if because:
            try:
                record = copy.fetch(overview.details)
                details = _opened(copy, record, overview, statement)
            except Damaged:
                continue
            yield SettleChoice(overview, read_header(record).revision, because, overview is present, details)


def _opened(copy: Transaction, record: bytes, overview: Overview, statement: DetailsStatement) -> Details | None:
    """Return the values that a proved statement means; None where this identity cannot open them. Raise Tampered."""
    try:
        return copy.state.open_past_details(record, overview, statement.by)
    except NotPermitted:
        return None


def _good_under(copy: Transaction, overview: Overview, statement: DetailsStatement, verified: VerifiedList) -> bool:
    try:
        verify_details(overview.name, statement, verified, copy.roster)
    except Disputed:
        return False
    return True


def _verified_in(copy: Transaction, chain: Iterable[Overview]) -> list[VerifiedList]:
    return [one for one in (_verified(copy, overview) for overview in chain) if one is not None]


def _verified(copy: Transaction, overview: Overview) -> VerifiedList | None:
    if not isinstance(overview.access, AccessList):
        return None
    try:
        return verify_list(overview.access, copy.roster, copy.generation, overview.name)
    except Disputed:
        return None


def _past(copy: Transaction, overview: Overview) -> list[Overview]:
    """Return the history as far as it holds together; its statements are proved one by one."""
    found: list[Overview] = []
    try:
        found.extend(past for _, past in past_overviews(copy.state, copy.fetch, overview))
    except Damaged:
        for digest in overview.past:
            try:
                _, past = copy.state.open_overview(copy.fetch(digest))
            except Damaged:
                continue
            if past.record_id == overview.record_id and past.statement is not None:
                found.append(past)
    return list({one.details: one for one in found}.values())
