import json
import struct

import pytest

from nexcred.errors import InvalidData, MadeByNewer, NexcredError, Tampered
from nexcred.vault.identity import Identity
from nexcred.vault.primitives import digest, label
from nexcred.vault.roster import Roster, open_roster, read_roster, seal_roster
from nexcred.vault.roster_changes import found_roster

KEY = bytes(32)
ADA, EVE = Identity(b"a" * 32, bytes(16)), Identity(b"e" * 32, bytes(16))
LAST_U = bytes([0xEC, *[0xFF] * 30, 0x7F])  # p - 1, of order 4


def entry(
    signer: Identity = ADA,
    keys: tuple[bytes, bytes] = ADA.public.keys,
    previous: bytes = bytes(32),
    named: bytes = ADA.fingerprint,
    index: int = 0,
    body: str = '{"op":"found","organisation":"Example","name":"Ada","role":"owner"}',
) -> bytes:
    parts = [previous, named]
    parts += [struct.pack(">H", len(key)) + key for key in keys]
    parts.append(struct.pack(">I", len(body.encode())) + body.encode())
    unsigned = b"".join(parts)
    message = label("roster") + bytes(16) + struct.pack(">I", index) + unsigned
    return unsigned + signer.signing.sign(message)


def test_a_founder_is_the_owner_and_the_vault_id_names_his_entry() -> None:
    roster = found_roster(ADA, "Example Ltd", "Ada")
    assert roster.vault_id == digest(roster.entries[0])[:16]
    assert (roster.organisation, roster.length) == ("Example Ltd", 1)
    member = roster.members[ADA.fingerprint]
    assert (member.full_name, member.role) == ("Ada", "owner")
    assert found_roster(ADA, "Example Ltd", "Ada").vault_id != roster.vault_id


def test_the_entry_as_documented_is_the_one_that_is_read() -> None:
    assert read_roster((entry(),)).members[ADA.fingerprint].role == "owner"


@pytest.mark.parametrize(
    "forged",
    [
        entry(signer=EVE),
        entry(named=EVE.fingerprint),
        entry(keys=EVE.public.keys),
        entry(keys=(ADA.public.keys[0], EVE.public.keys[1])),
        entry(previous=b"\1" * 32),
        entry(index=1),
        entry(keys=(bytes(32), ADA.public.keys[1])),
        entry(keys=(LAST_U, ADA.public.keys[1])),
        entry(keys=(ADA.public.keys[0], bytes(32))),
        entry(keys=(ADA.public.keys[0][:31], ADA.public.keys[1])),
        entry(keys=(ADA.public.keys[0] + b"\0", ADA.public.keys[1])),
        entry(body="{}"),
        entry(body="[]"),
        entry(body='{"op":"found","op":"found","name":"Ada","role":"owner"}'),
        entry(body='{"op":"found","name":"Ada"}'),
        entry(body='{"op":"found","organisation":"Example","name":"Ada","role":"reader"}'),
        entry(body='{"name":"Ada","role":"owner"}'),
        entry(body="[" * 100_000),
        entry() + b"\0",
        b"",
        b"\xff" * 40,
        b"\xff" * 400,
    ],
)
def test_a_forged_or_damaged_entry_is_refused(forged: bytes) -> None:
    with pytest.raises(Tampered):
        read_roster((forged,))


def test_no_roster_and_cut_entries_are_refused() -> None:
    with pytest.raises(Tampered):
        read_roster(())
    whole = entry()
    for length in range(len(whole)):
        with pytest.raises(Tampered):
            read_roster((whole[:length],))


def test_an_entry_of_a_kind_that_is_not_known_is_refused() -> None:
    with pytest.raises(MadeByNewer):
        read_roster((entry(body='{"op":"dance","name":"Ada","role":"owner"}'),))


def test_rows_open_under_their_key_vault_and_epoch_only() -> None:
    roster = found_roster(ADA, "Example Ltd", "Ada")
    rows = seal_roster(roster, KEY, 3)
    assert open_roster(rows, KEY, roster.vault_id, 3).hashes == roster.hashes
    for other_rows, key, vault_id, epoch in (
        (rows, b"\1" + KEY[1:], roster.vault_id, 3),
        (rows, KEY, bytes(16), 3),
        (rows, KEY, roster.vault_id, 4),
        ((), KEY, roster.vault_id, 3),
        ((*rows, *rows), KEY, roster.vault_id, 3),
        ((rows[0][:8],), KEY, roster.vault_id, 3),
        ((rows[0][:20],), KEY, roster.vault_id, 3),
        ((b"\0\0\0\1" + rows[0][4:],), KEY, roster.vault_id, 3),
        (seal_roster(read_roster((entry(),)), KEY, 3), KEY, read_roster((entry(),)).vault_id, 3),
    ):
        with pytest.raises(Tampered):
            open_roster(other_rows, key, vault_id, epoch)


def test_rows_of_version_1_open_as_such_only() -> None:
    roster = read_roster((entry(),))
    rows = seal_roster(roster, KEY, 3)
    assert roster.is_first_format
    assert open_roster(rows, KEY, roster.vault_id, 3, is_first_format=True).hashes == roster.hashes
    newer = found_roster(ADA, "Example Ltd", "Ada")
    with pytest.raises(Tampered):
        open_roster(seal_roster(newer, KEY, 3), KEY, newer.vault_id, 3, is_first_format=True)


def test_the_length_of_a_row_tells_no_name() -> None:
    short, long = (found_roster(ADA, "Example Ltd", "A" * length) for length in (1, 90))
    assert {len(row) for one in (short, long) for row in seal_roster(one, KEY, 1)} == {4 + 12 + 512 + 16}


def test_another_founders_roster_is_refused_even_when_sealed_rightly() -> None:
    ours, theirs = found_roster(ADA, "Example", "Ada"), found_roster(EVE, "Example", "Ada")
    claimed = theirs._replay.copy()
    claimed.vault_id = ours.vault_id
    rows = seal_roster(Roster(claimed, theirs.entries, theirs.hashes), KEY, 1)
    with pytest.raises(Tampered, match="another vault"):
        open_roster(rows, KEY, ours.vault_id, 1)


def test_every_bit_of_an_entry_is_under_its_signature_or_makes_another_vault() -> None:
    whole = entry()
    vault_id = digest(whole)[:16]
    for bit in range(8 * len(whole)):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            read = read_roster((bytes(flipped),))
        except NexcredError:
            continue
        assert read.vault_id != vault_id


def test_a_name_without_a_utf_8_form_founds_nothing() -> None:
    for organisation, name in (("\udcff", "Ada"), ("Example", "\ud800")):
        with pytest.raises(InvalidData):
            found_roster(ADA, organisation, name)


def test_what_people_call_themselves_is_kept_as_it_is() -> None:
    name = json.loads('"\\u001b[31mAda \\u202e"')
    assert found_roster(ADA, "日本", name).members[ADA.fingerprint].full_name == name
