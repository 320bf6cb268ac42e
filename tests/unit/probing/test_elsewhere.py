"""A key that is refused in one region is not bad before the others have said so too."""

from datetime import UTC, datetime

import pytest

from nexcred.auth.flow import Response, Verdict
from nexcred.model.probe import ProbeStatus as Status
from nexcred.model.secret import Secret
from nexcred.probing.plan import probe_flow
from tests.unit.auth.drive import answer, run
from tests.unit.connectors.specs import changed, connector_of

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
REGIONAL = """\
name = "acme"
title = "Acme"
docs_url = "https://docs.acme.test/"

[[method]]
name = "api_key"
label = "API key"

  [[method.field]]
  name = "region"
  label = "Region"
  choices = ["us", "eu", "au"]
  default = "us"

  [[method.field]]
  name = "base_url"
  label = "Base URL"
  kind = "url"
  advanced = true
  required = false
  default = "https://us.acme.test"
  default_by = "region"
  defaults = { eu = "https://eu.acme.test", au = "https://au.acme.test" }

  [[method.field]]
  name = "api_key"
  label = "Key"
  secret = true

  [method.auth]
  scheme = "headers"
  headers = { Authorization = "Bearer {api_key}" }

  [method.probe]
  request = { url = "{base_url}/me" }
  identity = "{answer.user}"
  elsewhere = "region"
"""
AUTH = """\
  scheme = "headers"
  headers = { Authorization = "Bearer {api_key}" }
"""
EXCHANGE = """\
  scheme = "client_credentials"
  token_url = "{base_url}/token"
  client_id = "acme"
  client_secret = "{api_key}"
"""
NO, YES = answer({"message": "unknown key"}, 401), answer({"user": "ada"})
NO_TOKEN, TOKEN = answer({"error": "invalid_client"}, 401), answer({"access_token": "t-EXAMPLE", "expires_in": 3600})
EXPIRED = answer({}, 401, www_authenticate='Bearer error="invalid_token", error_description="The token expired"')


def probe(spec: str, *answers: Response, **values: str) -> tuple[list[str], Verdict]:
    """Return the addresses that were asked, and the verdict."""
    method = connector_of(spec).methods[0]
    requests, verdict = run(probe_flow(method, {"api_key": Secret("k-EXAMPLE"), **values}, NOW), *answers)
    return [request.url for request in requests], verdict


def test_a_key_is_bad_where_every_region_refuses_it() -> None:
    urls, verdict = probe(REGIONAL, NO, NO, NO, region="eu")
    assert urls == [f"https://{region}.acme.test/me" for region in ("eu", "us", "au")]
    assert (verdict.status, verdict.detail) == (Status.REJECTED, "unknown key")


def test_a_key_of_another_region_is_good_and_its_region_is_told() -> None:
    _, verdict = probe(REGIONAL, NO, NO, YES)
    assert (verdict.status, verdict.identity) == (Status.INCONCLUSIVE, "ada")
    assert verdict.detail == "the credential is good, but belongs elsewhere: set region au"


def test_a_region_that_says_that_the_key_has_expired_knows_it() -> None:
    assert probe(REGIONAL, NO, EXPIRED)[1].status is Status.EXPIRED


@pytest.mark.parametrize("there", [Response(503, {}, b""), answer({}, 403), answer({}, 429), Response(302, {}, b"")])
def test_a_region_that_does_not_say_leaves_it_open(there: Response) -> None:
    assert probe(REGIONAL, NO, there, NO)[1].status is Status.INCONCLUSIVE


def test_where_the_user_named_the_address_nobody_else_is_asked() -> None:
    urls, verdict = probe(REGIONAL, NO, base_url="https://own.test")
    assert (urls, verdict.status) == (["https://own.test/me"], Status.REJECTED)


def test_what_does_not_prove_a_bad_key_asks_nobody_else() -> None:
    assert probe(REGIONAL, answer({}, 403))[1].status is Status.FORBIDDEN


def test_a_client_that_gets_no_token_is_tried_in_the_other_regions_too() -> None:
    spec = changed(AUTH, EXCHANGE, REGIONAL)
    urls, verdict = probe(spec, NO_TOKEN, NO_TOKEN, NO_TOKEN)
    assert urls == [f"https://{region}.acme.test/token" for region in ("us", "eu", "au")]
    assert verdict.status is Status.REJECTED
    urls, verdict = probe(spec, NO_TOKEN, TOKEN, YES)
    assert urls[-2:] == ["https://eu.acme.test/token", "https://eu.acme.test/me"]
    assert verdict.detail == "the credential is good, but belongs elsewhere: set region eu"


def test_what_another_region_granted_is_not_kept() -> None:
    kept: list[object] = []
    method = connector_of(changed(AUTH, EXCHANGE, REGIONAL)).methods[0]
    run(probe_flow(method, {"api_key": Secret("k-EXAMPLE")}, NOW, note=kept.append), NO_TOKEN, TOKEN, YES)
    assert kept == []
