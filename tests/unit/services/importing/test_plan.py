"""What an import would do, and that it does all of it in one write, or nothing."""

import json

import pytest

from nexcred.errors import Conflict, InvalidData, NameTaken, Rejected
from nexcred.model.secret import Secret
from nexcred.services.importing.found import ImportCandidate, Unreadable
from nexcred.services.importing.nexla import read_nexla
from nexcred.services.importing.plan import Item, Outcome, plan_import
from nexcred.services.importing.save import probe_items, refuse_hindered, save_items
from nexcred.services.proving.prober import Prober
from nexcred.vault.vault import Vault
from tests.support.standins.aha import Aha
from tests.support.standins.resci import Resci
from tests.unit.services.places import keep, new_aha


def resci(name: str | None, key: str = "k-EXAMPLE") -> ImportCandidate:
    return ImportCandidate(f"of {name}", "resci", {"api_key": Secret(key)}, name=name)


def fates(items: list[Item]) -> list[tuple[str, Outcome]]:
    return [(item.name, item.fate) for item in items]


def imported(vault: Vault, *found: ImportCandidate | Unreadable) -> list[Item]:
    items = plan_import(vault, found, ())
    refuse_hindered(items, leave_out=False)
    save_items(vault, items, {})
    return items


def test_all_are_added_in_one_write(vault: Vault) -> None:
    before = vault.generation
    imported(vault, *(resci(f"r{number}", f"k{number}-EXAMPLE") for number in range(20)))
    assert (len(vault.names()), vault.generation) == (20, before + 1)


def test_a_second_run_changes_nothing(vault: Vault) -> None:
    imported(vault, resci("a"), resci(None, "l-EXAMPLE"))
    before = vault.generation
    again = imported(vault, resci("A"), resci(None, "l-EXAMPLE"))
    assert fates(again) == [("A", Outcome.IDENTICAL), ("resci", Outcome.IDENTICAL)]
    assert vault.generation == before


def test_one_without_a_name_gets_a_free_one(vault: Vault) -> None:
    items = imported(vault, resci(None, "a-EXAMPLE"), resci(None, "b-EXAMPLE"), resci("resci-3", "c-EXAMPLE"))
    assert [item.name for item in items] == ["resci", "resci-2", "resci-3"]


def test_a_name_that_is_taken_by_other_values_is_a_conflict(vault: Vault) -> None:
    imported(vault, resci("a"), resci("b"))
    items = plan_import(vault, [resci("a", "x-EXAMPLE"), resci("c"), ImportCandidate("z", "rest", REST, name="b")], ())
    assert fates(items) == [("a", Outcome.CONFLICT), ("c", Outcome.ADDED), ("b", Outcome.CONFLICT)]
    assert [item.why for item in items] == [
        "there is one of this name, with other values",
        "",
        "there is one of this name, of resci",
    ]
    with pytest.raises(Conflict) as caught:
        refuse_hindered(items, leave_out=False)
    assert "'a' (of a), 'b' (z)" in caught.value.message
    assert "update what is there with --replace; rename the one that is there: nexcred rename 'b'" in caught.value.hint
    assert "EXAMPLE" not in f"{caught.value.message}{caught.value.hint}{caught.value.problems}{items}"


REST = {"api_key": Secret("k-EXAMPLE"), "base_url": "https://api.example.com"}


def test_two_of_one_name_in_one_source(vault: Vault) -> None:
    items = plan_import(vault, [resci("a"), resci("A"), resci("a", "x-EXAMPLE")], ())
    assert [item.fate for item in items] == [Outcome.ADDED, Outcome.IDENTICAL, Outcome.CONFLICT]


def test_what_cannot_be_taken_is_told_with_all_its_problems(vault: Vault) -> None:
    found: list[ImportCandidate | Unreadable] = [
        Unreadable("item 1", "is of no connector"),
        ImportCandidate("item 2", "postgres", {"host": "a b", "port": "x"}, name="pg"),
        ImportCandidate("item 3", "resci", {"api_key": Secret("k-EXAMPLE")}, name="a/b"),
        resci("good"),
    ]
    items = plan_import(vault, found, ())
    assert [item.fate for item in items] == [Outcome.REFUSED, Outcome.REFUSED, Outcome.REFUSED, Outcome.ADDED]
    assert "port must be a whole number" in items[1].why
    assert "password is required" in items[1].why
    with pytest.raises(InvalidData) as caught:
        refuse_hindered(items, leave_out=False)
    assert [problem.field for problem in caught.value.problems] == ["item 1", "'pg' (item 2)", "'a/b' (item 3)"]
    refuse_hindered(items, leave_out=True)
    save_items(vault, items, {})
    assert vault.names() == ["good"]


def test_a_host_is_allowed_to_those_alone_that_go_there(vault: Vault) -> None:
    private = {"api_key": Secret("k-EXAMPLE"), "base_url": "https://10.0.0.1/v1"}
    found = [ImportCandidate("1", "rest", private, name="inside"), resci("outside")]
    assert plan_import(vault, found, ())[0].fate is Outcome.REFUSED
    items = plan_import(vault, found, ["10.0.0.1"])
    save_items(vault, items, {})
    assert [vault.find(name).allowed_hosts for name in ("inside", "outside")] == [("10.0.0.1",), ()]


def test_a_name_taken_meanwhile_imports_nothing(vault: Vault, aha: Aha) -> None:
    items = plan_import(vault, [resci("first"), resci("taken", "l-EXAMPLE")], ())
    keep(vault, new_aha(aha, name="taken"))
    with pytest.raises(NameTaken):
        save_items(vault, items, {})
    assert vault.names() == ["taken"]


def test_what_a_provider_rejects_is_in_the_way(vault: Vault, resci: Resci, prober: Prober) -> None:
    good = {"api_key": Secret(Resci.api_key), "base_url": resci.base_url}
    bad = {"api_key": Secret("wrong-EXAMPLE"), "base_url": resci.base_url}
    found = [ImportCandidate("1", "resci", good, name="good"), ImportCandidate("2", "resci", bad, name="bad")]
    counted: list[int] = []
    items, results = probe_items(plan_import(vault, found, [resci.host]), prober, lambda: counted.append(1))
    assert (fates(items), len(counted)) == ([("good", Outcome.ADDED), ("bad", Outcome.REJECTED)], 2)
    with pytest.raises(Rejected, match="rejected this credential"):
        refuse_hindered(items, leave_out=False)
    save_items(vault, items, results)
    probe = vault.find("good").probe
    assert probe is not None
    assert (vault.names(), probe.status.value) == (["good"], "accepted")


def test_there_is_a_plan_before_there_is_a_vault() -> None:
    body = {"name": "a", "credentials_type": "resci", "credentials": {"api_key": "k-EXAMPLE"}}
    assert fates(plan_import(None, read_nexla(json.dumps(body).encode()).found, ())) == [("a", Outcome.ADDED)]


def test_found_values_are_not_printed() -> None:
    assert "EXAMPLE" not in repr(resci("a"))
