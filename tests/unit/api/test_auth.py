"""`credential.auth`, for requests that a program sends by itself."""

import pytest
import requests

import nexcred
from nexcred.errors import HostRefused
from tests.support.opened import Opened
from tests.support.standins import Aha, Aventri, Rest, json_answer
from tests.support.standins.faults import always, redirect

EVENTS = "/api/v2/global/listEvents.json"


@pytest.fixture
def vault(home: Opened, aha: Aha, aventri: Aventri) -> nexcred.Vault:
    assert home.add(aha).code == home.add(aventri).code == 0
    return nexcred.open()


def test_it_authenticates_ones_own_request(vault: nexcred.Vault, aha: Aha) -> None:
    with requests.Session() as session:
        session.auth = vault["aha"].auth
        assert session.get(f"{aha.base_url}/me", timeout=10).json()["user"]["email"] == aha.email
    assert repr(vault["aha"].auth) == "<CredentialAuth of 'aha'>"


def test_another_host_is_refused_also_where_a_redirect_leads(vault: nexcred.Vault, aha: Aha, rest: Rest) -> None:
    auth = vault["aha"].auth
    with pytest.raises(HostRefused, match="not a host of this connector"):
        requests.get(f"{rest.url}/health", auth=auth, timeout=10)
    with pytest.raises(HostRefused):
        requests.Request("GET", f"{rest.url}/health", auth=auth).prepare()
    aha.fault = redirect(f"{rest.url}/health")
    with pytest.raises(HostRefused):
        requests.get(f"{aha.base_url}/me", auth=auth, timeout=10)
    assert rest.received == []
    home_again = redirect("/api/v1/me")
    aha.fault = lambda request, proper: home_again(request, proper) if request.path == "/api/v1/old" else proper
    assert requests.get(f"{aha.base_url}/old", auth=auth, timeout=10).ok


def test_a_refused_token_is_renewed_once(vault: nexcred.Vault, aventri: Aventri) -> None:
    auth = vault["aventri"].auth
    assert requests.get(aventri.url + EVENTS, auth=auth, timeout=10).ok
    aventri.forget_tokens()
    answer = requests.get(aventri.url + EVENTS, auth=auth, timeout=10)
    assert answer.json()[0]["eventid"] == "1"
    assert len(answer.history) > 0


def test_a_redirect_elsewhere_is_refused_also_where_it_answers_what_was_sent_again(
    vault: nexcred.Vault, aventri: Aventri, rest: Rest
) -> None:
    auth = vault["aventri"].auth
    assert requests.get(aventri.url + EVENTS, auth=auth, timeout=10).ok
    aventri.forget_tokens()
    away = redirect(f"{rest.url}/health")
    aventri.fault = lambda request, proper: (
        away(request, proper) if request.path == EVENTS and "eventid" in proper.body.decode() else proper
    )
    with pytest.raises(HostRefused):
        requests.get(aventri.url + EVENTS, auth=auth, timeout=10)
    assert rest.received == []


def test_a_refused_key_is_sent_once(vault: nexcred.Vault, aha: Aha) -> None:
    before = len(aha.received)
    aha.fault = always(json_answer({}, 401))
    assert requests.get(f"{aha.base_url}/me", auth=vault["aha"].auth, timeout=10).status_code == 401
    assert len(aha.received) == before + 1
