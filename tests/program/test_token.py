"""`nexcred token`, as a process."""

import json

from tests.support.opened import Opened
from tests.support.people import invite
from tests.support.signing_in import add_aha, aha_oauth
from tests.support.standins.aha_oauth import AhaOauth
from tests.support.standins.aventri import Aventri
from tests.support.standins.resci import Resci

__all__ = ["aha_oauth"]


def test_a_token_is_printed_exactly_and_kept_until_it_ends(opened: Opened, aventri: Aventri) -> None:
    assert opened.add(aventri).code == 0
    first = opened.run_bytes("token", "aventri").stdout
    asked = len(aventri.received)
    told = json.loads(opened("token", "aventri", "--json").out)
    assert (told["token"].encode(), told["header"]) == (first, f"Authorization: Bearer {first.decode()}")
    assert told["expires_at"].endswith("Z")
    assert opened.run_bytes("token", "aventri", "--header").stdout == b"Authorization: Bearer " + first
    assert len(aventri.received) == asked
    assert first not in (opened.home / ".local/share/nexcred/vault.db").read_bytes()


def test_a_guest_gets_a_token_that_is_not_kept(opened: Opened, aventri: Aventri) -> None:
    assert opened.add(aventri).code == 0
    guest = invite(opened, "nightly", "--grant", "aventri")
    asked = len(aventri.received)
    assert [guest("token", "aventri").code for _ in range(2)] == [0, 0]
    assert len(aventri.received) == asked + 2


def test_a_guest_renews_no_login_and_uses_the_one_that_is_good(opened: Opened, aha_oauth: AhaOauth) -> None:
    aha_oauth.life_s = 1
    add_aha(opened, aha_oauth)
    guest = invite(opened, "nightly", "--grant", "aha")
    refused = guest("token", "aha")
    assert (refused.code, refused.out) == (10, "")
    assert "nexcred token 'aha'" in refused.err
    aha_oauth.life_s = 3600
    token = opened("token", "aha").out
    assert guest("token", "aha").out == token
    assert not aha_oauth.families[0].is_revoked


def test_a_credential_that_is_used_without_a_token_says_so(opened: Opened, resci: Resci) -> None:
    assert opened.add(resci).code == 0
    ran = opened("token", "resci")
    assert (ran.code, ran.out) == (2, "")
    assert "nexcred get 'resci/api_key'" in ran.err


def test_who_never_logged_in_is_told_how(opened: Opened, aha_oauth: AhaOauth) -> None:
    add_aha(opened, aha_oauth, log_in=False)
    ran = opened("token", "aha")
    assert (ran.code, ran.out) == (5, "")
    assert ran.err.endswith("nobody has logged in with 'aha' yet\nnexcred: hint: run: nexcred login 'aha'\n")


def test_new_values_end_a_login_and_a_new_name_does_not(opened: Opened, aha_oauth: AhaOauth) -> None:
    add_aha(opened, aha_oauth)
    assert opened("rename", "aha", "roadmaps").code == 0
    assert opened("token", "roadmaps").code == 0
    updated = opened("update", "roadmaps", "--set", "scope=read")
    assert updated.code == 0
    assert "nexcred login 'roadmaps'" in updated.err
    assert opened("token", "roadmaps").code == 5


def test_a_credential_that_needs_no_login_says_so(opened: Opened, resci: Resci) -> None:
    assert opened.add(resci).code == 0
    ran = opened("login", "resci")
    assert (ran.code, ran.out) == (2, "")
    assert "needs no login" in ran.err
