"""What kubectl is told: a bearer token, its end, and nothing for another cluster."""

import json
from pathlib import Path

import pytest

from nexcred.errors import HostRefused, InvalidData, UsageError
from nexcred.model.credential import Credential, Details, Value
from nexcred.model.secret import Secret
from nexcred.services.grants.sessions import Sessions
from nexcred.services.helpers.exec_credential import ExecRequest, exec_credential, read_asked
from nexcred.vault.changes import NewRecord
from nexcred.vault.vault import Vault
from tests.support.standins import Databricks
from tests.support.standins.reach import PLENTY_S

V1 = "client.authentication.k8s.io/v1"
TOKEN = "cluster-token-EXAMPLE"


def keep(vault: Vault, kind: tuple[str, str], fields: dict[str, Value], *allowed: str) -> Credential:
    draft = NewRecord("loader", "", (), Details(kind[0], "00" * 32, kind[1], allowed, fields))
    return vault.edit(lambda edit: edit.add(draft))


def keep_cluster(vault: Vault) -> Credential:
    return keep(
        vault,
        ("kubernetes", "token"),
        {"base_url": "https://k8s.example.com:6443", "access_token": Secret(TOKEN)},
    )


def ask(vault: Vault, credential: Credential, folder: Path, asked: ExecRequest) -> dict[str, object]:
    sessions = Sessions(vault, folder, {})
    return exec_credential(vault, credential, sessions, asked, timeout_s=PLENTY_S)


@pytest.mark.parametrize("server", ["", "https://k8s.example.com:6443"])
def test_a_token_is_given_to_its_own_cluster(vault: Vault, tmp_path: Path, server: str) -> None:
    told = ask(vault, keep_cluster(vault), tmp_path, ExecRequest(server=server))
    assert told == {"apiVersion": V1, "kind": "ExecCredential", "status": {"token": TOKEN}}


@pytest.mark.parametrize(
    "server", ["https://k8s.example.com", "http://k8s.example.com:6443", "https://evil.example:6443"]
)
def test_another_gets_nothing(vault: Vault, tmp_path: Path, server: str) -> None:
    with pytest.raises(HostRefused):
        ask(vault, keep_cluster(vault), tmp_path, ExecRequest(server=server))


def test_what_is_granted_for_a_while_says_how_long(vault: Vault, tmp_path: Path) -> None:
    with Databricks() as databricks:
        fields: dict[str, Value] = {
            "base_url": databricks.base_url,
            "client_id": databricks.client_id,
            "client_secret": Secret(databricks.client_secret),
        }
        credential = keep(vault, ("databricks", "oauth_m2m"), fields, databricks.host)
        told = ask(vault, credential, tmp_path, ExecRequest(server=databricks.url))
    status = told["status"]
    assert isinstance(status, dict)
    assert set(status) == {"token", "expirationTimestamp"}


def test_what_is_no_bearer_token_is_refused(vault: Vault, tmp_path: Path) -> None:
    credential = keep(vault, ("resci", "api_key"), {"api_key": Secret("EXAMPLE")})
    with pytest.raises(UsageError, match="without an access token"):
        ask(vault, credential, tmp_path, ExecRequest())


@pytest.mark.parametrize(
    ("info", "asked"),
    [
        ("", ExecRequest()),
        (json.dumps({"apiVersion": f"{V1}beta1", "spec": {"interactive": False}}), ExecRequest(f"{V1}beta1")),
        (json.dumps({"apiVersion": V1, "spec": {"cluster": {"server": "https://c"}}}), ExecRequest(V1, "https://c")),
        (json.dumps({"apiVersion": V1, "spec": {"cluster": None}}), ExecRequest(V1)),
    ],
)
def test_what_the_client_says_of_itself_is_read(info: str, asked: ExecRequest) -> None:
    assert read_asked(info) == asked


@pytest.mark.parametrize(
    "info",
    [
        "{",
        "[]",
        "null",
        "{}",
        '{"apiVersion": 1}',
        '{"apiVersion": "v1"}',
        json.dumps({"apiVersion": V1, "spec": None}),
        json.dumps({"apiVersion": V1, "spec": {"cluster": {"server": 1}}}),
        "[" * 100_000,
    ],
)
def test_what_is_none_of_it_is_refused(info: str) -> None:
    with pytest.raises(InvalidData, match="KUBERNETES_EXEC_INFO"):
        read_asked(info)
