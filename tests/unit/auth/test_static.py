"""Schemes that need no exchange."""

from datetime import UTC, datetime

import pytest

from nexcred.auth.flow import Grant
from nexcred.auth.scheme import Scheme
from nexcred.auth.static import BasicAuth, HeadersAuth, NoAuth, QueryAuth
from nexcred.model.template import TemplateError, TextValues
from tests.unit.auth.drive import run

NOW = datetime(2026, 1, 15, tzinfo=UTC)


def granted(scheme: Scheme, values: TextValues) -> Grant:
    requests, grant = run(scheme.flow(values, NOW))
    assert requests == []
    return grant


def test_a_token_becomes_a_bearer_header() -> None:
    scheme = HeadersAuth(headers={"Authorization": "Bearer {key}", "X-Tenant": "{tenant}"})
    grant = granted(scheme, {"key": "EXAMPLE", "tenant": "acme"})
    assert grant.headers == {"Authorization": "Bearer EXAMPLE", "X-Tenant": "acme"}


def test_a_key_becomes_a_query_parameter_as_it_is() -> None:
    assert granted(QueryAuth(query={"api_key": "{key}"}), {"key": "a b&c"}).query == (("api_key", "a b&c"),)


def test_basic_is_rfc_7617_in_utf_8() -> None:
    # RFC 7617, sections 2 and 2.1.
    grant = granted(BasicAuth(username="{u}", password="{p}"), {"u": "Aladdin", "p": "open sesame"})
    assert grant.headers == {"Authorization": "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}
    grant = granted(BasicAuth(username="{u}", password="{p}"), {"u": "test", "p": "123£"})
    assert grant.headers == {"Authorization": "Basic dGVzdDoxMjPCow=="}


def test_basic_may_be_composed() -> None:
    grant = granted(BasicAuth(username="{key}"), {"key": "EXAMPLE"})
    assert grant.headers == {"Authorization": "Basic RVhBTVBMRTo="}


def test_nothing_is_added_by_none() -> None:
    assert granted(NoAuth(), {"key": "EXAMPLE"}) == Grant()


def test_case_48_a_header_value_with_a_line_break_is_never_granted() -> None:
    for value in ("a\r\nX: y", "a\n", "a\0", "ä", b"\xff"):
        with pytest.raises(TemplateError):
            granted(HeadersAuth(headers={"Authorization": "Bearer {key}"}), {"key": value})
    with pytest.raises(TemplateError):
        granted(BasicAuth(username="{key}"), {"key": "a:b"})
