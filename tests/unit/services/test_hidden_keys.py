"""What a refusal of a token may quote: the account that is public, nothing of its key."""

import json
from base64 import b64encode

import pytest

from nexcred.auth.flow import Refused
from nexcred.connectors.effective import authenticate
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import check_values
from nexcred.model.credential import Details
from nexcred.model.times import utc_now
from nexcred.network.deadline import Deadline
from nexcred.services.grants.granting import granted
from tests.support.standins.exchange import json_answer
from tests.support.standins.google import Google


def test_a_token_endpoint_that_quotes_the_key_is_not_repeated() -> None:
    with Google() as google:
        account = google.service_account
        line = account["private_key"].splitlines()[3]
        said = f"no {line} for {account['client_email']}"
        google.fault = lambda _request, _proper: json_answer({"error": "invalid_grant", "error_description": said}, 400)
        connector = load_connector("gcs")
        (method,) = connector.methods
        key = b64encode(json.dumps(account).encode()).decode()
        details = Details(
            "gcs",
            connector.digest,
            method.name,
            (google.host,),
            check_values(connector, method, {"service_account_key": key, "base_url": google.url}),
        )
        flow = authenticate(method, details.fields, utc_now())
        with pytest.raises(Refused) as caught:
            granted(flow, method, details, Deadline.after(30), environment={})
    assert line not in caught.value.verdict.detail
    assert account["client_email"] in caught.value.verdict.detail
