"""What is added is shared at once: with whom the line says, or as the settings of the vault say."""

from tests.support.opened import Opened
from tests.support.people import KEY, invite, keep, refused, said_no
from tests.support.team import ada, bob, cyd, told

__all__ = ["ada", "bob", "cyd"]


def test_what_is_added_is_shared_by_default_and_that_is_said(ada: Opened, bob: Opened) -> None:
    ada("team", "add", "data", "--member", "bob")
    assert "nobody" in ada("vault", "settings").out
    assert "data (bob)" in ada("vault", "settings", "--share-with", "data").out
    held = {"HELD": KEY.format("new")}
    added = ada("add", "resci", "new", "--set", "api_key=env:HELD", "--no-probe", environment=held)
    assert "shared new with data (bob), as the settings of the vault say" in added.err
    assert bob("get", "new/api_key").out == KEY.format("new")
    own = ada("add", "resci", "own", "--set", "api_key=env:HELD", "--no-probe", "--private", environment=held)
    assert "shared" not in own.err
    assert refused(bob("get", "own/api_key"))
    (ada.home / "body.json").write_text(
        '{"name": "imported", "credentials_type": "resci", "credentials": {"api_key": "k-EXAMPLE"}}'
    )
    imported = ada("import", "nexla", "body.json", "--yes")
    assert "shared imported with data (bob), as the settings of the vault say" in imported.err
    assert bob("get", "imported/api_key").out == "k-EXAMPLE"
    assert ada("vault", "settings", "--share-with", "data", "--share-with-nobody").code == 2
    assert told(ada, "vault", "settings", "--share-with-nobody")["share_with"] == []
    keep(ada, "later")
    assert refused(bob("get", "later/api_key"))
    assert said_no(ada("vault", "settings", "--share-with", "bob"), 3, "no team of this vault is named 'bob'")


def test_what_is_added_is_shared_in_the_same_write_with_whom_the_line_says(
    ada: Opened, bob: Opened, cyd: Opened
) -> None:
    ada("team", "add", "data", "--member", "cyd")
    ci = invite(ada, "ci")
    held = {"HELD": KEY.format("new")}
    add = ("add", "resci", "new", "--set", "api_key=env:HELD", "--no-probe")
    whom = ("--share-with", "BOB", "--share-with", "ci", "--share-with", "team:data", "--share-with", "bob")
    before = told(ada, "vault", "status")["generation"]
    added = ada(*add, *whom, environment=held)
    assert added.code == 0, added.err
    assert told(ada, "vault", "status")["generation"] == before + 1
    assert "shared new with bob, ci, data (cyd)\n" in added.err
    assert "as the settings of the vault say" not in added.err
    line = next(word for word in added.err.split() if word.startswith("NEXCRED-CHECK-1"))
    for one in (bob, cyd):
        assert one("get", "new/api_key").out == KEY.format("new")
    assert ci("get", "new/api_key", environment={"NEXCRED_CHECKPOINT": line}).out == KEY.format("new")
    assert refused(bob("get", "prod/api_key"))


def test_nobody_is_asked_for_a_value_before_it_is_known_whom_to_share_with(ada: Opened, bob: Opened) -> None:
    add = ("add", "resci", "new", "--set", "api_key=env:UNSET", "--no-probe", "--share-with")
    assert said_no(ada(*add, "bobb"), 3, "did you mean 'bob'?")
    assert said_no(ada(*add, "bob", "--private"), 2, "--private")
    fresh = Opened(ada.home / "fresh", NEXCRED_PASSPHRASE="four random words EXAMPLE", NEXCRED_NO_INPUT="1")
    fresh.home.mkdir()
    assert said_no(fresh(*add, "bob"), 3, "there is no vault")
    assert len(told(ada, "list")) == 2


def test_what_is_there_already_is_shared_where_it_is_updated_and_not_where_it_is_left(ada: Opened, bob: Opened) -> None:
    add = ("add", "resci", "prod", "--set", "api_key=env:HELD", "--no-probe", "--share-with", "bob")
    held = {"HELD": KEY.format("prod")}
    assert ada(*add, "--if-missing", environment=held).code == 0
    assert refused(bob("get", "prod/api_key"))
    assert "shared prod with bob" in ada(*add, "--replace", environment=held).err
    assert bob("get", "prod/api_key").out == KEY.format("prod")
    assert "shared" not in ada(*add, "--replace", environment=held).err


def test_who_may_not_share_what_is_there_changes_no_value_of_it_either(ada: Opened, bob: Opened, cyd: Opened) -> None:
    ada("share", "prod", "--with", "bob")
    add = ("add", "resci", "prod", "--set", "api_key=env:HELD", "--no-probe", "--replace", "--share-with")
    assert said_no(bob(*add, "cyd", environment={"HELD": "next-EXAMPLE"}), 10, "may decide who holds it")
    assert ada("get", "prod/api_key").out == KEY.format("prod")
    assert bob(*add, "bob", environment={"HELD": "next-EXAMPLE"}).code == 0
    assert ada("get", "prod/api_key").out == "next-EXAMPLE"


def test_a_member_who_adds_shares_as_an_owner_has_set(ada: Opened, bob: Opened) -> None:
    ada("team", "add", "data", "--member", "root")
    ada("vault", "settings", "--share-with", "data")
    keep(bob, "bobs")
    assert ada("get", "bobs/api_key").out == KEY.format("bobs")
    assert "held by    root (by data), bob\n" in ada("show", "bobs").out
