"""Small specs that tests change in one place."""

from nexcred.connectors.language.spec import Connector
from nexcred.connectors.lint.decode import decode_connector
from nexcred.errors import SpecError

SPEC = """\
name = "acme"
title = "Acme"
docs_url = "https://docs.acme.test/"

[[method]]
name = "api_key"
label = "API key"

  [[method.field]]
  name = "tenant"
  label = "Tenant"
  pattern = "[a-z0-9-]+"

  [[method.field]]
  name = "api_key"
  label = "Key"
  secret = true

  [method.auth]
  scheme = "headers"
  headers = { Authorization = "Bearer {api_key}" }

  [method.probe]
  request = { url = "https://{tenant}.acme.test/me" }
"""


def changed(old: str, new: str, spec: str = SPEC) -> str:
    """Return the spec with one text replaced, which must be there once."""
    assert spec.count(old) == 1, old
    return spec.replace(old, new)


def connector_of(spec: str = SPEC) -> Connector:
    return decode_connector(spec.encode(), "acme.toml")


def problems_of(spec: str | bytes) -> list[tuple[str, str]]:
    """Return the places and problems of a spec that must be refused; [] when it is taken."""
    try:
        decode_connector(spec.encode() if isinstance(spec, str) else spec, "acme.toml")
    except SpecError as error:
        return [(problem.field, problem.problem) for problem in error.problems]
    return []
