from datetime import timedelta

import pytest

from nexcred.errors import InvalidData, UnknownConnector
from nexcred.model.credential import Credential, Organisation, Person
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.times import utc_now
from nexcred.services.credentials.listing import Filter, select

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
        (Filter(connector="aha"), ["aha"]),
        (Filter(connector="gcs"), []),
        (Filter(tags=("eu", "other")), ["aha"]),
        (Filter(tags=("other",)), []),
        (Filter(status="verified"), ["accepted"]),
        (Filter(status="accepted"), ["accepted"]),
        (Filter(status="failed"), ["expired"]),
        (Filter(status="unverified"), ["forbidden"]),
        (Filter(status="forbidden"), ["forbidden"]),
        (Filter(status="unprobed"), ["plain", "aha", "soon", "past", "later"]),
        (Filter(expiring_within=timedelta(days=14)), ["soon", "past"]),
        (Filter(expiring_within=timedelta(0)), ["past"]),
        (Filter(connector="aventri", status="unprobed", expiring_within=timedelta(days=99)), ["soon", "past", "later"]),
    ],
)
def test_a_filter_takes_what_holds_of_all_it_names(wanted: Filter, names: list[str]) -> None:
    assert [credential.name for credential in select(ALL, wanted, NOW)] == names


def test_no_filter_takes_all() -> None:
    assert select(ALL, Filter(), NOW) == ALL


def test_an_unknown_status_is_refused_with_what_was_meant() -> None:
    with pytest.raises(InvalidData) as caught:
        select([], Filter(status="verifyed"), NOW)
    assert "did you mean 'verified'" in caught.value.hint


@pytest.mark.parametrize("name", ["AHA", "ahaa", "../aha"])
def test_a_connector_that_nobody_knows_is_an_error_and_not_an_empty_list(name: str) -> None:
    with pytest.raises(UnknownConnector):
        select(ALL, Filter(connector=name), NOW)


def test_a_connector_whose_file_is_gone_still_filters_what_is_kept() -> None:
    gone = PLAIN._replace(name="gone", connector="gone")
    assert select([*ALL, gone], Filter(connector="gone"), NOW) == [gone]
