"""Adding, changing and removing over HTTP: strictly read, never probed, and nothing that went in comes out."""

from concurrent.futures import ThreadPoolExecutor

from tests.support.opened import Opened
from tests.support.service_keys import KEY
from tests.unit.server.seeds.conftest import Seeds, rest_body, seeds_of

SECRET = "rest-secret-EXAMPLE"


def test_what_is_added_is_shown_and_kept(seeds: Seeds) -> None:
    made = seeds.create("API of ours")
    assert made["credentials_type"] == "rest"
    assert made["credentials_version"] == "1"
    assert made["access_roles"] == ["owner"]
    assert (made["verified_status"], made["verified_at"]) == (None, None)
    assert made["credentials_non_secure_data"]["base_url"] == "https://api.example.com"
    assert seeds("GET", f"/{made['id']}").json == made
    got = seeds.home("get", "API of ours/api_key")
    assert got.out.strip() == SECRET, got.err


def test_a_name_that_is_taken_is_a_conflict(seeds: Seeds) -> None:
    seeds.create("prod")
    again = seeds("POST", "", rest_body("PROD"))
    assert (again.status, again.json["code"]) == (409, "name_taken")


def test_a_change_replaces_every_value(seeds: Seeds) -> None:
    made = seeds.create("api", health_path="/me")
    changed = seeds(
        "PUT", f"/{made['id']}", {"credentials": {"api_key": "new-EXAMPLE", "base_url": "https://b.example"}}
    )
    assert changed.status == 200
    assert changed.json["credentials_version"] == "2"
    assert changed.json["credentials_non_secure_data"]["base_url"] == "https://b.example"
    assert "health_path" not in changed.json["credentials_non_secure_data"]
    assert seeds.home("get", "api/api_key").out.strip() == "new-EXAMPLE"
    lacking = seeds("PUT", f"/{made['id']}", {"credentials": {"base_url": "https://evil.example"}})
    assert (lacking.status, lacking.json["code"]) == (400, "missing_field")
    assert seeds.home("get", "api/api_key").out.strip() == "new-EXAMPLE"


def test_a_change_may_be_of_labels_alone(seeds: Seeds) -> None:
    made = seeds.create("api")
    whole = {**made, "name": "API 2", "description": "for reports", "tags": ["b"]}
    changed = seeds("PUT", f"/{made['id']}", whole).json
    assert (changed["name"], changed["description"], changed["tags"]) == ("API 2", "for reports", ["b"])
    assert changed["credentials_version"] == "1"
    again = seeds("PUT", f"/{made['id']}", {"name": None, "description": "", "tags": ["c"]}).json
    assert (again["name"], again["description"], again["tags"]) == ("API 2", "", ["c"])
    assert seeds("PUT", f"/{made['id']}", {}).json == again


def test_a_name_that_another_has_is_refused_and_nothing_is_written(seeds: Seeds) -> None:
    seeds.create("prod")
    made = seeds.create("test")
    answered = seeds("PUT", f"/{made['id']}", {"name": "prod", "description": "other"})
    assert (answered.status, answered.json["code"]) == (409, "name_taken")
    assert seeds("GET", f"/{made['id']}").json == made


def test_a_type_is_not_changed(seeds: Seeds) -> None:
    made = seeds.create("api")
    answered = seeds("PUT", f"/{made['id']}", {"credentials_type": "s3"})
    assert (answered.status, answered.json["code"]) == (400, "invalid_data")
    inner = {"credentials": {"credentials_type": "s3", "base_url": "https://a.example", "api_key": "x"}}
    assert seeds("PUT", f"/{made['id']}", inner).status == 400


def test_what_is_removed_lies_in_the_trash(seeds: Seeds) -> None:
    made = seeds.create("api")
    gone = seeds("DELETE", f"/{made['id']}")
    assert (gone.status, gone.json["status"]) == (200, "ok")
    assert seeds("GET", f"/{made['id']}").status == 404
    assert seeds("DELETE", f"/{made['id']}").status == 404
    assert seeds("GET").json == []
    assert seeds.home("trash", "restore", "api").code == 0
    assert seeds("GET", f"/{made['id']}").json["name"] == "api"


def test_the_same_body_gets_the_first_answer_for_a_minute(seeds: Seeds) -> None:
    other = seeds.keys.add("other-EXAMPLE", "other", "write", "show")
    body = rest_body("api")
    first = seeds("POST", "", body)
    assert seeds("POST", "", body).json == first.json
    assert len(seeds("GET").json) == 1
    assert seeds("POST", "", body, key=other).status == 409
    assert seeds("POST", "", {**body, "description": "x"}).status == 409
    seeds.clock.now = 59.0
    assert seeds("POST", "", body).status == 200
    seeds.clock.now = 61.0
    assert seeds("POST", "", body).status == 409


def test_an_answer_that_is_no_longer_true_is_not_repeated(seeds: Seeds) -> None:
    first = seeds.create("api")
    assert seeds("DELETE", f"/{first['id']}").status == 200
    second = seeds.create("api")
    assert second["id"] != first["id"]
    path = f"/{second['id']}"
    for description in ("a", "b", "a"):
        assert seeds("PUT", path, {"description": description}).json["description"] == description
    assert seeds("GET", path).json["description"] == "a"


def test_a_token_made_anew_under_the_same_name_is_not_answered_with_what_it_may_not_see(seeds: Seeds) -> None:
    path, body = f"/{seeds.create('api')['id']}", {"description": "the same"}
    seen = seeds("PUT", path, body)
    assert seen.json["credentials_non_secure_data"]["base_url"] == "https://api.example.com"
    key = seeds.keys.add("made-anew-EXAMPLE", seeds.keys.principals[KEY].name, "write")
    again = seeds("PUT", path, body, key=key)
    assert (again.status, again.json["credentials_non_secure_data"]) == (200, {})


def test_nothing_is_remembered_of_what_failed(seeds: Seeds) -> None:
    made = seeds.create("api")
    assert seeds("POST", "", rest_body("api", api_key="other-EXAMPLE")).status == 409
    assert seeds("DELETE", f"/{made['id']}").status == 200
    assert seeds("POST", "", rest_body("api", api_key="other-EXAMPLE")).status == 200


def test_a_key_that_was_ended_in_the_middle_gets_nothing(seeds: Seeds) -> None:
    token = seeds.ask("POST", "/token", authorization=f"Basic {KEY}").json["access_token"]
    body = rest_body("api")
    assert seeds("POST", "", body, key=token).status == 200
    del seeds.keys.principals[KEY]
    assert seeds("POST", "", body, key=token).status == 401
    assert seeds("GET", "", key=token).status == 401


def test_two_at_once_are_one(seeds: Seeds) -> None:
    with ThreadPoolExecutor(4) as threads:
        answers = [*threads.map(lambda _: seeds("POST", "", rest_body("api")), range(4))]
    assert [one.status for one in answers] == [200] * 4
    assert len({one.body for one in answers}) == len(seeds("GET").json) == 1


def test_no_more_is_remembered_than_is_bounded(home: Opened) -> None:
    with seeds_of(home, most_repeats=4) as seeds:
        body = rest_body("api")
        made = seeds("POST", "", body)
        path = f"/{made.json['id']}"
        assert [seeds("PUT", path, {"wrong": number}).status for number in range(3)] == [400] * 3
        assert seeds("POST", "", body).body == made.body
        assert [seeds("PUT", path, {"wrong": number}).status for number in range(4)] == [400] * 4
        assert seeds("POST", "", body).status == 409
