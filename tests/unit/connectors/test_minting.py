"""Which requests are taken for such as are answered with a credential."""

import pytest

from nexcred.auth.flow import Request
from nexcred.connectors.language.spec import Method
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.minting import minted_by
from nexcred.model.credential import Value
from tests.unit.connectors.specs import SPEC, connector_of, problems_of

FORM = {"content-type": "application/x-www-form-urlencoded"}
STS = "https://sts.eu-west-1.amazonaws.com/"


def method_of(connector: str, name: str) -> Method:
    method = load_connector(connector).method(name)
    assert method
    return method


GITHUB, S3 = method_of("github", "token"), method_of("s3", "access_key")
GITHUBS: dict[str, Value] = {"base_url": "https://github.example.com/api/v3"}


@pytest.mark.parametrize(
    "url",
    [
        "https://api.github.com/app/installations/12/access_tokens",
        "https://github.example.com/api/v3/app/installations/12/access_tokens",
        "https://github.example.com/api//v3/./x/../app/installations/12/ACCESS_tokens/",
        "https://api.github.com/app/installations/12/access%5Ftokens?x=1",
        "https://api.github.com/app/installations/1%2F2/access_tokens",
        "https://api.github.com/app%2Finstallations%2F12/access_tokens",
        "https://api.github.com/x/%2e%2e/app\\installations/12/access_tokens;v=1",
        "https://elsewhere.test/app/installations/12/access_tokens",
    ],
)
def test_a_path_is_read_as_a_server_may_read_it(url: str) -> None:
    assert minted_by(GITHUB, GITHUBS, Request("post", url)) == "an installation access token"


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", "/app/installations/12/access_tokens"),
        ("POST", "/app/installations/access_tokens"),
        ("POST", "/app/installations/12/access_tokens/13"),
        ("POST", "/repos/a/b/issues"),
        ("POST", "/"),
    ],
)
def test_others_are_none(verb: str, path: str) -> None:
    assert minted_by(GITHUB, {}, Request(verb, f"https://api.github.com{path}")) == ""


@pytest.mark.parametrize(
    ("request_", "what"),
    [
        (Request("POST", STS, FORM, (), b"Version=2011-06-15&Action=AssumeRoleWithSAML"), "temporary keys"),
        (Request("GET", f"{STS}?Action=AssumeRoot"), "temporary keys"),
        (Request("GET", STS, {}, (("action", "getsessiontoken"),)), "temporary keys"),
        (Request("POST", f"{STS}?Action=%47etSessionToken", FORM, (), b"Action=GetCallerIdentity"), "temporary keys"),
        (Request("GET", "https://b.s3.eu-west-1.amazonaws.com/?session"), "temporary keys of a bucket"),
        (Request("POST", STS, FORM, (), b"Action=GetCallerIdentity"), ""),
        (Request("POST", STS, {}, (), b"Action=AssumeRole"), ""),
        (Request("GET", "https://s3.eu-west-1.amazonaws.com/bucket/key?Action=AssumeRole"), ""),
    ],
)
def test_parameters_are_looked_for_in_the_query_and_in_a_form(request_: Request, what: str) -> None:
    assert minted_by(S3, {}, request_) == what


@pytest.mark.parametrize(
    ("connector", "name", "url", "what"),
    [
        ("databricks", "oauth_m2m", "https://x.cloud.databricks.com/oidc/v1/token", "an access token"),
        ("bigquery", "service_account", "https://login.test/a/token", "an access token"),
        ("rest", "client_credentials", "https://login.test/a/token", "an access token"),
        ("rest", "client_credentials", "https://api.test/v1", ""),
        ("aventri", "api_key", "https://any.test/api/v2/global/authorize.json", "a session token"),
        ("aventri", "api_key", "https://any.test/api/v2/global/listEvents.json", ""),
    ],
)
def test_what_a_method_logs_in_with_is_one_of_them(connector: str, name: str, url: str, what: str) -> None:
    given: dict[str, Value] = {"token_url": "https://login.test/a/token", "base_url": "https://api.test/v1"}
    fields = given if connector in ("rest", "bigquery") else {}
    assert minted_by(method_of(connector, name), fields, Request("POST", url)) == what


def test_what_makes_a_new_key_and_what_logs_in_by_the_file_alone_are_among_them() -> None:
    create = """
  [method.rotate]
  kind = "add"
  most = 2

    [method.rotate.create]
    request = { method = "PUT", url = "https://{tenant}.acme.test/keys/{today}/new", json = { name = "x" } }
    set = { api_key = "key" }

    [method.rotate.revoke]
    request = { method = "DELETE", url = "https://{tenant}.acme.test/keys/x" }
    by = "new"
"""
    (method,) = connector_of(SPEC + create).methods
    assert minted_by(method, {"tenant": "a"}, Request("PUT", "https://b.acme.test/keys/2020-01-01/new")) == "a new key"
    assert minted_by(method, {"tenant": "a"}, Request("POST", "https://b.acme.test/keys/2020-01-01/new")) == ""


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ('path = "/keys/*/x*y"\nwhat = "a key"', ""),
        ('path = "keys"\nwhat = "a key"', "must begin with '/'"),
        ('path = "/keys?x=1"\nwhat = "a key"', "must begin with '/'"),
        ('path = "/keys/{tenant}"\nwhat = "a key"', "must begin with '/'"),
        ('path = "/a%2Fb"\nwhat = "a key"', "must begin with '/'"),
        ('path = "/**"\nwhat = "a key"', "must begin with '/'"),
        ('path = "//keys"\nwhat = "a key"', "must begin with '/'"),
        ('path = "/keys"\nwhat = " "', "is empty"),
        ('path = "/keys"', "lacks 'what'"),
        ('path = "/keys"\nwhat = "a key"\nmethod = "FETCH"', "must be one of"),
        ('path = "/keys"\nwhat = "a key"\n[[method.mints]]\npath = "/keys"\nwhat = "the key"', "is given twice"),
    ],
)
def test_a_mistake_in_one_is_found(said: str, problem: str) -> None:
    found = problems_of(f"{SPEC}\n[[method.mints]]\n{said}\n")
    assert any(what.startswith(problem) for _, what in found) == bool(problem), found
    assert len(found) == bool(problem)


def test_all_methods_share_those_of_the_connector() -> None:
    shared = SPEC.replace("[[method]]", '[[mints]]\npath = "/a"\nwhat = "a"\n\n[[method]]')
    (method,) = connector_of(f'{shared}\n[[method.mints]]\npath = "/b"\nwhat = "b"\n').methods
    assert [mint.path for mint in method.mints] == ["/a", "/b"]
