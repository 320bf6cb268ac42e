"""Which field the `elsewhere` of a probe may name."""

from tests.unit.connectors.specs import changed, problems_of

ASKING = changed('/me" }\n', '/me" }\n  elsewhere = "region"\n')
REGION = """
  [[method.field]]
  name = "region"
  label = "Region"
  choices = ["us", "eu"]

  [[method.field]]
  name = "base_url"
  label = "Base URL"
  kind = "url"
  advanced = true
  default = "https://us.acme.test"
  default_by = "region"
  defaults = { eu = "https://eu.acme.test" }

"""
AUTH = '  scheme = "headers"\n  headers = { Authorization = "Bearer {api_key}" }\n'
REFRESHING = """\
  scheme = "refresh_token"
  token_url = "https://acme.test/token"
  client_id = "{tenant}"
  client_secret = ""
  refresh_token = "{api_key}"
"""
PLACE = "method[0].probe.elsewhere"


def with_region(region: str = REGION, spec: str = ASKING) -> str:
    return changed("  [method.auth]\n", f"{region}  [method.auth]\n", spec)


def found_in(spec: str) -> list[tuple[str, str]]:
    return [(place.rpartition(" ")[2], problem) for place, problem in problems_of(spec)]


def test_it_is_a_public_field_with_choices() -> None:
    assert found_in(with_region()) == []
    assert found_in(ASKING) == [(PLACE, "must name a public field that has choices")]
    assert found_in(ASKING.replace('"region"', '"tenant"')) == [(PLACE, "must name a public field that has choices")]


def test_it_leads_to_another_address() -> None:
    nowhere = "'region' leads nowhere else: no url field has its defaults by it"
    alone = REGION.partition("  default_by")[0] + "\n"
    assert found_in(with_region(alone)) == [(PLACE, nowhere)]


def test_it_may_stand_in_the_default_of_an_address() -> None:
    named = REGION.partition("  default_by")[0].replace("//us.", "//{region}.") + "\n"
    assert found_in(with_region(named)) == []


def test_it_spends_no_refresh_token() -> None:
    spent = "'elsewhere' may spend a refresh token, of which there is one"
    assert ("method[0].probe", spent) in found_in(with_region(spec=changed(AUTH, REFRESHING, ASKING)))
