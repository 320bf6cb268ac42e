"""What the catalogue's files say of making and ending keys, against stand-ins that answer as is documented."""

from base64 import b64encode
from collections.abc import Iterator, Mapping

import pytest

from nexcred.connectors.lifecycle import outlives_of, settle_s_of
from nexcred.connectors.load.loader import load_connector
from nexcred.model.credential import Value
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret
from nexcred.rotating.acting import Acting
from nexcred.rotating.find import revoker_for, rotator_for
from nexcred.rotating.rotator import CallFailed, Ended
from tests.support.standins import (
    Answer,
    Databricks,
    GitHub,
    Received,
    Salesforce,
    Slack,
    StandIn,
    faults,
    json_answer,
)
from tests.unit.rotating.acting import acting, login, plenty


def of(stand_in: StandIn, fields: Mapping[str, Value], *, method: str = "", connector: str = "") -> Acting:
    spec = load_connector(connector or stand_in.name)
    return acting(spec, login(spec, fields, stand_in, method=method))


@pytest.fixture
def databricks() -> Iterator[Databricks]:
    with Databricks() as stand_in:
        yield stand_in


def personal(databricks: Databricks, token_id: str = Databricks.token_id) -> dict[str, Value]:
    known = {"token_id": token_id} if token_id else {}
    return {"base_url": databricks.url, "access_token": Secret(databricks.access_token), **known}


def test_a_databricks_token_makes_its_successor_which_deletes_it(databricks: Databricks) -> None:
    old = personal(databricks)
    rotator = rotator_for(of(databricks, old))
    assert rotator is not None
    planned = rotator.plan(plenty())
    assert planned.old == databricks.token_id
    assert [key.id for key in planned.living or ()] == [databricks.token_id]
    assert all(key.created_at for key in planned.living or ())

    new = rotator.create(planned.fields, plenty())
    made = databricks.tokens[str(new["token_id"])]
    assert (new["access_token"], made[1]["comment"]) == (Secret(made[0]), "nexcred 2026-01-09")
    assert new["base_url"] == old["base_url"]

    assert [rotator.end(old, new, plenty()) for _ in range(2)] == ["gone", "gone"]
    assert list(databricks.tokens) == [new["token_id"]]


def test_a_databricks_token_whose_answer_was_lost_is_found_and_deleted(databricks: Databricks) -> None:
    rotator = rotator_for(of(databricks, personal(databricks)))
    assert rotator is not None
    before = rotator.plan(plenty()).living or ()
    databricks.fault = faults.reset()
    with pytest.raises(CallFailed) as failed:
        rotator.create(None, plenty())
    assert failed.value.is_unknown
    databricks.fault = None
    (orphan,) = rotator.orphans(before, plenty()) or ()
    assert rotator.end_orphan(orphan, plenty()) == "gone"
    assert list(databricks.tokens) == [databricks.token_id]


def test_a_databricks_token_of_which_no_id_is_known_is_replaced_and_not_deleted(databricks: Databricks) -> None:
    old = personal(databricks, token_id="")
    rotator = rotator_for(of(databricks, old))
    assert rotator is not None
    new = rotator.create(None, plenty())
    with pytest.raises(CallFailed, match=r"not sent: old\.token_id is not known"):
        rotator.end(old, new, plenty())
    assert len(databricks.tokens) == 2


def test_an_authorization_of_which_no_id_is_known_is_left_alone() -> None:
    heroku = load_connector("heroku")
    with StandIn() as stand_in:
        fields: dict[str, Value] = {"base_url": stand_in.url, "api_key": Secret("HRKU-EXAMPLE" + "0" * 60)}
        found = acting(heroku, login(heroku, fields, stand_in))
        rotator, revoker = rotator_for(found), revoker_for(found)
        assert rotator is not None
        assert revoker is not None
        for call in (lambda: rotator.create(None, plenty()), lambda: revoker.end(fields, fields, plenty())):
            with pytest.raises(CallFailed, match=r"not sent: old\.authorization_id is not known") as failed:
                call()
            assert not failed.value.is_unknown
        assert stand_in.received == []


def test_databricks_own_words_tell_why_nothing_was_made(databricks: Databricks) -> None:
    rotator = rotator_for(of(databricks, {**personal(databricks), "access_token": Secret("dapi" + "0" * 32)}))
    assert rotator is not None
    with pytest.raises(CallFailed, match="Invalid access token") as failed:
        rotator.create(None, plenty())
    assert (failed.value.status, failed.value.is_unknown) == (ProbeStatus.REJECTED, False)

    good = rotator_for(of(databricks, personal(databricks)))
    assert good is not None
    quota = {"error_code": "QUOTA_EXCEEDED", "message": "The number of tokens exceeds the quota of 600"}
    databricks.fault = faults.always(json_answer(quota, 400))
    with pytest.raises(CallFailed, match="exceeds the quota") as failed:
        good.create(None, plenty())
    assert not failed.value.is_unknown


def end(found: Acting) -> Ended:
    revoker = revoker_for(found)
    assert revoker is not None
    fields = found.own.details.fields
    return revoker.end(fields, fields, plenty())


def test_slack_ends_a_token_by_itself_and_says_why_it_did_not() -> None:
    with Slack() as slack:
        found = of(slack, {"bot_token": Secret(slack.bot_token), "base_url": slack.base_url})
        assert [end(found), end(found)] == ["gone", "gone"]
        assert slack.is_revoked

        slack.fault = faults.always(json_answer({"ok": True, "revoked": False}))
        with pytest.raises(CallFailed) as failed:
            end(found)
        assert failed.value.is_unknown
        slack.fault = faults.always(json_answer({"ok": False, "error": "missing_scope"}))
        with pytest.raises(CallFailed, match="missing_scope") as failed:
            end(found)
        assert (failed.value.status, failed.value.is_unknown) == (ProbeStatus.FORBIDDEN, False)


def test_github_takes_a_token_that_is_handed_in_without_a_login() -> None:
    with GitHub() as github:
        found = of(github, {"access_token": Secret(github.access_token), "base_url": github.base_url})
        assert end(found) == "taken"
        assert github.is_revoked
        with pytest.raises(CallFailed, match="Validation failed") as failed:
            end(of(github, {"access_token": Secret(github.installation), "base_url": github.base_url}))
        assert not failed.value.is_unknown


def test_linear_ends_an_approval_by_its_newest_refresh_token() -> None:
    linear = load_connector("linear")
    fields: dict[str, Value] = {"client_id": "EXAMPLE-id", "client_secret": Secret("EXAMPLE-secret")}
    with StandIn() as stand_in:
        fields["base_url"] = stand_in.url
        own = login(linear, fields, stand_in, method="oauth")
        kept = own._replace(session={"access_token": "", "refresh_token": "refresh-EXAMPLE"})
        revoker = revoker_for(acting(linear, kept))
        assert revoker is not None
        stand_in.fault = faults.always(json_answer({}))
        assert revoker.end(fields, fields, plenty()) == "gone"
        asked = stand_in.received[-1]
        assert (asked.method, asked.path) == ("POST", "/oauth/revoke")
        assert asked.form == {"refresh_token": "refresh-EXAMPLE"}
        assert "authorization" not in asked.headers
        stand_in.fault = faults.always(Answer(400))
        with pytest.raises(CallFailed) as failed:
            revoker.end(fields, fields, plenty())
        assert not failed.value.is_unknown


def test_salesforce_ends_the_newest_refresh_token() -> None:
    with Salesforce() as salesforce:
        fields: dict[str, Value] = {
            "my_domain": salesforce.my_domain,
            "client_id": salesforce.client_id,
            "client_secret": Secret(salesforce.client_secret),
            "refresh_token": Secret("5Aep861-EXAMPLE-older"),
            "base_url": salesforce.base_url,
        }
        found = of(salesforce, fields, method="refresh_token")
        kept = found.own._replace(session={"access_token": "", "refresh_token": salesforce.refresh_token})
        assert end(found) == "gone", "what it does not know has ended"
        assert not salesforce.is_revoked
        assert end(found._replace(own=kept)) == "gone"
        assert salesforce.is_revoked
        assert salesforce.received[-1].form == {"token": salesforce.refresh_token}


def test_salesforce_ends_a_login_of_the_browser() -> None:
    with Salesforce() as salesforce:
        fields: dict[str, Value] = {
            "my_domain": salesforce.my_domain,
            "client_id": salesforce.client_id,
            "client_secret": Secret(salesforce.client_secret),
            "base_url": salesforce.base_url,
        }
        found = of(salesforce, fields, method="oauth")
        kept = found.own._replace(session={"access_token": "", "refresh_token": salesforce.refresh_token})
        assert end(found._replace(own=kept)) == "gone"
        assert salesforce.is_revoked


class _Revocation(StandIn):
    """An endpoint of RFC 7009 that knows its client by either of the two ways."""

    def answer(self, request: Received) -> Answer:
        by_header = request.headers.get("authorization") == f"Basic {b64encode(b'app:app-EXAMPLE').decode()}"
        by_body = (request.form.get("client_id"), request.form.get("client_secret")) == ("app", "app-EXAMPLE")
        if by_header == by_body:
            return json_answer({"error": "invalid_client"}, 401)
        wanted = {"token": "refresh-EXAMPLE", "token_type_hint": "refresh_token"}
        return Answer(200, b"", ()) if wanted.items() <= request.form.items() else json_answer({"error": "x"}, 400)


@pytest.mark.parametrize("client_auth", ["basic", "body"])
def test_a_refresh_token_is_revoked_by_its_client_where_an_endpoint_is_named(client_auth: str) -> None:
    with _Revocation() as endpoint:
        fields: dict[str, Value] = {
            "base_url": endpoint.url,
            "token_url": f"{endpoint.url}/token",
            "refresh_token": Secret("refresh-EXAMPLE"),
            "client_id": "app",
            "client_secret": Secret("app-EXAMPLE"),
            "client_auth": client_auth,
        }
        assert revoker_for(of(endpoint, fields, method="refresh_token", connector="rest")) is None
        named = {**fields, "revocation_url": f"{endpoint.url}/revoke"}
        assert end(of(endpoint, named, method="refresh_token", connector="rest")) == "gone"


def test_what_an_end_takes_and_leaves_is_known() -> None:
    def of_first(name: str) -> tuple[int, tuple[str, int]]:
        method = load_connector(name).methods[0]
        return settle_s_of(method), outlives_of(method)

    assert of_first("postgres") == (0, ("", 0))
    assert of_first("resci") == (60, ("", 0))
    assert of_first("s3") == (60, ("temporary keys that were asked of STS with it, for up to 36 hours", 36 * 3600))
