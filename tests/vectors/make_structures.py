"""Make structures-v2.json: one frozen example of each structure that format version 2 brought or changed.

It was run once. A file that is there is never overwritten: a new format version gets a new file.
"""

import base64
import json
from pathlib import Path

from nexcred.model.credential import Details
from nexcred.model.secret import Secret
from nexcred.vault.access import index_keys
from nexcred.vault.access_list import READ, TO_MEMBER, TO_TEAM, WRITE, AccessGrant, AccessList, make_list, write_list
from nexcred.vault.checkpoint import Checkpoint, write_checkpoint
from nexcred.vault.floor import Floor, pair_of
from nexcred.vault.head import FORMAT_2_FEATURE, Head, HeadPlace, open_head, seal_head
from nexcred.vault.identity import NO_VAULT, Identity
from nexcred.vault.kept_roster import seal_kept_roster
from nexcred.vault.pins import PinKeys, RecordPin, write_pin
from nexcred.vault.plaintext import write_details
from nexcred.vault.primitives import digest
from nexcred.vault.record import DETAILS, POLICY, SESSION, RecordPlace, body_digest, seal_for, wrap_anew
from nexcred.vault.roster import GUEST, MEMBER, OWNER, Roster, seal_roster
from nexcred.vault.roster_changes import found_roster, with_member, with_new_keys, with_role, without_member
from nexcred.vault.roster_records import Ended, write_unshared
from nexcred.vault.slot import FLOOR, make_passphrase_slot, make_recovery_slot
from nexcred.vault.statements import (
    ENDED,
    INHERITED,
    DetailsStatement,
    PartStatement,
    Statement,
    hash_statement,
    sign_details,
    sign_part,
    write_statement,
)
from nexcred.vault.tree import spoilt_tag, trash_tag

OUT = Path(__file__).with_name("structures-v2.json")
VAULT_KEY = b"EXAMPLE vault key of epoch two.."
SALT = b"EXAMPLE salt 16B"


def example(name: str) -> Identity:
    """Return an identity whose string says that it is an example."""
    return Identity(base64.b32decode((f"EXAMPLE{name.upper()}" * 8)[:56])[:32], NO_VAULT)


ADA, BOB, CYD, JOB, NEW = (example(name) for name in ("Ada", "Bob", "Cyd", "Job", "Bobnew"))


def main() -> None:
    if OUT.exists():
        raise SystemExit(f"{OUT.name} is frozen")
    roster = roster_of_all()
    keys = index_keys(VAULT_KEY)
    access = list_example(roster)
    made = {
        "vault_id": roster.vault_id.hex(),
        "vault_key": VAULT_KEY.hex(),
        "people": {name: who.seed.hex() for name, who in people().items()},
        "identity": identity_example(roster),
        "roster": roster_example(roster, keys.roster),
        "access_list": {"text": write_list(access), "record_id": access.record_id.hex()},
        "statements": statements_example(roster, access),
        "record": record_example(roster, access, keys.hint),
        "head": head_example(roster, keys.head),
        "slots": slots_example(roster),
        "tags": {
            "record_id": access.record_id.hex(),
            "trash": trash_tag(keys.name, access.record_id).hex(),
            "overview": digest(b"overview").hex(),
            "spoilt": spoilt_tag(keys.name, digest(b"overview")).hex(),
        },
        "machine": machine_example(roster),
    }
    OUT.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def people() -> dict[str, Identity]:
    return {"Ada": ADA, "Bob": BOB, "Cyd": CYD, "Job": JOB, "Bob, with new keys": NEW}


def roster_of_all() -> Roster:
    """Return a roster with every operation in it."""
    roster = found_roster(ADA, "Example Ltd ☂", "Ada Example")
    roster = with_member(roster, ADA, BOB.public, "Bob", MEMBER)
    roster = with_member(roster, ADA, CYD.public, "Cyd", MEMBER)
    roster = with_member(roster, ADA, JOB.public, "ci", GUEST, 1_800_000_000_000)
    roster = roster.append(ADA, JOB.public, {"op": "until", "until_ms": 1_900_000_000_000})
    roster = roster.append(ADA, ADA.public, {"op": "team", "name": "ops"})
    (team,) = roster.teams
    for who in (BOB, CYD):
        roster = roster.append(ADA, who.public, {"op": "team-add", "team": team.hex()})
    roster = roster.append(ADA, CYD.public, {"op": "team-remove", "team": team.hex()})
    roster = with_new_keys(roster, BOB, NEW)
    roster = with_role(roster, ADA, CYD.fingerprint, OWNER)
    by_creator = write_unshared([Ended(SALT, 2)], [CYD.fingerprint], creator=BOB.fingerprint)
    by_owner = write_unshared([Ended(b"EXAMPLErecord id", 7)], [BOB.fingerprint], owners_only=True)
    roster = roster.append(NEW, NEW.public, {"op": "unshare", **by_creator})
    roster = roster.append(ADA, ADA.public, {"op": "unshare", **by_owner})
    roster = roster.append(ADA, ADA.public, {"op": "settings", "key": "expiry", "value": 90})
    roster = roster.append(ADA, ADA.public, {"op": "restored", "generation": 5, "head": digest(b"head").hex()})
    return without_member(roster, ADA, CYD.fingerprint)


def identity_example(roster: Roster) -> dict[str, object]:
    pairs = tuple(pair_of(roster.vault_id, b"EXAMPLErecord id", name) for name in ("prod events", "日本"))
    floor = Floor(roster.length, roster.last_hash, pairs)
    bound = JOB.bind(roster.vault_id, floor)
    checkpoint = Checkpoint(roster.vault_id, 41, digest(b"head"), floor)
    return {
        "secret": bound.secret_string,
        "public": bound.public_string,
        "floor": {
            "length": floor.roster_length,
            "hash": floor.roster_hash.hex(),
            "pairs": [one.hex() for one in pairs],
        },
        "checkpoint": write_checkpoint(checkpoint),
        "head": digest(b"head").hex(),
    }


def roster_example(roster: Roster, roster_key: bytes) -> dict[str, object]:
    return {
        "entries": [entry.hex() for entry in roster.entries],
        "hashes": [one.hex() for one in roster.hashes],
        "rows": [row.hex() for row in seal_roster(roster, roster_key, 2)],
        "team": next(iter(roster.teams)).hex(),
    }


def list_example(roster: Roster) -> AccessList:
    (team,) = roster.teams
    return make_list(
        ADA,
        ADA.fingerprint,
        roster.vault_id,
        version=9,
        grants=[
            AccessGrant(TO_TEAM, team, READ),
            AccessGrant(TO_MEMBER, BOB.fingerprint, WRITE),
            AccessGrant(TO_MEMBER, JOB.fingerprint, READ),
        ],
        creator=BOB.fingerprint,
        salt=SALT,
        revision=3,
        pins={part: digest(b"pinned", bytes([part])) for part in (DETAILS, SESSION, POLICY)},
    )


def statements_example(roster: Roster, access: AccessList) -> dict[str, dict[str, str]]:
    place = (roster.vault_id, access.record_id)
    body, previous = digest(b"body"), digest(b"previous")
    details = sign_details(DetailsStatement(4, body, previous, 9, BOB.fingerprint), NEW, *place)
    made: dict[str, Statement] = {
        "details": details,
        "inherited": DetailsStatement(3, body, previous, 9, INHERITED, bytes(64)),
        "session": sign_part(PartStatement(SESSION, 9, body, digest(b"tokens"), 2, BOB.fingerprint), NEW, *place),
        "ended": sign_part(PartStatement(SESSION, 9, body, ENDED, 3, BOB.fingerprint), NEW, *place),
        "policy": sign_part(PartStatement(POLICY, 9, bytes(32), digest(b"policy"), 1, ADA.fingerprint), ADA, *place),
    }
    return {
        name: {"text": write_statement(one), "hash": hash_statement(one, *place).hex()} for name, one in made.items()
    }


def record_example(roster: Roster, access: AccessList, hint_key: bytes) -> dict[str, str]:
    """Seal details to two, and wrap them anew for another one."""
    values = Details("aventri", "ab" * 32, "api_key", ("h.example:8443",), {"api_key": Secret("EXAMPLE-kéy")})
    text = write_details(values, BOB.fingerprint)
    place = RecordPlace(DETAILS, roster.vault_id, access.record_id, 4, 2)
    sealed = seal_for(place, text, [NEW.public, CYD.public], hint_key)
    wrapped = wrap_anew(sealed, NEW, [NEW.public, JOB.public], hint_key)
    return {
        "plaintext": text.decode(),
        "sealed": sealed.hex(),
        "wrapped": wrapped.hex(),
        "body_digest": body_digest(sealed).hex(),
    }


def head_example(roster: Roster, head_key: bytes) -> dict[str, object]:
    digests = {use: digest(use.encode()) for use in ("vault key", "root", "access", "slots", "previous")}
    head = Head(
        FORMAT_2_FEATURE, 3, digests["vault key"], digests["root"], roster.length, roster.last_hash, digests["access"],
        digests["slots"], digests["previous"], 1_795_264_215_123, ADA.fingerprint,
    )  # fmt: skip
    sealed = seal_head(HeadPlace(roster.vault_id, 2, 41), head, ADA, head_key)
    return {"sealed": sealed.hex(), "generation": 41, "epoch": 2, "hash": open_head(sealed, head_key).hash.hex()}


def slots_example(roster: Roster) -> dict[str, object]:
    bound = ADA.bind(roster.vault_id, Floor(roster.length, roster.last_hash))
    passphrase, recovery = "EXAMPLE pa\u0308ssphrase", digest(b"EXAMPLE recovery key")
    return {
        "passphrase": passphrase,
        **FLOOR._asdict(),
        "by_passphrase": make_passphrase_slot(passphrase, bound, FLOOR).hex(),
        "recovery_key": recovery.hex(),
        "by_recovery_key": make_recovery_slot(recovery, bound).hex(),
    }


def machine_example(roster: Roster) -> dict[str, str]:
    """What a machine keeps of a vault, under keys of the seed."""
    keys = PinKeys(ADA, roster.vault_id)
    parts = ((digest(b"session"), 2), (bytes(32), 0), (bytes(32), 0), (digest(b"policy"), 7))
    pin = RecordPin(9, digest(b"list"), 4, digest(b"details"), parts, (BOB.fingerprint, JOB.fingerprint))
    return {
        "name": "Prod Events",
        "key_of_name": keys.of_name("Prod Events").hex(),
        "key_of_record": keys.of_record(b"EXAMPLErecord id").hex(),
        "pin": write_pin(pin).hex(),
        "kept_roster": seal_kept_roster(roster, ADA).hex(),
    }


if __name__ == "__main__":
    main()
