"""What version 1 of the format wrote, for tests: the program reads it, and makes none of it any more."""

from nexcred.vault.identity import NO_VAULT, Identity, PublicIdentity
from nexcred.vault.primitives import DIGEST_BYTES
from nexcred.vault.roster import OWNER, Roster, read_roster
from nexcred.vault.roster_entry import sign_entry
from nexcred.vault.version1.access_list import FirstAccessList

SALT = b"EXAMPLE salt 16B"


def first_roster(founder: Identity, full_name: str = "Ada") -> Roster:
    """Begin a roster as version 1 did."""
    body = {"op": "found", "organisation": "Example", "name": full_name, "role": OWNER, "nonce": "00" * 16}
    entry = sign_entry(founder, founder.fingerprint, NO_VAULT, 0, bytes(DIGEST_BYTES), founder.public, body)
    return read_roster((entry,))


def first_add(roster: Roster, signer: Identity, public: PublicIdentity, full_name: str, role: str) -> Roster:
    return roster.append(signer, public, {"op": "add", "name": full_name, "role": role})


def new_first_list(creator: Identity, vault_id: bytes) -> FirstAccessList:
    """Make the list of a new record, which names who added it."""
    only = creator.fingerprint
    return sign_first_list(FirstAccessList(1, only, SALT, (only,), only, b""), creator, vault_id)


def sign_first_list(access: FirstAccessList, signer: Identity, vault_id: bytes) -> FirstAccessList:
    unsigned = access._replace(signer=signer.fingerprint)
    return unsigned._replace(signature=signer.signing.sign(unsigned.message(vault_id)))


def first_list_to_json(access: FirstAccessList) -> dict[str, object]:
    return {
        "version": access.version,
        "creator": access.creator.hex(),
        "salt": access.salt.hex(),
        "recipients": [one.hex() for one in access.recipients],
        "signer": access.signer.hex(),
        "signature": access.signature.hex(),
    }
