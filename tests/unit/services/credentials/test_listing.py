from datetime import timedelta

import pytest

from nexcred.errors import InvalidData, UnknownConnector
from nexcred.model.credential import Credential, Organisation, Person
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.times import utc_now
from nexcred.services.credentials.listing import ORDERS, Filter, in_order, select

NOW = utc_now()
PLAIN = Credential(
    id="1",
    name="plain",
    connector="aventri",
    method="api_key",
    description="",
    tags=(),
    public={},
    secret_fields=(),
    allowed_hosts=(),
    owner=Person("1", "ops"),
    organisation=Organisation("1", "default"),
    access_roles=("owner",),
    version=1,
    revision=1,
    created_at=NOW,
    updated_at=NOW,
)


def probed(status: ProbeStatus) -> Credential:
    return PLAIN._replace(name=status.value, probe=ProbeResult(status, NOW, 1))


ALL = [
    PLAIN,
    PLAIN._replace(name="aha", connector="aha", tags=("prod", "eu")),
    probed(ProbeStatus.ACCEPTED),
    probed(ProbeStatus.EXPIRED),
    probed(ProbeStatus.FORBIDDEN),
    PLAIN._replace(name="soon", expires_at=NOW + timedelta(days=14)),
    PLAIN._replace(name="past", expires_at=NOW - timedelta(days=1)),
    PLAIN._replace(name="later", expires_at=NOW + timedelta(days=15)),
]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Filter(connectors=("aha",)), ["aha"]),
        (Filter(connectors=("gcs",)), []),
        (Filter(tags=("eu", "other")), ["aha"]),
        (Filter(tags=("other",)), []),
        (Filter(statuses=("verified",)), ["accepted"]),
        (Filter(statuses=("accepted",)), ["accepted"]),
        (Filter(statuses=("failed",)), ["expired"]),
        (Filter(statuses=("unverified",)), ["forbidden"]),
        (Filter(statuses=("forbidden",)), ["forbidden"]),
        (Filter(connectors=("aha", "gcs")), ["aha"]),
        (Filter(statuses=("expired", "unverified")), ["expired", "forbidden"]),
        (Filter(words=("PROD",)), ["aha"]),
        (Filter(words=("prod", "aventri")), []),
        (Filter(statuses=("unprobed",)), ["plain", "aha", "soon", "past", "later"]),
        (Filter(expiring_within=timedelta(days=14)), ["soon", "past"]),
        (Filter(expiring_within=timedelta(0)), ["past"]),
        (
            Filter(connectors=("aventri",), statuses=("unprobed",), expiring_within=timedelta(days=99)),
            ["soon", "past", "later"],
        ),
    ],
)
def test_a_filter_takes_what_holds_of_all_it_names(wanted: Filter, names: list[str]) -> None:
    assert [credential.name for credential in select(ALL, wanted, NOW)] == names


def test_words_stand_in_whatever_names_it() -> None:
    told = PLAIN._replace(
        name="Alpha",
        description="Beta",
        tags=("Gamma",),
        public={"account_id": "Delta", "port": 5432},
        probe=ProbeResult(ProbeStatus.ACCEPTED, NOW, 1, identity="Epsilon"),
    )
    for word in ("alpha", "bet", "GAMMA", "delta", "5432", "epsilon", "aventri"):
        assert select([told], Filter(words=(word, "a")), NOW) == [told]


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("name", ["accepted", "aha", "expired", "forbidden", "later", "past", "plain", "soon"]),
        ("status", ["expired", "forbidden", "aha", "later", "past", "plain", "soon", "accepted"]),
        ("checked", ["aha", "later", "past", "plain", "soon", "accepted", "expired", "forbidden"]),
        ("expires", ["past", "soon", "later", "accepted", "aha", "expired", "forbidden", "plain"]),
        ("changed", ["accepted", "aha", "expired", "forbidden", "later", "past", "plain", "soon"]),
    ],
)
def test_what_is_to_be_looked_at_comes_first(order: str, names: list[str]) -> None:
    assert order in ORDERS
    assert [credential.name for credential in in_order(ALL, order)] == names


def test_the_latest_change_comes_first() -> None:
    later = PLAIN._replace(name="z", updated_at=NOW + timedelta(days=1))
    assert in_order([PLAIN, later], "changed") == [later, PLAIN]


def test_no_filter_takes_all() -> None:
    assert select(ALL, Filter(), NOW) == ALL


def test_an_unknown_status_is_refused_with_what_was_meant() -> None:
    with pytest.raises(InvalidData) as caught:
        select([], Filter(statuses=("verifyed",)), NOW)
    assert "did you mean 'verified'" in caught.value.hint


@pytest.mark.parametrize("name", ["AHA", "ahaa", "../aha"])
def test_a_connector_that_nobody_knows_is_an_error_and_not_an_empty_list(name: str) -> None:
    with pytest.raises(UnknownConnector):
        select(ALL, Filter(connectors=(name,)), NOW)


def test_a_connector_whose_file_is_gone_still_filters_what_is_kept() -> None:
    gone = PLAIN._replace(name="gone", connector="gone")
    assert select([*ALL, gone], Filter(connectors=("gone",)), NOW) == [gone]
