"""What each built-in connector hands to a program."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from nexcred.errors import InvalidData, WrongDetails
from nexcred.local.trusted_authorities import trusted_authorities
from nexcred.model.credential import Details, Value
from nexcred.model.reference import Reference
from nexcred.model.secret import Secret
from nexcred.services.credentials.draft import prepare_new
from nexcred.services.provisioning.environment import Environment, provision
from nexcred.vault.changes import NewRecord
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import open_new
from tests.support.standins.google import service_account
from tests.unit.services.places import keep, never_taken

PEM = "-----BEGIN CERTIFICATE-----\nEXAMPLE\n-----END CERTIFICATE-----\n"
DATABASE: dict[str, object] = {
    "host": "127.0.0.1",
    "port": 1,
    "database": "d",
    "username": "u",
    "password": 'p"\\#-EXAMPLE',
}
FOLDER = Path("/folder")


def provided(vault: Vault, connector: str, values: Mapping[str, object], name: str = "one") -> Environment:
    keep(vault, prepare_new(connector, values, is_taken=never_taken, name=name))
    return provision(vault, [name], {})


def test_a_database_is_handed_over_in_its_own_variables(vault: Vault) -> None:
    found = provided(vault, "postgres", DATABASE)
    assert found.variables == {
        "PGHOST": "127.0.0.1",
        "PGPORT": "1",
        "PGDATABASE": "d",
        "PGUSER": "u",
        "PGPASSWORD": DATABASE["password"],
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": trusted_authorities(),
    }
    assert found.files == {}
    assert found.secrets == (str(DATABASE["password"]).encode(),)


def test_a_certificate_becomes_a_file(vault: Vault) -> None:
    found = provided(vault, "postgres", {**DATABASE, "ca_certificate": PEM})
    assert "PGSSLROOTCERT" not in found.variables
    assert found.files["PGSSLROOTCERT"].write(FOLDER) == PEM.encode()


@pytest.mark.parametrize(
    ("sslmode", "lines"),
    [
        ("verify-full", ['ssl-ca="/folder/ONE_CA_CERTIFICATE"', "[client-mariadb]", "ssl", "ssl-verify-server-cert"]),
        ("verify-ca", ['ssl-ca="/folder/ONE_CA_CERTIFICATE"', "[client-mariadb]", "ssl"]),
        ("require", ["[client-mariadb]", "ssl"]),
        ("disable", ["[client-mariadb]", "skip-ssl"]),
    ],
)
def test_mysql_gets_an_option_file_quoted_and_as_strict_as_the_tls_mode(
    vault: Vault, sslmode: str, lines: list[str]
) -> None:
    file = provided(vault, "mysql", {**DATABASE, "sslmode": sslmode, "ca_certificate": PEM}).files["MYSQL_HOME"]
    assert file.in_folder
    assert file.write(FOLDER).decode().splitlines() == [
        "[client]",
        "protocol=tcp",
        'host="127.0.0.1"',
        'port="1"',
        'user="u"',
        'password="p\\"\\\\#-EXAMPLE"',
        *lines,
        "[mysql]",
        'database="d"',
    ]


def test_a_line_without_a_value_is_left_out(vault: Vault) -> None:
    values = {name: value for name, value in DATABASE.items() if name != "database"}
    written = provided(vault, "mysql", values).files["MYSQL_HOME"].write(FOLDER).decode()
    assert "database" not in written
    assert f'ssl-ca="{trusted_authorities()}"' in written
    assert "ssl-verify-server-cert" in written


def test_a_key_in_base64_becomes_a_file_of_json(vault: Vault) -> None:
    service_account_key = json.dumps(service_account("https://oauth2.googleapis.com/token"))
    found = provided(vault, "gcs", {"service_account_key": b64encode(service_account_key.encode()).decode()})
    file = found.files["GOOGLE_APPLICATION_CREDENTIALS"]
    assert file.name.endswith(".json")
    assert json.loads(file.write(FOLDER)) == json.loads(service_account_key)


def test_a_default_made_of_values_is_filled(vault: Vault) -> None:
    keys = {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_key": "secret-EXAMPLE", "region": "eu-west-1"}
    found = provided(vault, "s3", keys)
    assert found.variables["AWS_ACCESS_KEY_ID"] == "AKIAIOSFODNN7EXAMPLE"
    assert "eu-west-1" in " ".join(found.variables.values())


def test_fields_without_a_variable_are_named_after_the_credential(vault: Vault) -> None:
    values = {"base_url": "https://api.example.com", "api_key": "key-EXAMPLE"}
    found = provided(vault, "rest", values, name="External API")
    assert found.variables == {
        "EXTERNAL_API_BASE_URL": "https://api.example.com",
        "EXTERNAL_API_API_KEY": "key-EXAMPLE",
    }


def test_what_was_chosen_wins_over_what_is_declared(vault: Vault) -> None:
    provided(vault, "postgres", DATABASE, name="first")
    provided(vault, "postgres", {**DATABASE, "username": "other"}, name="second")
    with pytest.raises(InvalidData, match="'first' and 'second' both set PG"):
        provision(vault, ["first", "second"], {})
    chosen = {"PGUSER": Reference("second", "username")}
    assert provision(vault, ["first"], chosen).variables["PGUSER"] == "other"


def test_nothing_secret_shows_in_what_is_printed_of_it(vault: Vault) -> None:
    assert "EXAMPLE" not in repr(provided(vault, "mysql", {**DATABASE, "ca_certificate": PEM}))


def test_a_field_that_no_connector_knows_becomes_no_variable() -> None:
    """A colleague may have made one, and shared it."""
    vault = open_new(MemoryStore())
    fields: dict[str, Value] = {"api_key": Secret("k-EXAMPLE"), "options": "--import=data:text/javascript,"}
    details = Details("rest", "00" * 32, "bearer", (), fields)
    vault.edit(lambda edit: edit.add(NewRecord("Node", "", (), details)))
    for names, chosen in ((["Node"], {}), ([], {"NODE_OPTIONS": Reference("Node", "options")})):
        with pytest.raises(WrongDetails, match="'Node' holds what its connector does not accept: options is no field"):
            provision(vault, names, chosen)


@pytest.mark.parametrize("encode", [str, lambda text: b64encode(text.encode()).decode()], ids=["JSON", "base64"])
def test_the_secrets_inside_a_key_file_are_known_by_themselves(vault: Vault, encode: Callable[[str], str]) -> None:
    """Programs print the private key out of the file that they are lent, and `run --mask` is to hide it."""
    key = json.dumps(service_account("https://oauth2.googleapis.com/token"))
    found = provided(vault, "gcs", {"service_account_key": encode(key)})
    assert {key.encode(), json.loads(key)["private_key"].encode()} <= set(found.secrets)
    assert not any(secret == json.loads(key)["client_email"].encode() for secret in found.secrets)


def test_mysqls_own_programs_get_the_same_in_a_form_of_their_own(vault: Vault) -> None:
    file = provided(vault, "mysql", {**DATABASE, "ca_certificate": PEM}).files["MYSQL_TEST_LOGIN_FILE"]
    assert login_path_lines(file.write(FOLDER)) == [
        "[client]",
        "protocol=tcp",
        'host="127.0.0.1"',
        'port="1"',
        'user="u"',
        'password="p\\"\\\\#-EXAMPLE"',
        "ssl-mode=VERIFY_IDENTITY",
        'ssl-ca="/folder/ONE_CA_CERTIFICATE"',
        "[mysql]",
        'database="d"',
    ]


def login_path_lines(data: bytes) -> list[str]:
    """Read as MySQL does."""
    assert data[:4] == bytes(4)
    key = bytearray(16)
    for index, byte in enumerate(data[4:24]):
        key[index % 16] ^= byte
    lines, rest = [], data[24:]
    while rest:
        length = int.from_bytes(rest[:4], "little")
        decryptor = Cipher(algorithms.AES(bytes(key)), modes.ECB()).decryptor()
        padded = decryptor.update(rest[4 : 4 + length]) + decryptor.finalize()
        lines.append(padded[: -padded[-1]].decode().removesuffix("\n"))
        rest = rest[4 + length :]
    return lines
