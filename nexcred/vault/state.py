"""One proved state of a vault: what an identity may believe of a snapshot, and how it reads on from there."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from nexcred.errors import NotPermitted, Replaced, RolledBack, Tampered, VaultNotFound
from nexcred.model.credential import Details
from nexcred.vault.access import (
    IndexKeys,
    commit_to_vault_key,
    hash_access,
    hash_table,
    index_keys,
    older_vault_keys,
    open_access,
)
from nexcred.vault.anchor import Anchor
from nexcred.vault.head import HeadPlace, OpenedHead, open_head, read_head_place, verify_author
from nexcred.vault.identity import NO_VAULT, Identity
from nexcred.vault.overview import Overview, read_overview
from nexcred.vault.plaintext import Json, read_details, read_json
from nexcred.vault.primitives import digest, same
from nexcred.vault.record import (
    DETAILS,
    OVERVIEW,
    SESSION,
    Header,
    open_as,
    open_overview_with,
    read_header,
)
from nexcred.vault.roster import WRITERS, Roster, open_roster
from nexcred.vault.store import Snapshot
from nexcred.vault.tree import verify_tree

_ROLLED_BACK = (
    "put the newer file back; look at this one with --accept-rollback; if the newer one is lost for good:"
    " nexcred vault restore-backup FILE"
)


class State:
    """A verified head with its keys, roster and tree. Lives longer than its snapshot: readers pass one in.

    `vault_keys` are those of all epochs; a guest holds none of them, and opens through his own grants.
    """

    __slots__ = ("head", "identity", "keys", "roster", "sealed_head", "tree", "vault_keys")

    def __init__(
        self,
        identity: Identity,
        sealed_head: bytes,
        head: OpenedHead,
        roster: Roster,
        keys: IndexKeys,
        vault_keys: Mapping[int, bytes],
        tree: bytes,
    ) -> None:
        self.identity = identity
        self.sealed_head = sealed_head
        self.head = head
        self.roster = roster
        self.vault_keys = vault_keys
        self.tree = tree
        self.keys = keys

    @property
    def place(self) -> HeadPlace:
        return self.head.place

    @property
    def vault_key(self) -> bytes:
        """The key of this epoch; raises NotPermitted for a guest."""
        if not self.vault_keys:
            raise NotPermitted("a guest may read what was granted, not write to this vault")
        return self.vault_keys[self.place.epoch]

    @property
    def anchor(self) -> Anchor:
        place, roster = self.place, self.roster
        return Anchor(place.vault_id, place.generation, self.head.hash, roster.length, roster.last_hash)

    def open_overview(self, record: bytes) -> tuple[Header, Overview]:
        """Open an overview that the tree or the history named.

        Raises NotPermitted to a guest to whom it was not granted, Tampered when it is not one of this vault.
        """
        header, plaintext = self.unseal_overview(record)
        overview = read_overview(plaintext)
        if overview.access.record_id != header.record_id:
            raise Tampered("a record of the vault was exchanged for another")
        return header, overview

    def unseal_overview(self, record: bytes) -> tuple[Header, bytes]:
        """The first half of `open_overview`: whether its plaintext is of this record is not proved yet."""
        header = read_header(record)
        if header.part != OVERVIEW or header.vault_id != self.place.vault_id:
            raise Tampered("a record of the vault is not where it belongs")
        if self.vault_keys:
            return header, open_overview_with(record, header, self.vault_key_of(header.epoch))
        return header, open_as(record, self.identity, self._hint_key_of(header.epoch))

    def open_details(self, record: bytes, overview: Overview) -> Details:
        """Open the details that an overview names; raise NotPermitted when they are not for this identity, Tampered."""
        details = read_details(self._open_part(record, DETAILS, overview))
        if not overview.agrees_with(details):
            raise Tampered(
                f"the overview of '{overview.name}' shows other values than its details hold",
                hint="somebody without a grant may have rewritten it: do not use it, and ask its owner",
            )
        return details

    def open_session(self, record: bytes, overview: Overview) -> Json:
        """Open the tokens that an overview names; raise NotPermitted, Tampered."""
        return read_json(self._open_part(record, SESSION, overview))

    def _open_part(self, record: bytes, part: int, overview: Overview) -> bytes:
        header = read_header(record)
        place = (header.part, header.vault_id, header.record_id)
        wrong_revision = part == DETAILS and header.revision != overview.version
        if place != (part, self.place.vault_id, overview.access.record_id) or wrong_revision:
            raise Tampered("a record of the vault was exchanged for another")
        return open_as(record, self.identity, self._hint_key_of(header.epoch))

    def index_keys_of(self, epoch: int) -> IndexKeys:
        """Return the index keys of this or an earlier epoch; a guest has those of this one."""
        return self.keys if epoch == self.place.epoch else index_keys(self.vault_key_of(epoch))

    def _hint_key_of(self, epoch: int) -> bytes | None:
        known = epoch == self.place.epoch or bool(self.vault_keys)
        return self.index_keys_of(epoch).hint if known else None

    def vault_key_of(self, epoch: int) -> bytes:
        """Return the key of this or an earlier epoch; raise Tampered for one that never was."""
        if epoch not in self.vault_keys:
            raise Tampered("a record of the vault has an unknown epoch")
        return self.vault_keys[epoch]


def open_state(
    snapshot: Snapshot,
    identity: Identity,
    anchor: Anchor | None,
    warn: Callable[[str], None] | None = None,
    *,
    accept_rollback: bool = False,
) -> State:
    """Verify everything that reading one name depends on, then the anchor.

    Raises VaultNotFound, NotPermitted, MadeByNewer, Tampered, Replaced, RolledBack.
    """
    sealed = snapshot.head()
    if sealed is None and anchor is not None:
        raise RolledBack("the vault that was last seen here is gone: the file holds none any more", hint=_ROLLED_BACK)
    if sealed is None:
        raise VaultNotFound("there is no vault here yet", hint="make one with: nexcred vault init")
    place = read_head_place(sealed)
    _refuse_other_vault(place.vault_id, identity, anchor)
    access, chain = snapshot.access(), snapshot.chain()
    granted = open_access(access, identity, place.vault_id, place.epoch)
    vault_key, keys = granted.vault_key, granted.keys
    opened = open_head(sealed, keys.head)
    head = opened.head
    if not same(hash_access(access, chain), head.access_hash):
        raise Tampered("the access rows of the vault were changed")
    if not same(hash_table(snapshot.slots()), head.slots_hash):
        raise Tampered("the passphrase slots of the vault were changed")
    if vault_key is not None and not same(commit_to_vault_key(vault_key), head.vault_key_commitment):
        raise Tampered("the access rows of the vault hand out another key")
    roster = open_roster(snapshot.roster(), keys.roster, place.vault_id, place.epoch)
    if (roster.length, roster.last_hash) != (head.roster_length, head.roster_hash):
        raise Tampered("the roster of the vault is not the one that was signed")
    _verify_author(opened, roster)
    if identity.fingerprint not in roster.members:
        raise NotPermitted("this identity is not in the roster of the vault")
    tree = snapshot.tree()
    verify_tree(tree, keys.tree, head.root)
    vault_keys = {} if vault_key is None else older_vault_keys(chain, vault_key, place.vault_id, place.epoch)
    state = State(identity, sealed, opened, roster, keys, vault_keys, tree)
    if anchor is not None and not accept_rollback:
        _verify_anchor(state, anchor, snapshot, warn)
    return state


def fetch(snapshot: Snapshot, wanted: bytes) -> bytes:
    """Return the record with this digest; raise Tampered when it is gone or another one."""
    record = snapshot.item(wanted)
    if record is None:
        raise Tampered("a record of the vault is missing")
    if digest(record) != wanted:
        raise Tampered("a record of the vault was changed")
    return record


def fetch_many(snapshot: Snapshot, wanted: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield digest and record of each of these, in any order; raise Tampered when one is missing or changed."""
    missing = set(wanted)
    for name, record in snapshot.items(tuple(missing)):
        if digest(record) != name or name not in missing:
            raise Tampered("a record of the vault was changed")
        missing.discard(name)
        yield name, record
    if missing:
        raise Tampered("a record of the vault is missing")


def _refuse_other_vault(vault_id: bytes, identity: Identity, anchor: Anchor | None) -> None:
    hint = "if you replaced it on purpose, name the other one with --vault, or make a new one elsewhere"
    if anchor is not None and anchor.vault_id != vault_id:
        raise Replaced("another vault lies where yours was", hint=hint)
    if identity.vault_id not in (NO_VAULT, vault_id):
        raise Replaced("this identity belongs to another vault than the one that lies here", hint=hint)


def _verify_author(opened: OpenedHead, roster: Roster) -> None:
    author = roster.members.get(opened.head.author)
    if author is None or author.role not in WRITERS:
        raise Tampered("the head of the vault is signed by somebody who may not write")
    verify_author(opened, author.public)


def _verify_anchor(state: State, anchor: Anchor, snapshot: Snapshot, warn: Callable[[str], None] | None = None) -> None:
    """Prove that this state is the one last seen here, or came from it."""
    hint = _ROLLED_BACK
    roster, generation = state.roster, state.place.generation
    seen_roster = anchor.roster_length <= roster.length and same(
        roster.hashes[anchor.roster_length - 1], anchor.roster_hash
    )
    if generation < anchor.generation or not seen_roster:
        raise RolledBack("this vault is older than the one that was last seen here", hint=hint)
    if generation - anchor.generation < snapshot.heads_kept:
        if not _descends(state, anchor, snapshot):
            raise RolledBack("this vault did not come from the one that was last seen here", hint=hint)
    elif warn is not None:
        # Members signed it, it is newer and its roster extends the one seen: what a rollback cannot be.
        warn(
            f"the vault was written {snapshot.heads_kept:,} times or more since this machine last saw it:"
            " its past was not compared"
        )


def _descends(state: State, anchor: Anchor, snapshot: Snapshot) -> bool:
    """Follow the previous-head hashes down to the anchored generation."""
    opened, generation = state.head, state.place.generation
    expected = opened.hash
    while generation > anchor.generation:
        expected, generation = opened.head.previous_hash, generation - 1
        if generation == anchor.generation:
            break
        sealed = snapshot.past_head(generation)
        if sealed is None:
            return False
        if not state.vault_keys and read_head_place(sealed).epoch != state.place.epoch:
            return (
                True  # A guest reads no older epoch. Members signed this state, newer and with a roster that extends.
            )
        opened = _open_past_head(sealed, state)
        if opened.hash != expected:
            return False
    return same(expected, anchor.head_hash)


def _open_past_head(sealed: bytes, state: State) -> OpenedHead:
    place = read_head_place(sealed)
    return open_head(sealed, state.index_keys_of(place.epoch).head)
