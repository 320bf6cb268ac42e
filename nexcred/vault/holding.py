"""Who holds which credentials, by proved lists, and the line for guests that says which names they open."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from nexcred.errors import Disputed, NameMoved
from nexcred.model.credential import Credential
from nexcred.model.name import fold_name
from nexcred.vault.access_list import AccessList
from nexcred.vault.authority import VerifiedRecord
from nexcred.vault.fetching import fetch
from nexcred.vault.floor import pair_of
from nexcred.vault.moved_names import standing_in
from nexcred.vault.overview import Overview
from nexcred.vault.overviews import ignore, open_overviews, overview_digests
from nexcred.vault.permission import may_not_share, may_not_write, not_upgraded
from nexcred.vault.reader import VaultReader
from nexcred.vault.record import lacking, read_header
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Snapshot

if TYPE_CHECKING:
    from nexcred.vault.checkpoint import Checkpoint
    from nexcred.vault.known_secrets import KnownSecrets
    from nexcred.vault.listed_holders import ListedHolders
    from nexcred.vault.member_info import MemberInfo, TeamInfo
    from nexcred.vault.rekeying import Signed


class VaultHolders(VaultReader):
    """The holders by proved lists, which alone decide to whom values are sealed."""

    def holders(self, credential: Credential) -> "list[MemberInfo]":
        """Return the present holders of the values, by the proved list; raise Disputed."""
        with self._reading() as (state, snapshot):
            overview = self._require(state, snapshot, credential).overview
            if isinstance(overview.access, AccessList):
                held = set(state.prove(overview).list.holders())
            else:
                from nexcred.vault.version1.access_list import verify_first_list  # which few vaults need

                held = {member.id for member in verify_first_list(overview.access, state.roster)}
        return [member for member in self.members if member.id in held]

    def without_key(self, credential: Credential, members: Iterable[bytes]) -> frozenset[bytes]:
        """Return those of these members who have no grant on the values, by its hint."""
        with self._reading() as (state, snapshot):
            record = fetch(snapshot, self._require(state, snapshot, credential).overview.details)
            wanted = [state.roster.members[one] for one in members if one in state.roster.members]
            hint_key = state.index_keys_of(read_header(record).epoch).hint
            lacked = {one.fingerprint for one in lacking(record, [member.public for member in wanted], hint_key)}
        return frozenset(member.id for member in wanted if member.public.fingerprint in lacked)

    @property
    def teams(self) -> "list[TeamInfo]":
        """Every team of the vault, in the order in which they were made."""
        from nexcred.vault.member_info import teams_of  # no value is about people

        return teams_of(self._state.roster)

    @property
    def shared_by_default(self) -> tuple[bytes, ...]:
        """The ids of the teams that what is added is shared with."""
        return self._state.roster.shared_by_default

    def listed_holders(self) -> "list[ListedHolders]":
        """Return through which teams each credential is held, and who waits for a key to it; by name."""
        from nexcred.vault.in_parts import in_parts
        from nexcred.vault.listed_holders import listed_holders  # no value is about people

        def divide(state: VerifiedState, snapshot: Snapshot) -> list[bytes]:
            return sorted(overview_digests(state, snapshot, ignore))

        found = [one for some in in_parts(self._store, self._reading, divide, listed_holders) for one in some]
        return sorted(found, key=lambda one: fold_name(one.name))

    def grants(self, credential: Credential) -> Mapping[tuple[int, bytes], int]:
        """Return what the proved list grants, by kind and id of a member or a team; raise Disputed, NotUpgraded."""
        with self._reading() as (state, snapshot):
            overview = self._require(state, snapshot, credential).overview
            if state.roster.is_first_format:
                raise not_upgraded()
            return {(kind, to): may for kind, to, may in state.prove(overview).list.access.grants}

    def granted(self, credential: Credential) -> Mapping[bytes, int]:
        """Return by member id the most that each present holder may do with the values; raise Disputed, NotUpgraded."""
        with self._reading() as (state, snapshot):
            overview = self._require(state, snapshot, credential).overview
            if state.roster.is_first_format:
                raise not_upgraded()
            return state.prove(overview).list.holders()

    def require_writer(self, credential: Credential) -> None:
        """Raise NotPermitted for who may read the values and not write them, before anything is sent; Disputed."""
        with self._reading() as (state, snapshot):
            overview = self._require(state, snapshot, credential).overview
            if not state.roster.is_first_format and not state.prove(overview).list.may_write(state.me.id):
                raise may_not_write(overview.name)

    def require_sharer(self, credential: Credential) -> None:
        """Raise NotPermitted for who may not say who holds the values, before anything is changed; Disputed."""
        with self._reading() as (state, snapshot):
            overview = self._require(state, snapshot, credential).overview
            if not state.roster.is_first_format and not state.prove(overview).list.may_share(state.me.id):
                raise may_not_share(overview.name)

    def checkpoint(self, guest: bytes | None = None) -> "Checkpoint":
        """Return how far the vault has come; with a guest's id also which names it opens, as far as they are proved."""
        from nexcred.vault.checkpoint import Checkpoint

        pairs = () if guest is None else tuple(self._pairs_of(guest))
        return Checkpoint(self.vault_id, self.generation, self._state.head.hash, self.floor.with_pairs(pairs))

    def _pairs_of(self, guest: bytes) -> Iterator[bytes]:
        with self._reading() as (state, snapshot):
            for _, overview, proved in self._held_by(state, snapshot, guest):
                if self._is_named_rightly(state, snapshot, overview, proved):
                    yield pair_of(self.vault_id, overview.record_id, fold_name(overview.name))

    def held_by(self, member: bytes) -> list[Credential]:
        """Return what somebody holds, by member id, as far as that is proved; by name."""
        with self._reading() as (state, snapshot):
            found = [self._shown(state, number, one) for number, one, _ in self._held_by(state, snapshot, member)]
        return sorted(found, key=lambda credential: fold_name(credential.name))

    def _held_by(
        self, state: VerifiedState, snapshot: Snapshot, member: bytes
    ) -> Iterator[tuple[int, Overview, VerifiedRecord]]:
        for revision, overview in open_overviews(state, snapshot, overview_digests(state, snapshot, ignore), ignore):
            with suppress(Disputed):
                proved = state.prove(overview)
                if member in proved.list.holders():
                    yield revision, overview, proved

    def known_secrets(self, member: bytes) -> "list[KnownSecrets]":
        """Return what somebody knows who should not, by member id, also long after they left; by name, and trash last.

        What does not prove itself is among the `problems`.
        """
        from nexcred.vault.known_secrets import known_secrets  # no value is about who left

        with self._reading() as (state, snapshot):
            problems: list[str] = []
            found = list(known_secrets(state, snapshot, self.remembered, member, problems.append))
            self._note_problems(problems)
        return sorted(found, key=lambda one: (one.is_removed, fold_name(one.credential.name)))

    def seal_names(self, names: tuple[str, ...]) -> str:
        """Seal names that are gone from the vault, for this machine to keep; `open_names` returns them."""
        from nexcred.vault.kept_names import seal_names

        return seal_names(names, self._identity, self.vault_id)

    def open_names(self, sealed: str) -> tuple[str, ...]:
        """Return the names; none where another identity sealed them."""
        from nexcred.vault.kept_names import open_names

        return open_names(sealed, self._identity, self.vault_id)

    def signed_elsewhere(self) -> "list[Signed]":
        """Return what stands on this identity's signature and was not signed on this machine, as far as it knows.

        What only claims that signature is disputed already, and what does not agree with its details is a lie about
        them: whoever made it must not have its owner asked about it.
        """
        from nexcred.vault.in_parts import in_parts
        from nexcred.vault.rekeying import signed_as_unknown, with_details

        known = self._memory.signed(self.vault_id)

        def part(state: VerifiedState, snapshot: Snapshot, digests: Sequence[bytes]) -> list[bytes]:
            return [name for name, _ in signed_as_unknown(state, snapshot, digests, known)]

        def divide(state: VerifiedState, snapshot: Snapshot) -> list[bytes]:
            # In the order in which a store has them, so that each process reads its own part of the file.
            return sorted(overview_digests(state, snapshot, ignore))

        found = in_parts(self._store, self._reading, divide, part)
        with self._reading() as (state, snapshot):
            unknown = signed_as_unknown(state, snapshot, [name for names in found for name in names], known)
            return [
                one
                for _, signed in unknown
                if state.proves(signed[0].overview)
                for one in with_details(signed, state, partial(fetch, snapshot))
            ]

    def _is_named_rightly(
        self, state: VerifiedState, snapshot: Snapshot, overview: Overview, proved: VerifiedRecord
    ) -> bool:
        """False for a name that a member may have moved: the guest takes the line for an owner's word."""
        try:
            self.remembered.refuse_misnamed(state, overview, proved, partial(standing_in, state, snapshot))
        except NameMoved as error:
            if self._warn is not None:
                self._warn(f"{error.message}: the line does not say that the guest opens it; {error.hint}")
            return False
        return True
