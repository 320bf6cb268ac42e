"""Where the next page is."""

from urllib.parse import parse_qsl

import pytest

from nexcred.auth.flow import Request, Response
from nexcred.connectors.language.pages import Pages, UnreadablePage, next_page
from tests.unit.auth.drive import answer
from tests.unit.connectors.specs import SPEC, problems_of

FIRST = Request("GET", "https://acme.test/v1/list", {"Accept": "x"}, (("limit", "2"),))


def following(response: Response, pages: Pages | None = None, request: Request = FIRST) -> tuple[str, object] | None:
    found = next_page(request, response, pages)
    if found is None:
        return None
    url, _, written = found.url.partition("?")
    return url, dict(parse_qsl(written)) | dict(found.query)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('<https://acme.test/v1/list?page=2&limit=2>; rel="next"', {"page": "2", "limit": "2"}),
        ('</v1/list?page=2>; rel=next, </v1/list?page=9>; rel="last"', {"page": "2"}),
        ('</v1/list?page=1>; rel="prev", <?page=3>; title="a, b; c"; rel="x NEXT"', {"page": "3"}),
        ('<?page=2>; rel="nextish"', None),
        ('<?page=2>; rel="prev"; title="rel=next"', None),
        ("<?page=2>", None),
        ("<" * 5000, None),
        ("", None),
    ],
)
def test_a_link_header_leads_on(link: str, expected: object) -> None:
    found = following(answer([], link=link))
    assert found == (None if expected is None else ("https://acme.test/v1/list", expected))


def test_a_link_may_lead_elsewhere_and_is_refused_when_it_is_sent() -> None:
    assert following(answer([], link='<https://evil.test/x>; rel="next"')) == ("https://evil.test/x", {})


@pytest.mark.parametrize("link", ["http://acme.test/v1/list", "HTTP://acme.test/v1/list"])
def test_a_link_does_not_lead_from_https_to_http(link: str) -> None:
    """A host that the user allowed may be sent to by either, and the credential would be readable on the way."""
    assert following(answer([], link=f'<{link}>; rel="next"')) == ("https://acme.test/v1/list", {})
    plain = FIRST._replace(url="http://acme.test/v1/list")
    found = following(answer([], link='<http://acme.test/x>; rel="next"'), request=plain)
    assert found == ("http://acme.test/x", {})


CURSOR = Pages(query="after", cursor="paging.next.after")
NUMBER = Pages(query="page", last="pagination.total_pages")


@pytest.mark.parametrize(
    ("pages", "document", "expected"),
    [
        (CURSOR, {"paging": {"next": {"after": "b2"}}}, {"limit": "2", "after": "b2"}),
        (CURSOR, {"paging": {"next": {"after": 7}}}, {"limit": "2", "after": "7"}),
        (CURSOR, {"paging": {"next": {"after": ""}}}, None),
        (CURSOR, {"paging": None}, None),
        (CURSOR, [], None),
        (Pages(query="after", cursor="more && data[-1].id"), {"more": False, "data": [{"id": "x"}]}, None),
        (NUMBER, {"pagination": {"total_pages": 3}}, {"limit": "2", "page": "2"}),
        (NUMBER, {"pagination": {"total_pages": 1}}, None),
        (NUMBER, {"pagination": {"total_pages": ""}}, None),
        (Pages(query="after", cursor="next", more="more"), {"more": False, "next": None}, None),
        (Pages(query="after", cursor="next", more="more"), {"more": True, "next": "x"}, {"limit": "2", "after": "x"}),
        (Pages(query="after", cursor="next"), {"next": " x"}, {"limit": "2", "after": " x"}),
    ],
)
def test_a_spec_knows_cursors_and_numbers(pages: Pages, document: object, expected: object) -> None:
    found = following(answer(document), pages)
    assert found == (None if expected is None else (FIRST.url, expected))


@pytest.mark.parametrize(
    ("pages", "document", "problem"),
    [
        (
            NUMBER,
            {"pagination": {"total_pages": "many"}},
            "or of this page, is not a number",
        ),
        (
            NUMBER,
            {"pagination": {"total_pages": 2.5}},
            "or of this page, is not a number",
        ),
        (CURSOR, {"paging": {"next": {"after": {"href": "/x"}}}}, "the cursor of the next page is not text"),
        (CURSOR, {"paging": {"next": {"after": True}}}, "the cursor of the next page is not text"),
        (Pages(query="after", cursor="next", more="more"), {"more": True}, "it says that more follows, but not where"),
    ],
)
def test_what_leads_on_and_cannot_be_read_is_not_the_end(pages: Pages, document: object, problem: str) -> None:
    with pytest.raises(UnreadablePage, match=problem):
        next_page(FIRST, answer(document), pages)


def test_the_parameter_takes_the_place_of_the_one_before() -> None:
    second = Request("GET", FIRST.url, {}, (("page", "2"), ("limit", "2")))
    assert following(answer({"pagination": {"total_pages": 3}}), NUMBER, second) == (
        FIRST.url,
        {"limit": "2", "page": "3"},
    )
    again = Request("GET", FIRST.url, {}, (("after", "b2"),))
    assert following(answer({"paging": {"next": {"after": "b2"}}}), CURSOR, again) is None


@pytest.mark.parametrize("cursor", ["page=%E9%2f&limit=2", "c=a+b", "c=AbC==", "done"])
def test_a_cursor_of_a_link_is_sent_back_as_it_came(cursor: str) -> None:
    found = next_page(FIRST, answer([], link=f'<?{cursor}>; rel="next"'), None)
    assert found is not None
    assert (found.url, found.query) == (f"{FIRST.url}?{cursor}", ())


@pytest.mark.parametrize(("link", "asked"), [("?q=ä", "?q=%C3%A4"), ("/v1/ö?q=1", "/v1/%C3%B6?q=1")])
def test_a_link_in_utf_8_leads_to_its_own_bytes(link: str, asked: str) -> None:
    """scrapy/scrapy#2321, psf/requests#3078: HTTP reads headers as Latin-1, and that encoded is another address."""
    as_read = f'<{link}>; rel="next"'.encode().decode("latin-1")
    found = next_page(FIRST, answer([], link=as_read), None)
    assert found is not None
    assert found.url.endswith(asked)


def test_a_query_in_the_url_stays_as_it_was_written_beside_the_parameter() -> None:
    asked = Request("GET", f"{FIRST.url}?q=%E9&page=1&acl")
    found = next_page(asked, answer({"pagination": {"total_pages": 3}}), NUMBER)
    assert found is not None
    assert (found.url, found.query) == (f"{FIRST.url}?q=%E9&acl", (("page", "2"),))


def test_problems_of_pages_are_found() -> None:
    def with_pages(pages: str) -> str:
        return SPEC.replace('title = "Acme"', f'title = "Acme"\npages = {pages}')

    assert problems_of(with_pages('{ query = "p", cursor = "next" }')) == []
    assert problems_of(with_pages('{ query = "p" }')) == [("acme.toml:3: pages", "needs one of 'cursor' and 'last'")]
    assert "is not a JMESPath expression" in problems_of(with_pages('{ query = "p", last = "[" }'))[0][1]
