"""`nexcred request --paginate`: what cannot be read is not the last page."""

import gzip
import json

import pytest

from tests.support.opened import Opened
from tests.support.standins import Aha, Answer, Received, json_answer
from tests.support.standins.server import StandIn

PACKED = (("Content-Encoding", "gzip"),)


@pytest.fixture
def with_aha(opened: Opened, aha: Aha) -> Opened:
    assert opened.add(aha).code == 0
    return opened


class Store(StandIn):
    """Lists a bucket of S3 in one document, whoever asks."""

    name = "store"
    listing = b""

    def answer(self, request: Received) -> Answer:
        return Answer(200, self.listing, (("Content-Type", "application/xml"),))


def _numbered(aha: Aha, second: Answer) -> None:
    def answer(request: Received, _proper: Answer) -> Answer:
        is_second = request.query.get("page") == "2"
        return second if is_second else json_answer({"n": 1, "pagination": {"total_pages": 3}})

    aha.fault = answer


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        # rclone/rclone#3345, boto/botocore#3496: such a page ended the list, and nobody was told.
        (Answer(200, b'{"n": NaN}'), "it is not JSON: it holds NaN"),
        (Answer(200, b'{"n": "\xe9"}'), "it is not JSON: byte 7 is not UTF-8"),
        (Answer(200, b'{"n": "\x01"}'), "it is not JSON: invalid control character at line 1 column 8"),
        (Answer(200, b'{"n": 2'), "it is not JSON: expecting ',' delimiter at line 1 column 8"),
        (Answer(200, b""), "it is not JSON: expecting value at line 1 column 1"),
        (Answer(200, b"<a>&#x1;</a>"), "it is not XML: line 1 column 3: reference to invalid character number"),
        (Answer(200, b"<!doctype html><html></html>"), "it is not XML"),
        (Answer(200, gzip.compress(b'{"n": 2}')[:-4], PACKED), "it is not JSON"),
        (
            json_answer({"pagination": {"total_pages": "many"}}),
            "the number of pages (pagination.total_pages), or of this page, is not a number",
        ),
    ],
)
def test_a_page_that_cannot_be_read_is_an_error_with_its_number(
    with_aha: Opened, aha: Aha, second: Answer, problem: str
) -> None:
    _numbered(aha, second)
    ran = with_aha.run_bytes("request", "aha", "ideas", "--paginate")
    assert ran.returncode == 1
    assert f"whether more follows after page 2 is not known: {problem}" in ran.stderr.decode()
    assert second.body in ran.stdout


def test_pages_are_read_and_handed_on_unpacked(with_aha: Opened, aha: Aha) -> None:
    """Several members too, and a member that holds nothing; what stands behind them is none."""
    body = gzip.compress(b'{"n": 2, ') + gzip.compress(b"") + gzip.compress(b'"pagination": {}}') + b"\0\0"
    _numbered(aha, Answer(200, body, PACKED))
    ran = with_aha("request", "aha", "ideas", "--paginate")
    assert (ran.code, [json.loads(line)["n"] for line in ran.out.splitlines()]) == (0, [1, 2])
    assert "gzip" in aha.received[-1].headers["accept-encoding"]


def test_a_page_without_a_body_is_the_last(with_aha: Opened, aha: Aha) -> None:
    _numbered(aha, Answer(204))
    assert with_aha("request", "aha", "ideas", "--paginate").code == 0


@pytest.mark.parametrize(
    ("listing", "told"),
    [
        (b"<ListBucketResult><Key>&#x1;</Key></ListBucketResult>", "encoding-type=url"),
        # The first version of the list tells that it is cut off, and leads on by its last key.
        (b"<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>", "it says that more follows"),
        (b"<ListVersionsResult><IsTruncated>true</IsTruncated></ListVersionsResult>", "it says that more follows"),
    ],
)
def test_a_list_of_objects_that_goes_on_is_not_taken_for_all_of_them(opened: Opened, listing: bytes, told: str) -> None:
    with Store() as store:
        store.listing = listing
        settings = {"access_key_id": "AKIAEXAMPLE", "secret_key": "env:HELD", "endpoint_url": store.url}
        words = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
        added = opened("add", "s3", *words, "--allow-host", store.host, "--no-probe", environment={"HELD": "EXAMPLE"})
        assert added.code == 0
        ran = opened("request", "s3", "/bucket", "--paginate")
    assert ran.code == 1
    assert "whether more follows after page 1 is not known" in ran.err
    assert told in ran.err
    assert ran.out.encode().startswith(listing)


@pytest.mark.parametrize(
    ("links", "told", "sent"),
    [
        ({"1": "2", "2": "3", "3": "2"}, "page 3 leads back to page 2", 3),
        ({"1": "1"}, "page 1 leads back to itself", 1),
    ],
)
def test_pages_that_go_round_are_named(with_aha: Opened, aha: Aha, links: dict[str, str], told: str, sent: int) -> None:
    def answer(request: Received, _proper: Answer) -> Answer:
        page = request.query.get("page", "1")
        return json_answer({"n": page}, headers=(("Link", f'</api/v1/ideas?page={links[page]}>; rel="next"'),))

    aha.fault = answer
    aha.received.clear()
    ran = with_aha("request", "aha", "ideas?page=1", "--paginate")
    assert (ran.code, len(ran.out.splitlines()), len(aha.received)) == (1, sent, sent)
    assert ran.err == f"nexcred: error: whether more follows is not known: {told}\n"
