"""How a credential is sent, by the words that the table has for it: a connector, its method, and values."""

from typing import NamedTuple

from nexcred.connectors.language.spec import Method
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import check_values
from nexcred.model.credential import Value


class Sent(NamedTuple):
    """`{url}` in a value is where the stand-in listens."""

    connector: str
    method: str
    values: dict[str, str]


_REST = {"base_url": "{url}", "health_path": "/me"}
_KEY = {**_REST, "api_key": "key-EXAMPLE"}
_LOGIN = {**_REST, "username": "ada", "password": "pw-EXAMPLE"}
_AWS = {"access_key_id": "AKIAEXAMPLE000000000", "secret_key": "secret-EXAMPLE"}
SCHEMES = {
    "bearer": Sent("rest", "bearer", _KEY),
    "header": Sent("rest", "header", _KEY),
    "prefixed": Sent("rest", "header", {**_KEY, "header_name": "Authorization", "header_prefix": "Token"}),
    "query": Sent("rest", "query", _KEY),
    "basic": Sent("rest", "basic", _LOGIN),
    "client_credentials": Sent(
        "rest",
        "client_credentials",
        {**_REST, "token_url": "{url}/token", "client_id": "app", "client_secret": "secret-EXAMPLE"},
    ),
    "password_grant": Sent("rest", "password_grant", {**_LOGIN, "token_url": "{url}/token"}),
    "refresh_token": Sent(
        "rest",
        "refresh_token",
        {**_REST, "token_url": "{url}/token", "client_id": "app", "refresh_token": "refresh-EXAMPLE"},
    ),
    "session_token": Sent("rest", "session_token", _LOGIN),
    "slack": Sent("slack", "bot_token", {"bot_token": "xoxb-EXAMPLE", "base_url": "{url}"}),
    "github": Sent("github", "token", {"access_token": "ghp_EXAMPLE", "base_url": "{url}"}),
    "stripe": Sent("stripe", "api_key", {"api_key": "sk_test_EXAMPLE", "base_url": "{url}"}),
    "hubspot": Sent("hubspot", "access_token", {"access_token": "pat-na1-EXAMPLE", "base_url": "{url}"}),
    "s3": Sent("s3", "access_key", {**_AWS, "sts_endpoint_url": "{url}"}),
    "s3_store": Sent("s3", "access_key", {**_AWS, "endpoint_url": "{url}"}),
    "s3_bucket": Sent("s3", "access_key", {**_AWS, "endpoint_url": "{url}", "bucket": "reports"}),
}


def to_send(scheme: str, url: str, changed: dict[str, str]) -> tuple[Method, dict[str, Value]]:
    """Return the method and its values, some of them changed by the row."""
    sent = SCHEMES[scheme]
    connector = load_connector(sent.connector)
    method = connector.method(sent.method)
    assert method is not None, f"{sent.connector} has no method {sent.method}"
    raw = {name: value.replace("{url}", url) for name, value in (sent.values | changed).items()}
    return method, check_values(connector, method, raw)
