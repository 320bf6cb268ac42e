"""Grants out of kept sessions: who may renew, once, and what is kept."""

import threading
from pathlib import Path

import pytest

from nexcred.auth.flow import Grant, Refused
from nexcred.errors import ChangedMeanwhile, NotPermitted, VaultBusy
from nexcred.local.files import make_folder
from nexcred.local.locking import locked
from nexcred.model.credential import Credential
from nexcred.model.probe import ProbeStatus
from nexcred.network.deadline import Deadline
from nexcred.services.credentials.add import save_new
from nexcred.services.credentials.draft import prepare_new
from nexcred.services.grants.sessions import Sessions
from nexcred.services.proving.prober import Prober
from nexcred.vault.access_list import READ
from nexcred.vault.changes import Changes
from nexcred.vault.identity import Identity
from nexcred.vault.roster import MEMBER, READER
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault
from tests.support.shared_vault import share
from tests.support.signing_in import aha_oauth
from tests.support.standins.aha_oauth import AhaOauth
from tests.support.standins.aventri import Aventri
from tests.support.standins.reach import PLENTY_S
from tests.unit.services.grants.logins import new_login, subject_of
from tests.unit.services.places import keep, never_taken, new_aventri

__all__ = ["aha_oauth"]


@pytest.fixture
def login(vault: Vault, aha_oauth: AhaOauth) -> Credential:
    return save_new(vault, new_login(aha_oauth), None)


@pytest.fixture
def sessions(vault: Vault, tmp_path: Path) -> Sessions:
    return Sessions(vault, tmp_path / "state", {})


def test_what_is_renewed_is_stored_before_it_is_given(
    vault: Vault, login: Credential, sessions: Sessions, aha_oauth: AhaOauth
) -> None:
    grant = sessions.grant(subject_of(vault, login), Deadline.after(PLENTY_S))
    kept = vault.session(vault.find("aha")) or {}
    assert grant.token == kept["access_token"]
    assert kept["refresh_token"] == aha_oauth.families[0].refresh_token


def test_many_threads_renew_once(vault: Vault, login: Credential, sessions: Sessions, aha_oauth: AhaOauth) -> None:
    subject, tokens = subject_of(vault, login), list[str | None]()
    threads = [
        threading.Thread(target=lambda: tokens.append(sessions.grant(subject, Deadline.after(PLENTY_S)).token))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(tokens), len(set(tokens)), aha_oauth.renewals) == (8, 1, 1)


def test_a_refused_token_is_renewed_once_for_all_who_were_refused(
    vault: Vault, login: Credential, sessions: Sessions, aha_oauth: AhaOauth
) -> None:
    subject = subject_of(vault, login)
    refused = sessions.grant(subject, Deadline.after(PLENTY_S))
    instead = [sessions.grant(subject, Deadline.after(PLENTY_S), refused) for _ in range(2)]
    assert instead[0].token == instead[1].token != refused.token
    assert aha_oauth.renewals == 2


def test_a_token_is_kept_although_the_credential_was_renamed_meanwhile(
    vault: Vault, login: Credential, sessions: Sessions, aha_oauth: AhaOauth
) -> None:
    subject = subject_of(vault, login)

    def rename(request: object, proper: object) -> object:
        aha_oauth.fault = None
        vault.edit(lambda edit: edit.update(edit.find("aha"), Changes(name="roadmaps")))
        return proper

    aha_oauth.fault = rename  # type: ignore[assignment]
    token = sessions.grant(subject, Deadline.after(PLENTY_S)).token
    assert (vault.session(vault.find("roadmaps")) or {})["access_token"] == token


def test_tokens_of_other_values_are_not_sent_where_the_former_ones_lead(
    vault: Vault, login: Credential, sessions: Sessions, aha_oauth: AhaOauth
) -> None:
    """Who moves a credential away from a host does so for a reason; a long run still has what it read before."""
    subject = subject_of(vault, login)
    fields = {**subject.details.fields, "account_domain": "elsewhere"}
    tokens: dict[str, object] = {"access_token": "of-elsewhere-EXAMPLE", "refresh_token": "of-elsewhere-too-EXAMPLE"}
    moved = Changes(details=subject.details._replace(fields=fields), session=tokens)
    vault.edit(lambda edit: edit.update(edit.find("aha"), moved))
    with pytest.raises(ChangedMeanwhile):
        sessions.grant(subject, Deadline.after(PLENTY_S))
    result = Prober({}).probe(subject.method, subject.details, authorize=sessions.authorize(subject))
    assert (result.status, aha_oauth.received) == (ProbeStatus.INCONCLUSIVE, [])
    assert "changed by somebody else meanwhile" in result.detail


def test_one_that_is_gone_meanwhile_ends_no_probe_of_others(
    vault: Vault, login: Credential, sessions: Sessions
) -> None:
    subject = subject_of(vault, login)
    vault.edit(lambda edit: edit.update(edit.find("aha"), Changes(name="roadmaps")))
    result = Prober({}).probe(subject.method, subject.details, authorize=sessions.authorize(subject))
    assert (result.status, result.detail) == (ProbeStatus.INCONCLUSIVE, "'aha' is no longer in the vault")


def test_a_reader_uses_a_good_token_and_renews_none(
    vault: Vault, store: Store, login: Credential, sessions: Sessions, aha_oauth: AhaOauth, tmp_path: Path
) -> None:
    reader = Identity.generate()
    vault.edit(lambda edit: edit.admit(reader.public, "rita", READER))
    theirs = Vault(store, reader)
    share(vault, "aha", theirs)
    their_sessions = Sessions(theirs, tmp_path / "theirs", {})
    subject = subject_of(theirs, theirs.find("aha"))
    with pytest.raises(NotPermitted, match="has to be renewed") as refused:
        their_sessions.grant(subject, Deadline.after(PLENTY_S))
    assert "nexcred token 'aha'" in refused.value.hint
    result = Prober({}).probe(subject.method, subject.details, authorize=their_sessions.authorize(subject))
    assert (result.status, aha_oauth.renewals) == (ProbeStatus.INCONCLUSIVE, 0)
    sessions.grant(subject_of(vault, vault.find("aha")), Deadline.after(PLENTY_S))
    assert their_sessions.grant(subject, Deadline.after(PLENTY_S)).token


def test_a_member_who_may_only_read_it_renews_none_either(
    vault: Vault, store: Store, login: Credential, aha_oauth: AhaOauth, tmp_path: Path
) -> None:
    bob = Identity.generate()
    vault.edit(lambda edit: edit.admit(bob.public, "bob", MEMBER))
    vault.edit(lambda edit: edit.share(edit.find("aha"), [bob.fingerprint], may=READ))
    his = Vault(store, bob.bind(vault.vault_id, vault.floor))
    his_sessions = Sessions(his, tmp_path / "his", {})
    with pytest.raises(NotPermitted, match="has to be renewed"):
        his_sessions.grant(subject_of(his, his.find("aha")), Deadline.after(PLENTY_S))
    assert aha_oauth.renewals == 0  # or the new refresh token would be lost, and the login of all with it


def test_a_lock_that_is_held_too_long_is_named(
    vault: Vault, login: Credential, sessions: Sessions, tmp_path: Path
) -> None:
    folder = tmp_path / "state" / "sessions"
    make_folder(folder)
    with locked(folder / f"{login.id}.lock"), pytest.raises(VaultBusy, match="another nexcred"):
        sessions.grant(subject_of(vault, login), Deadline.after(0.05))


def test_nothing_is_renewed_after_the_end(vault: Vault, login: Credential, sessions: Sessions) -> None:
    sessions.settle()
    with pytest.raises(Exception, match="interrupted"):
        sessions.grant(subject_of(vault, login), Deadline.after(PLENTY_S))


def test_a_refusal_quotes_no_token(vault: Vault, login: Credential, sessions: Sessions, aha_oauth: AhaOauth) -> None:
    from tests.support.standins.exchange import Answer, Received, json_answer

    def quote(request: Received, proper: Answer) -> Answer:
        said = f"no such token: {request.form['refresh_token']}"
        return json_answer({"error": "invalid_grant", "error_description": said}, 400)

    aha_oauth.fault = quote
    with pytest.raises(Refused) as refused:
        sessions.grant(subject_of(vault, login), Deadline.after(PLENTY_S))
    assert refused.value.verdict.status is ProbeStatus.REJECTED
    assert "first-EXAMPLE" not in refused.value.verdict.detail


def test_an_exchanged_token_is_kept_until_it_ends_and_proves_nothing(
    vault: Vault, sessions: Sessions, aventri: Aventri, prober: Prober
) -> None:
    credential = keep(vault, new_aventri(aventri))
    subject = subject_of(vault, credential)
    tokens = {sessions.grant(subject, Deadline.after(PLENTY_S)).token for _ in range(3)}
    assert (len(tokens), len(aventri.received)) == (1, 1)
    assert sessions.authorize(subject) is None
    prober.probe(subject.method, subject.details)
    assert len(aventri.received) > 1


def test_the_same_grant_comes_back_where_nothing_can_be_renewed(vault: Vault, sessions: Sessions, aha: object) -> None:
    values = {"account_domain": "mycompany", "api_key": "aha-key-EXAMPLE"}
    credential = save_new(vault, prepare_new("aha", values, is_taken=never_taken), None)
    subject = subject_of(vault, credential)
    grant: Grant = sessions.grant(subject, Deadline.after(PLENTY_S))
    assert sessions.grant(subject, Deadline.after(PLENTY_S), grant).headers == grant.headers
