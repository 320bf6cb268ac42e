"""The bounds of the tables fit what the program makes."""

from nexcred.vault import bounds
from nexcred.vault.access import grant_vault_key, link_epochs
from nexcred.vault.identity import Identity
from nexcred.vault.record import DETAILS, MAX_PLAINTEXT_BYTES, RecordPlace, seal_for
from nexcred.vault.roster import OWNER, seal_roster
from nexcred.vault.roster_changes import found_roster, with_member
from nexcred.vault.slot import FLOOR, make_passphrase_slot
from nexcred.vault.tree import LEAVES, empty_tree

ADA, EVE = Identity.generate(), Identity.generate()
KEY, VAULT_ID = bytes(32), bytes(16)
MOST_GRANTS, GRANT_BYTES = 65_535, 84


def test_the_largest_record_fits_exactly() -> None:
    place = RecordPlace(DETAILS, VAULT_ID, VAULT_ID, 1, 1)
    ungranted = seal_for(place, bytes(MAX_PLAINTEXT_BYTES), [], KEY)
    assert len(ungranted) + MOST_GRANTS * GRANT_BYTES == bounds.RECORD.row


def test_rows_of_fixed_size_fit_exactly() -> None:
    assert len(grant_vault_key(KEY, ADA.public, VAULT_ID, 1)) == bounds.ACCESS.row
    assert len(link_epochs(KEY, KEY, VAULT_ID, 2)) == bounds.CHAIN.row
    assert len(empty_tree()) == bounds.TREE.row
    assert bounds.LEAF.rows == LEAVES


def test_a_slot_and_a_member_of_the_longest_name_fit() -> None:
    assert len(make_passphrase_slot("EXAMPLE", ADA, FLOOR)) <= bounds.SLOT.row
    founded = found_roster(ADA, "\N{HIRAGANA LETTER A}" * 255, "\N{HIRAGANA LETTER A}" * 255)
    roster = with_member(founded, ADA, EVE.public, "\N{LINEAR B SYLLABLE B008 A}" * 255, OWNER)
    assert all(len(row) <= bounds.ROSTER.row for row in seal_roster(roster, KEY, 1))
