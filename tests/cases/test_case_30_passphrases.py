"""Case 30, at the command line: passphrases that are empty, in another normal form, huge, or with a line end."""

import unicodedata

from tests.support.program import Program
from tests.support.program_fixtures import nexcred

__all__ = ["nexcred"]


def test_case_30_bad_passphrases_make_no_vault(nexcred: Program) -> None:
    for passphrase, code in (("", 6), ("x" * 1025, 2)):
        ran = nexcred("vault", "init", environment={"NEXCRED_PASSPHRASE": passphrase})
        assert ran.code == code
        assert "passphrase" in ran.err.lower()
        assert "xxx" not in ran.err
    (nexcred.home / "huge").write_bytes(b"x" * 1024 * 1024)
    (nexcred.home / "huge").chmod(0o600)
    assert nexcred("vault", "init", environment={"NEXCRED_PASSPHRASE_FILE": "huge"}).code == 6
    assert not list(nexcred.home.rglob("*.db"))


def test_case_30_a_passphrase_opens_in_any_normal_form_and_with_one_line_end_in_its_file(nexcred: Program) -> None:
    passphrase = "größer EXAMPLE"
    composed, decomposed = (unicodedata.normalize(form, passphrase) for form in ("NFC", "NFD"))
    assert nexcred("vault", "init", environment={"NEXCRED_PASSPHRASE": decomposed}).code == 0
    assert nexcred("list", environment={"NEXCRED_PASSPHRASE": composed}).code == 0
    file = nexcred.home / "pass"
    for ending, code in (("\n", 0), ("\r\n", 0), ("\n\n", 6)):
        file.write_bytes(f"{composed}{ending}".encode())
        file.chmod(0o600)
        assert nexcred("list", environment={"NEXCRED_PASSPHRASE_FILE": "pass"}).code == code
