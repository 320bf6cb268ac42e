"""The variables of a credential are the same, however it is handed over."""

from collections.abc import Mapping

import pytest

from nexcred.services.credentials.draft import prepare_new
from nexcred.services.exporting.export import gather
from nexcred.services.exporting.exported import variables
from nexcred.services.provisioning.environment import provision
from nexcred.vault.vault import Vault
from tests.unit.services.places import keep, never_taken

KEYS = {"access_key_id": "AKIAEXAMPLE", "secret_key": "s-EXAMPLE", "region": "eu-west-1"}
LOGIN = {"host": "h", "database": "d", "username": "u", "password": "p-EXAMPLE"}
CREDENTIALS: dict[str, tuple[str, Mapping[str, str]]] = {
    "keys": ("s3", KEYS),
    "keys elsewhere": ("s3", KEYS | {"endpoint_url": "https://s3.eu-west-1.amazonaws.com"}),
    "token": ("github", {"access_token": "github_pat_EXAMPLE"}),
    "org": ("salesforce", {"my_domain": "acme", "client_id": "c", "client_secret": "s-EXAMPLE"}),
    "login": ("postgres", LOGIN),
    "key": ("stripe", {"api_key": "sk_test_EXAMPLE"}),
}


@pytest.mark.parametrize("name", CREDENTIALS)
def test_run_and_export_set_the_same(vault: Vault, name: str) -> None:
    connector, values = CREDENTIALS[name]
    keep(vault, prepare_new(connector, values, is_taken=never_taken, name=name))
    found = provision(vault, [name], {})
    assert found.files == {}
    assert found.variables == {one.name: one.value for one in variables(gather(vault, [vault.find(name)]))}


def test_tools_are_told_where_an_org_is_and_of_no_endpoint_that_they_know(vault: Vault) -> None:
    for name, (connector, values) in CREDENTIALS.items():
        keep(vault, prepare_new(connector, values, is_taken=never_taken, name=name))
    assert provision(vault, ["org"], {}).variables["SALESFORCE_INSTANCE_URL"] == "https://acme.my.salesforce.com"
    told = provision(vault, ["keys", "token"], {}).variables
    assert not {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_STS", "GITHUB_API_URL"} & set(told)
