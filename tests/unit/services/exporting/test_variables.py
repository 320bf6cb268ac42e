"""The variables of a credential, as `export` writes them."""

import pytest

from nexcred.errors import InvalidData
from nexcred.local.trusted_authorities import trusted_authorities
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.services.exporting.aws_profile import write_aws_profile
from nexcred.services.exporting.exported import variables
from nexcred.services.exporting.pg_service import write_pg_service
from tests.support.exported_values import exported_of
from tests.support.made_values import service_account

LOGIN: dict[str, Value] = {"host": "h", "port": 5432, "database": "d", "username": "u", "password": Secret("p-EXAMPLE")}


def names(connector: str, fields: dict[str, Value], name: str = "one") -> dict[str, str]:
    return {one.name: one.value for one in variables([exported_of(connector, fields, name=name)])}


def test_the_systems_own_names_with_defaults() -> None:
    assert names("postgres", LOGIN) == {
        "PGHOST": "h",
        "PGPORT": "5432",
        "PGDATABASE": "d",
        "PGUSER": "u",
        "PGPASSWORD": "p-EXAMPLE",
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": trusted_authorities(),
    }


def test_what_tools_want_in_a_file_is_not_put_where_they_want_its_path() -> None:
    found = names("gcs", {"service_account_key": Secret(service_account())}, name="Files of 2026")
    assert "GOOGLE_APPLICATION_CREDENTIALS" not in found
    assert found["FILES_OF_2026_SERVICE_ACCOUNT_KEY"] == service_account()


def test_an_endpoint_that_is_the_usual_one_is_told_to_no_tool() -> None:
    """AWS's tools would send every service there, and Google's would take it for an emulator."""
    keys: dict[str, Value] = {"access_key_id": "AKIAEXAMPLE", "secret_key": Secret("s-EXAMPLE"), "region": "eu-west-1"}
    assert set(names("s3", keys)) == {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_REGION"}
    assert "endpoint" not in write_aws_profile([exported_of("s3", keys)])
    assert "STORAGE_EMULATOR_HOST" not in names("gcs", {"service_account_key": Secret(service_account())})
    own: dict[str, Value] = {**keys, "endpoint_url": "https://minio.example.com"}
    assert names("s3", own)["AWS_ENDPOINT_URL_S3"] == "https://minio.example.com"
    assert "endpoint_url = https://minio.example.com\n" in write_aws_profile([exported_of("s3", own)])


def test_what_has_no_name_gets_one_of_the_credential_and_the_field() -> None:
    fields: dict[str, Value] = {"api_key": Secret("k-EXAMPLE"), "base_url": "https://api.example.com"}
    assert set(names("rest", fields, name="2nd Büro-API")) == {"_2ND_B_RO_API_API_KEY", "_2ND_B_RO_API_BASE_URL"}


def test_none_is_set_that_programs_run() -> None:
    """Whoever names a credential chooses no variable of git's: each begins with a word that is nexcred's own."""
    fields: dict[str, Value] = {"api_key": Secret("k-EXAMPLE"), "base_url": "https://api.example.com"}
    assert set(names("rest", fields, name="Git")) == {"NEXCRED_GIT_API_KEY", "NEXCRED_GIT_BASE_URL"}


def test_two_credentials_that_want_one_variable_are_refused() -> None:
    with pytest.raises(InvalidData, match="'a' and 'b' both set PGHOST"):
        variables([exported_of("postgres", LOGIN, name="a"), exported_of("postgres", LOGIN, name="b")])


@pytest.mark.parametrize(("value", "problem"), [("a\0b", "holds a NUL"), (b"\xff", "is binary")])
def test_what_no_variable_can_hold_is_refused_without_being_shown(value: str | bytes, problem: str) -> None:
    with pytest.raises(InvalidData, match=problem) as caught:
        variables([exported_of("resci", {"api_key": Secret(value)})])
    assert caught.value.message.startswith("RESCI_API_KEY of 'one' ")


def test_a_service_names_the_systems_authorities_where_no_other_is_known() -> None:
    assert f"sslrootcert={trusted_authorities()}\n" in write_pg_service(
        [exported_of("postgres", {**LOGIN, "sslmode": "verify-ca"})]
    )
    assert "sslrootcert" not in write_pg_service([exported_of("postgres", {**LOGIN, "sslmode": "require"})])
    own = exported_of("postgres", {**LOGIN, "ca_certificate": "-----BEGIN CERTIFICATE-----"})
    assert "sslrootcert" not in write_pg_service([own])
