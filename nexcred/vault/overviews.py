"""Read all overviews of a vault. One that does not open is reported; the others are served."""

from collections.abc import Callable, Iterator, Sequence

from nexcred.errors import Damaged, NotPermitted, Tampered
from nexcred.model.credential import Credential
from nexcred.vault.fetching import fetch, fetch_many
from nexcred.vault.overview import Overview, read_overview
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Snapshot
from nexcred.vault.tree import find_in_leaf, read_leaf, spoilt_tag, tree_leaves, verify_leaf

MANY = 500
# Hears what is wrong with a record.
Report = Callable[[str], None]
# Hears of a record in the trash: its id, and the digest of its overview.
ReportTrash = Callable[[tuple[bytes, bytes]], None]


def ignore(problem: object) -> None:
    """Report nothing: somebody else does."""


# Whoever let two names lead to one record, or counted wrongly, took nothing away: the tree proves what there is.
MISCOUNTED = "the vault holds another number of credentials than was signed"


def are_many(count: int) -> bool:
    """True for so many overviews that a quicker way is worth its import, which takes as long as reading hundreds."""
    return count >= MANY


def reader_of(count: int) -> Callable[[bytes], Overview]:
    """Return what reads all of so many overviews."""
    if not are_many(count):
        return read_overview
    from nexcred.vault.fast_whole_overview import read_whole_overview

    return read_whole_overview


def overview_digests(state: VerifiedState, snapshot: Snapshot, report: Report) -> list[bytes]:
    """Name every overview once; tell when the tree leads to more or fewer than were signed."""
    leaves = tree_leaves(state.tree, snapshot.leaves())
    found = dict.fromkeys(entry.overview for leaf in leaves for entry in read_leaf(leaf))
    if len(found) != state.head.head.size:
        report(MISCOUNTED)
    return list(found)


def open_overviews(
    state: VerifiedState, snapshot: Snapshot, digests: Sequence[bytes], report: Report, trash: ReportTrash = ignore
) -> Iterator[tuple[int, Overview]]:
    """Yield revision and overview of each that is not in the trash, in any order; a guest's are those granted to it."""
    for name, revision, overview in open_named(state, snapshot, digests, report):
        if overview.removed_at is None:
            yield revision, overview
        else:
            trash((overview.record_id, name))


def open_named(
    state: VerifiedState, snapshot: Snapshot, digests: Sequence[bytes], report: Report
) -> Iterator[tuple[bytes, int, Overview]]:
    """Yield digest, revision and overview of each, in the trash or not, in any order."""
    read = reader_of(len(digests))
    for name, record in fetch_each(state, snapshot, digests, report):
        try:
            header, overview = state.open_overview(record, read)
        except NotPermitted:
            continue
        except Damaged as error:
            report_spoilt(state, snapshot, name, error, report)
            continue
        yield name, header.revision, overview


def open_listed(
    state: VerifiedState, snapshot: Snapshot, digests: Sequence[bytes], report: Report, trash: ReportTrash = ignore
) -> Iterator[Credential]:
    """Yield each as a credential, in any order; a guest's are those that were granted to it. Quick for thousands."""
    from nexcred.vault.fast_overview import reader_of_listed

    read = reader_of_listed(state.roster, state.me.id)
    for name, record in fetch_each(state, snapshot, digests, report):
        try:
            header, plaintext = state.unseal_overview(record)
            credential = read(header, plaintext)
        except NotPermitted:
            continue
        except Damaged as error:
            report_spoilt(state, snapshot, name, error, report)
            continue
        if credential is not None:
            yield credential
        else:
            trash((header.record_id, name))


def fetch_each(
    state: VerifiedState, snapshot: Snapshot, digests: Sequence[bytes], report: Report
) -> Iterator[tuple[bytes, bytes]]:
    """Yield digest and record of each overview that is there as it was signed, in any order; tell of the others."""
    left = set(digests)
    try:
        for name, record in fetch_many(snapshot, digests):
            left.discard(name)
            yield name, record
    except Tampered:  # of one of them, and maybe of more: reading one by one says of which
        for name in left:
            try:
                yield name, fetch(snapshot, name)
            except Tampered as error:
                report_spoilt(state, snapshot, name, error, report)


def report_spoilt(state: VerifiedState, snapshot: Snapshot, digest: bytes, error: Damaged, report: Report) -> None:
    """Tell of an overview that does not open, unless it was put out of the way already."""
    if not is_set_aside(state, snapshot, digest):
        report(f"{error.message} (record {digest.hex()[:16]})")


def is_set_aside(state: VerifiedState, snapshot: Snapshot, digest: bytes) -> bool:
    """True for an overview that lies under its own digest, since it did not open when others were written anew."""
    tag = spoilt_tag(state.keys.name, digest)
    leaf = snapshot.leaf(tag[0])
    verify_leaf(state.tree, tag[0], leaf)
    return find_in_leaf(leaf, tag) == digest
