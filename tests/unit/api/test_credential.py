"""Fields, variables and tokens, and that nothing of them shows."""

import copy
import json
import logging
import pickle
import stat
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import assert_type

import pytest
import requests

import nexcred
from nexcred.errors import CredentialNotFound, FieldNotFound, InvalidData, StoreFailed, UsageError
from nexcred.model.lifecycle import Exposure, Former
from tests.support.opened import Opened
from tests.support.people import vault_of
from tests.support.standins import Aha, Aventri, json_answer
from tests.support.standins.faults import hang_up

EVENTS = "/api/v2/global/listEvents.json"


@pytest.fixture
def aha_vault(home: Opened, aha: Aha) -> nexcred.Vault:
    assert home.add(aha, "--tag", "team", "--description", "roadmap").code == 0
    return nexcred.open()


def test_it_says_what_was_entered_for_it(home: Opened) -> None:
    assert home("add", "resci", "r", "--set", "api_key=env:K", "--no-probe", environment={"K": "EXAMPLE"}).code == 0
    assert home("update", "r", "--expires", "2099-01-31", "--rotate-every", "90d").code == 0
    vault, at = vault_of(home), datetime(2026, 12, 1, tzinfo=UTC)
    exposed = Exposure(1, "leaked", at, reason="in a log")
    vault.set_policy(vault.find("r"), lambda one: one._replace(exposures=(exposed,), former=(Former(1, "alive"),)))
    found = nexcred.open()["r"]
    assert found.expires_at == found.expires_entered_at
    assert found.expires_at is not None
    assert found.due_at is not None
    assert found.rotate_every_days == 90
    assert (found.exposures, found.superseded) == ((exposed,), (Former(1, "alive"),))


def test_a_credential_says_what_it_is(aha_vault: nexcred.Vault) -> None:
    found = aha_vault["Aha"]
    told = (found.name, found.connector, found.method, found.description, found.tags, found.expires_at)
    assert told == ("aha", "aha", "api_key", "roadmap", ("team",), None)
    life = (found.expires_entered_at, found.rotate_every_days, found.due_at, found.superseded, found.exposures)
    assert life == (None, None, None, (), ())
    with pytest.raises(CredentialNotFound) as unknown:
        aha_vault["ahaa"]
    assert "did you mean 'aha'?" in unknown.value.hint
    with pytest.raises(InvalidData):
        aha_vault["a/b"]


def test_fields_are_a_mapping_of_texts(aha_vault: nexcred.Vault, aha: Aha) -> None:
    fields = aha_vault["aha"].fields
    assert dict(fields) == {"account_domain": "mycompany", "api_key": aha.api_key, "base_url": aha.base_url}
    assert fields.read_bytes("api_key") == aha.api_key.encode()
    assert (fields.get("nothing"), "nothing" in fields, "api_key" in fields) == (None, False, True)
    with pytest.raises(FieldNotFound, match=r"^'aha' has no field 'api_kee'$") as missing:
        fields["api_kee"]
    assert isinstance(missing.value, KeyError)
    assert missing.value.hint == "did you mean 'api_key'?"


def test_variables_are_those_of_run_and_files_need_a_folder(home: Opened, tmp_path: Path) -> None:
    values = ("host=127.0.0.1", "database=d", "username=u")
    settings = [word for value in values for word in ("--set", value)]
    for name in ("postgres", "mysql"):
        added = home("add", name, *settings, "--set", "password=-", "--no-probe", stdin=b"pw-EXAMPLE")
        assert added.code == 0, added.err
    vault = nexcred.open()
    with pytest.raises(UsageError) as due:
        vault["mysql"].env()
    assert "MYSQL_HOME" in due.value.message
    variables = vault["mysql"].env(files=tmp_path)
    option_file = Path(variables["MYSQL_HOME"]) / "my.cnf"
    assert b"pw-EXAMPLE" in option_file.read_bytes()
    assert stat.S_IMODE(option_file.stat().st_mode) == 0o600
    with pytest.raises(StoreFailed):
        vault["mysql"].env(files=tmp_path)
    shown = json.loads(home("run", "-c", "postgres", "--", "python3", "-c", _DUMP).out)
    assert vault["postgres"].env().items() <= shown.items()
    assert vault["postgres"].env()["PGPASSWORD"] == "pw-EXAMPLE"


def test_over_others_it_is_one_login_and_no_mixture(home: Opened) -> None:
    words = ("--set", "host=127.0.0.1", "--set", "database=d", "--set", "username=u", "--set", "password=-")
    assert home("add", "postgres", *words, "--no-probe", stdin=b"pw-EXAMPLE").code == 0
    inherited = {"PGSERVICE": "stale", "PGUSER": "stale", "LANG": "C.UTF-8"}
    found = nexcred.open()["postgres"].env(over=inherited)
    assert (found["PGUSER"], found["LANG"]) == ("u", "C.UTF-8")
    assert "PGSERVICE" not in found
    assert inherited["PGSERVICE"] == "stale"


_DUMP = "import json, os; print(json.dumps(dict(os.environ)))"


def test_a_token_is_fresh_and_a_key_has_none(aha_vault: nexcred.Vault, home: Opened, aventri: Aventri) -> None:
    assert home.add(aventri).code == 0
    credential = aha_vault["aventri"]
    assert credential.token().startswith("session-")
    assert credential.token() == home("token", "aventri").out
    with pytest.raises(UsageError, match="used without an access token"):
        aha_vault["aha"].token()


def test_what_is_used_stands_in_the_audit(aha_vault: nexcred.Vault, home: Opened, aha: Aha) -> None:
    credential = aha_vault["aha"]
    assert credential.fields["api_key"] == credential.fields["api_key"] == aha.api_key
    uses = [event for event in json.loads(home("audit", "aha", "--json").out) if event["action"] == "python"]
    assert [use["what"] for use in uses] == [["api_key"]]
    assert credential.session().get("me").ok
    assert home("audit", "aha").out.count("python") == 2


def test_case_58_nothing_shows_a_secret(
    aha_vault: nexcred.Vault, home: Opened, aventri: Aventri, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    aventri.takes_bearer = False  # the token stands in the address
    assert home.add(aventri).code == 0
    shown = []
    for name in ("aha", "aventri"):
        credential = aha_vault[name]
        session = credential.session()
        answer = session.get("me" if name == "aha" else EVENTS)
        things = (aha_vault, credential, credential.fields, session, credential.auth, answer, answer.request)
        shown += [f"{thing!r} {thing}" for thing in things]
        shown += [answer.url, str(answer.raw.url), str(answer.request.headers), str(vars(answer.request))]
        for thing in (aha_vault, credential, credential.fields, session, credential.auth, session.adapters["https://"]):
            for take in (pickle.dumps, copy.copy, copy.deepcopy):
                with pytest.raises(TypeError, match="pickled"):
                    take(thing)
    session = aha_vault["aventri"].session()
    aventri.fault = hang_up()
    with pytest.raises(requests.ConnectionError) as failed:
        session.get(EVENTS)
    shown += [*traceback.format_exception(failed.value), str(vars(failed.value)), caplog.text]
    aventri.fault = lambda request, proper: proper if "authorize" in request.path else json_answer({}, 503)
    with pytest.raises(requests.HTTPError) as status:
        session.get(EVENTS).raise_for_status()
    shown += traceback.format_exception(status.value)
    text = "\n".join(shown)
    assert "aha-key" not in text
    assert "session-" not in text
    assert aventri.api_key not in text


def test_a_program_is_typed(aha_vault: nexcred.Vault) -> None:
    """What mypy --strict makes of a program: it reads this file."""
    credential = aha_vault["aha"]
    assert_type(credential, nexcred.Credential)
    assert_type(aha_vault.names(), list[str])
    assert_type(credential.fields["api_key"], str)
    assert_type(credential.env(), dict[str, str])
    session: requests.Session = credential.session()
    assert_type(session.get("me"), requests.Response)
    auth: requests.auth.AuthBase = credential.auth
    assert auth is not None
    assert (Path(nexcred.__file__).parent / "py.typed").exists()
