"""The file of the authorities that the machine trusts."""

from pathlib import Path

from nexcred.local.trusted_authorities import trusted_authorities


def test_what_a_variable_names_goes_before_the_systems_own(tmp_path: Path) -> None:
    mine, other = tmp_path / "mine.pem", tmp_path / "other.pem"
    for path in (mine, other):
        path.touch()
    assert trusted_authorities({"SSL_CERT_FILE": str(mine)}) == str(mine)
    assert trusted_authorities({"SSL_CERT_FILE": str(mine), "REQUESTS_CA_BUNDLE": str(other)}) == str(other)


def test_what_is_no_file_is_left_aside(tmp_path: Path) -> None:
    usual = trusted_authorities({})
    assert Path(usual).is_file()
    assert trusted_authorities({"SSL_CERT_FILE": str(tmp_path), "CURL_CA_BUNDLE": "/nowhere"}) == usual
