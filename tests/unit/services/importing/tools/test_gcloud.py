"""Files of gcloud, as its documentation describes them."""

import json

from tests.support.made_values import service_account
from tests.unit.services.importing.tools.reading import read, told


def test_files_of_gcloud() -> None:
    account = service_account()
    person = {
        "type": "authorized_user",
        "account": "ada@x.example",
        "client_id": "c",
        "client_secret": "s-EXAMPLE",
        "refresh_token": "r-EXAMPLE",
    }
    (name,) = told(read("gcloud", account))
    assert told(read("gcloud", account))[name] == ("gcs", {"service_account_key": account})
    assert name == json.loads(account)["client_email"]
    reading = read("gcloud", json.dumps(person))
    assert told(reading) == {
        "gcloud ada@x.example": (
            "secret",
            {"client_id": "c", "client_secret": "s-EXAMPLE", "refresh_token": "r-EXAMPLE"},
        )
    }
    assert reading.without_renewed().found == []
    assert read("gcloud", '{"type": "external_account"}').notes == (
        "left out: FILE, which is external_account and holds no key of its own",
    )
