"""How long a token is handed out whose end nobody told."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from nexcred.auth.flow import Session
from nexcred.model.times import utc_now
from nexcred.services.credentials.add import save_new
from nexcred.services.grants.sessions import Sessions
from nexcred.services.grants.token import fresh_token
from nexcred.vault.identity import Identity
from nexcred.vault.roster import READER
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault
from tests.support.shared_vault import share
from tests.support.signing_in import aha_oauth
from tests.support.standins.aha_oauth import AhaOauth
from tests.support.standins.reach import PLENTY_S
from tests.unit.services.grants.logins import new_login

__all__ = ["aha_oauth"]
_KEPT: Session = {"access_token": "kept-EXAMPLE", "refresh_token": "family.first-EXAMPLE"}


def _granted(minutes: float) -> Session:
    return {**_KEPT, "granted_at": (utc_now() - timedelta(minutes=minutes)).isoformat()}


def _token(vault: Vault, folder: Path, at: AhaOauth, session: Session) -> str:
    save_new(vault, replace(new_login(at), session=session), None)
    return fresh_token(vault, vault.find("aha"), Sessions(vault, folder, {}), timeout_s=PLENTY_S).token


def test_a_new_one_is_printed_and_nobody_is_asked(vault: Vault, tmp_path: Path, aha_oauth: AhaOauth) -> None:
    assert _token(vault, tmp_path, aha_oauth, _granted(9)) == "kept-EXAMPLE"
    assert aha_oauth.received == []


@pytest.mark.parametrize("session", [_granted(11), _KEPT], ids=["eleven minutes", "of any age"])
def test_an_older_one_is_renewed_before_it_is_printed(
    vault: Vault, tmp_path: Path, aha_oauth: AhaOauth, session: Session
) -> None:
    assert _token(vault, tmp_path, aha_oauth, session) != "kept-EXAMPLE"
    assert aha_oauth.renewals == 1


def test_one_that_nothing_can_renew_is_printed_as_it_is(vault: Vault, tmp_path: Path, aha_oauth: AhaOauth) -> None:
    lasting = {name: value for name, value in _granted(600).items() if name != "refresh_token"}
    assert _token(vault, tmp_path, aha_oauth, lasting) == "kept-EXAMPLE"
    assert (vault.session(vault.find("aha")) or {})["access_token"] == "kept-EXAMPLE"


def test_who_may_not_keep_a_new_one_is_given_the_old(
    vault: Vault, store: Store, tmp_path: Path, aha_oauth: AhaOauth
) -> None:
    save_new(vault, replace(new_login(aha_oauth), session=_granted(600)), None)
    reader = Identity.generate()
    vault.edit(lambda edit: edit.admit(reader.public, "rita", READER))
    theirs = Vault(store, reader)
    share(vault, "aha", theirs)
    sessions = Sessions(theirs, tmp_path, {})
    assert fresh_token(theirs, theirs.find("aha"), sessions, timeout_s=PLENTY_S).token == "kept-EXAMPLE"
    assert aha_oauth.renewals == 0
