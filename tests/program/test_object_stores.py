"""Stores that speak S3: where the bucket stands in an address, and in which region it is."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

import nexcred
from tests.support.opened import Opened
from tests.support.program import Ran
from tests.support.standins.authority import Authority
from tests.support.standins.object_store import ObjectStore
from tests.support.standins.proxy import Proxy


class Reached(NamedTuple):
    """A store under its own name, behind a proxy that leads all names to it."""

    store: ObjectStore
    program: Opened
    environment: dict[str, str]

    def __call__(self, *words: str) -> Ran:
        return self.program(*words, environment=self.environment)

    def add(self, *settings: str) -> Ran:
        given = ("access_key_id=AKIAEXAMPLE", "secret_key=env:HELD", f"endpoint_url=https://{self.store.domain}")
        words = (word for setting in (*given, *settings) for word in ("--set", setting))
        return self("add", "s3", *words)


@pytest.fixture
def reached(opened: Opened, authority: Authority) -> Iterator[Reached]:
    names = (ObjectStore.domain, f"*.{ObjectStore.domain}")
    with ObjectStore(tls=authority.server_context(*names)) as store, Proxy(store) as proxy:
        environment = {"HTTPS_PROXY": proxy.url, "SSL_CERT_FILE": str(authority.bundle), "HELD": "secret-EXAMPLE"}
        yield Reached(store, opened, environment)


def hosts(store: ObjectStore) -> list[str]:
    return [request.headers["host"].removesuffix(store.domain) + request.path for request in store.received]


REGION = f"region={ObjectStore.region}"


@pytest.mark.parametrize(
    "code",
    ["SecondLevelDomainForbidden", "PathStyleDomainForbidden", "VirtualHostDomainRequired", "InvalidPathAccess"],
)
def test_a_store_that_wants_the_bucket_in_the_host_gets_it_there(reached: Reached, code: str) -> None:
    """treeverse/lakeFS#3613, gobackup/gobackup#268, apache/opendal#6549."""
    reached.store.refuses_paths_with = code
    added = reached.add(REGION, "bucket=events")
    assert (added.code, "accepted, bucket events" in added.err + added.out) == (0, True)
    got = reached("request", "s3", "/events/a/b.txt")
    assert (got.code, got.out) == (0, "a/b.txt of events")
    assert hosts(reached.store) == ["/events", "events./", "/events/a/b.txt", "events./a/b.txt"]


def test_a_field_puts_it_there_at_once_or_never(reached: Reached) -> None:
    reached.store.refuses_paths_with = "SecondLevelDomainForbidden"
    assert reached.add(REGION, "bucket=events", "addressing_style=virtual").code == 0
    assert reached("request", "s3", "/events?list-type=2").code == 0
    assert hosts(reached.store) == ["events./", "events./"]
    assert reached("update", "s3", "--set", "addressing_style=path", "--no-probe").code == 0
    refused = reached("request", "s3", "/events")
    assert (refused.code, "SecondLevelDomainForbidden" in refused.out) == (1, True)
    assert hosts(reached.store)[2:] == ["/events"]


def test_a_session_does_as_the_program_does(reached: Reached, monkeypatch: pytest.MonkeyPatch) -> None:
    reached.store.refuses_paths_with = "PathStyleDomainForbidden"
    assert reached.add(REGION, "bucket=events").code == 0
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (reached.program.environment | reached.environment).items():
        monkeypatch.setenv(name, value)
    with nexcred.open()["s3"].session() as session:
        assert session.get("/events/a.txt").text == "a.txt of events"
    assert hosts(reached.store)[-2:] == ["/events/a.txt", "events./a.txt"]


@pytest.mark.parametrize("place", ["header", "body"])
def test_a_bucket_of_another_region_tells_it_and_one_command_corrects_it(reached: Reached, place: str) -> None:
    """aws/aws-cli#851: what the answer said was left unread."""
    reached.store.tells_region_in = place
    added = reached.add("region=us-east-1", "bucket=events")
    told = "the bucket is in eu-central-1, not in us-east-1"
    assert (added.code, f"{told}: correct it by --set region=eu-central-1" in added.err) == (0, True)
    got = reached("request", "s3", "/events")
    assert got.code == 1
    assert "<Code>" in got.out
    assert told in got.err
    assert "hint: run: nexcred update 's3' --set region=eu-central-1" in got.err
    corrected = reached("update", "s3", "--set", "region=eu-central-1")
    assert (corrected.code, "accepted, bucket events" in corrected.out + corrected.err) == (0, True)
    assert reached("request", "s3", "/events").code == 0
