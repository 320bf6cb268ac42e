"""Lists, pages and single credentials, as Nexla counts and numbers them."""

import json
from collections import Counter

import pytest

from nexcred.errors import Locked
from nexcred.nexla import integer_ids
from nexcred.server.principal import Allowance, Principal
from tests.support.people import id_of_vault, keep
from tests.support.serving import access_here
from tests.unit.server.seeds.conftest import Seeds, rest_body

PAGED = {"x-total-count": "5", "x-page-count": "3"}


def names(answered: object) -> list[str]:
    assert isinstance(answered, list)
    return [one["name"] for one in answered]


def number_of_several(seeds: Seeds) -> int:
    ((number, count),) = Counter(one["id"] for one in seeds("GET").json).most_common(1)
    assert count > 1
    return int(number)


@pytest.fixture
def five(seeds: Seeds) -> Seeds:
    for name in "abcde":
        seeds.create(name)
    return seeds


def test_a_list_is_a_bare_array_of_everything(five: Seeds) -> None:
    answered = five("GET")
    assert names(answered.json) == [*"abcde"]
    headers = answered.headers
    assert (headers["x-total-count"], headers["x-current-page"], headers["x-page-count"]) == ("5", "1", "1")
    assert "link" not in headers


def test_pages_say_where_they_stand(five: Seeds) -> None:
    second = five("GET", "?page=2&per_page=2&credentials_type=rest")
    assert names(second.json) == ["c", "d"]
    assert {name: second.headers[name] for name in PAGED} == PAGED
    assert second.headers["x-current-page"] == "2"
    links = {rel: url for url, rel in (one.split("; rel=") for one in second.headers["link"].split(", "))}
    assert list(links) == ['"first"', '"prev"', '"next"', '"last"']
    assert links['"next"'] == "</data_credentials?per_page=2&credentials_type=rest&page=3>"
    assert names(five.ask.get(links['"next"'].strip("<>"), authorization="Bearer service-key-EXAMPLE").json) == ["e"]


@pytest.mark.parametrize("page", ["4", "99999999999999999999", "1" * 5000])
def test_past_the_end_there_is_nothing(five: Seeds, page: str) -> None:
    answered = five("GET", f"?page={page}&per_page=2")
    assert (answered.status, answered.json) == (200, [])
    assert {name: answered.headers[name] for name in PAGED} == PAGED


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "page=1.0", "page=1&per_page=0", "page=%D9%A1"])
def test_what_is_no_page_is_refused(seeds: Seeds, query: str) -> None:
    answered = seeds("GET", f"?{query}")
    assert (answered.status, answered.json["code"]) == (400, "invalid_data")


def test_types_are_found_by_either_name(seeds: Seeds) -> None:
    seeds.create("api")
    keep(seeds.home, "re")
    seeds.home("add", "azure-blob", "blob", "--set", "account_name=acc", "--set", "account_key=env:K", "--no-probe",
               environment={"K": "RVhBTVBMRS1rZXktRVhBTVBMRS1rZXktRVhBTVBMRS1rZXk="})  # fmt: skip
    assert names(seeds("GET", "?credentials_type=rest").json) == ["api"]
    assert names(seeds("GET", "?credentials_type=resci").json) == ["re"]
    for named in ("azure-blob", "azure_blb"):
        (found,) = seeds("GET", f"?credentials_type={named}").json
        assert (found["name"], found["credentials_type"]) == ("blob", "azure_blb")
    assert seeds("GET", "?credentials_type=oracle").json == []
    unknown = seeds("GET", "?credentials_type=orcale")
    assert (unknown.status, unknown.json["error"]["fields"][0]["field"]) == (400, "credentials_type")


def test_roles_filter(seeds: Seeds) -> None:
    seeds.create("api")
    assert names(seeds("GET", "?access_role=owner").json) == ["api"]
    assert seeds("GET", "?access_role=admin").json == []
    assert seeds("GET", "?access_role=boss").status == 400


def test_the_shape_has_what_the_clients_insist_on(seeds: Seeds) -> None:
    seeds("POST", "", {**rest_body("api"), "tags": ["prod", "b"], "description": "text"})
    (one,) = seeds("GET").json
    assert isinstance(one["id"], int)
    assert 0 < one["id"] < 2**53
    assert one["org"]["id"] == int(id_of_vault(seeds.home)[:16], 16) >> 11
    assert one["owner"]["email"] == ""
    assert one["tags"] == ["prod", "b"]
    assert "referenced_resource_ids" not in one
    assert seeds("GET", f"/{one['id']}?expand=1").json == {**one, "referenced_resource_ids": {}}
    assert seeds("GET", f"/{one['id']}?expand=0").json == one
    shown = json.loads(seeds.home("show", "api", "--json").out)
    assert one["id"] == int(shown["id"][:16], 16) >> 11
    assert (one["created_at"], one["updated_at"]) == (shown["created_at"], shown["updated_at"])


@pytest.mark.parametrize("said", ["7", "0", "9007199254740993", "9" * 400, "abc", "-1", "%D9%A1", "%00"])
def test_an_id_of_nothing_is_not_found(seeds: Seeds, said: str) -> None:
    seeds.create("api")
    answered = seeds("GET", f"/{said}")
    assert (answered.status, answered.json["code"]) == (404, "credential_not_found")


def test_two_with_one_number_are_a_conflict(five: Seeds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integer_ids, "_BITS", 1)
    five.create("f")  # so that the numbers are looked at anew
    number = number_of_several(five)
    for method, path in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/probe"), ("GET", "/audit_log")):
        answered = five(method, f"/{number}{path}", {} if method == "PUT" else None)
        assert (answered.status, answered.json["code"]) == (409, "conflict")
    assert len(five("GET").json) == 6


def test_a_token_lists_what_it_may_list(five: Seeds) -> None:
    known = {one["name"]: json.loads(five.home("show", one["name"], "--json").out)["id"] for one in five("GET").json}
    some = frozenset({known["b"], known["d"]})
    key = five.keys.add("some-EXAMPLE", "some", "list", records=some)
    listed = five("GET", "?page=1&per_page=1", key=key)
    assert names(listed.json) == ["b"]
    assert listed.headers["x-total-count"] == "2"
    number = listed.json[0]["id"]
    assert five("GET", f"/{number}", key=key).status == 403
    five.keys.principals[key] = Principal("some", (Allowance("show", some),))
    assert five("GET", f"/{number}", key=key).status == 200
    assert five("GET", "", key=key).json == []


def test_who_may_nothing_is_told_no_name_by_a_number_of_two(five: Seeds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integer_ids, "_BITS", 1)
    five.create("f")
    records = [json.loads(five.home("show", name, "--json").out)["id"] for name in "ab"]
    number = number_of_several(five)
    for rights, shown in (((), None), (("read", "probe", "write"), None), (("show",), frozenset(records))):
        key = five.keys.add("other-EXAMPLE", "other", *rights, records=shown)
        answered = five("GET", f"/{number}", key=key)
        assert (answered.status, answered.json["code"]) == (409, "conflict")
        assert [name for name in "abcdef" if f"'{name}'" in answered.body.decode()] == []


def test_a_refusal_does_not_tell_how_it_is_called_now(seeds: Seeds) -> None:
    number = seeds.create("before")["id"]
    assert seeds.home("rename", "before", "secret-merger").code == 0
    key = seeds.keys.add("other-EXAMPLE", "other", "list", records=frozenset())
    asked = [("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/accessors"), ("POST", "/accessors"), ("GET", "/probe")]
    for method, path in (*asked, ("GET", "/audit_log"), ("POST", "/probe/tree")):
        answered = seeds(method, f"/{number}{path}", {} if method in ("PUT", "POST") else None, key=key)
        assert (answered.status, answered.json["code"]) == (403, "not_permitted")
        assert "secret-merger" not in answered.body.decode()


def test_another_identity_sees_only_what_is_its_own(five: Seeds, monkeypatch: pytest.MonkeyPatch) -> None:
    """A vault that was locked may be unlocked as somebody else, while nobody writes to it."""
    made = five.home("identity", "new", "ci", "--grant", "a")
    assert made.code == 0, made.err
    assert names(five("GET").json) == [*"abcde"]
    number = five("GET").json[1]["id"]
    monkeypatch.setenv("NEXCRED_IDENTITY", made.out.strip())
    five.source.reopen(access_here())
    (only,) = five("GET").json
    assert (only["name"], only["access_roles"]) == ("a", ["collaborator"])
    assert five("GET", f"/{number}").status == 404


def test_what_another_process_writes_is_seen(seeds: Seeds) -> None:
    made = seeds.create("api")
    assert seeds.home("rename", "api", "other").code == 0
    assert seeds("GET", f"/{made['id']}").json["name"] == "other"
    assert seeds.home("remove", "other", "--yes").code == 0
    assert seeds("GET", f"/{made['id']}").status == 404


def test_a_vault_that_is_locked_in_the_middle_is_no_empty_one(seeds: Seeds) -> None:
    made = seeds.create("api")
    seeds.source.failure = Locked("the vault is locked")
    for method, path in (("GET", ""), ("GET", f"/{made['id']}"), ("POST", ""), ("GET", f"/{made['id']}/probe")):
        answered = seeds(method, path, rest_body("b") if method == "POST" else None)
        assert (answered.status, answered.headers["retry-after"]) == (503, "5")
    seeds.source.failure = None
    assert seeds("GET").json == [made]
