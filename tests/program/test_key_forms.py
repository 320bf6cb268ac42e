"""Whose key a value looks like: a file of the user's own has no say about the keys of a built-in system."""

import json

import pytest

from tests.catalog.conversing import spoken
from tests.catalog.table import conversations
from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.unit.connectors.specs import changed

OF_STRIPE = "sk_test_EXAMPLE0123456789"
LAVISH = changed("  secret = true", '  secret = true\n  key_forms = ["sk_.*"]')


def connectors_of(program: Opened, *lines: str) -> set[str]:
    """Return the connectors that an import of these variables would add credentials of."""
    (program.home / "found.env").write_text("".join(f"{line}\n" for line in lines))
    ran = program("import", "env", "found.env", "--dry-run", "--json")
    assert ran.code == 0, ran.err
    return {one["credentials_type"] for one in json.loads(ran.out)}


def keys_with_forms() -> dict[str, str]:
    """Return a key of each built-in system whose keys have a form, where nothing else is needed."""
    found = {}
    for one in conversations():
        _, method = spoken(one)
        needed = [field for field in method.fields if field.required and field.default is None]
        if len(needed) == 1 and needed[0].key_forms:
            found[one.connector] = str(one.values[needed[0].name])
    return found


def test_a_form_that_takes_a_built_in_systems_keys_does_not_get_them(opened: Opened) -> None:
    put_connector(opened, "acme", LAVISH)
    assert connectors_of(opened, f"ODD={OF_STRIPE}") == {"stripe"}
    refused = opened("add", OF_STRIPE)
    assert (refused.code, "nexcred add stripe" in refused.err, "acme" in refused.err) == (2, True, False)


def test_a_form_of_ones_own_silences_no_warning(opened: Opened) -> None:
    put_connector(opened, "acme", LAVISH)
    ran = opened("add", "openai", "--set", "api_key=env:HELD", "--no-probe", environment={"HELD": OF_STRIPE})
    assert (ran.code, "API key looks like a key of Stripe" in ran.err) == (0, True)


@pytest.mark.parametrize("said", ['key_forms = ["sk_test_[A-Za-z0-9]+"]', "verbatim = true"])
def test_an_import_tells_of_a_key_that_a_variable_leads_to_a_file_of_ones_own(opened: Opened, said: str) -> None:
    spec = changed("  secret = true", f'  secret = true\n  env = "ACME_KEY"\n  {said}').replace("{tenant}.", "")
    put_connector(opened, "acme", changed('  label = "Tenant"', '  label = "Tenant"\n  default = "x"', spec))
    (opened.home / "found.env").write_text(f"ACME_KEY={OF_STRIPE}\n")
    ran = opened("import", "env", "found.env", "--dry-run")
    assert (ran.code, "Key looks like a key of Stripe" in ran.err) == (0, True)


@pytest.mark.parametrize("pattern", [".*", "[^x]+", "[^ax].*", "[A-Za-z0-9_]{10,39}", "(sk|pk|zk)?_?.+"])
def test_a_pattern_that_takes_anything_gets_no_key(opened: Opened, pattern: str) -> None:
    spec = changed("  secret = true", f'  secret = true\n  pattern = "{pattern}"').replace("{tenant}.", "")
    put_connector(opened, "acme", spec)
    assert connectors_of(opened, f"ODD={OF_STRIPE}", "OTHER=zk_own_EXAMPLE0123456789") == {"stripe", "secret"}


def test_a_form_that_every_value_has_is_refused(opened: Opened) -> None:
    put_connector(opened, "acme", changed("  secret = true", '  secret = true\n  key_forms = [".*"]'))
    ran = opened("connectors", "check", "acme")
    assert (ran.code, "must begin with at least 3 characters" in ran.err) == (2, True)


def test_a_form_that_goes_many_ways_ends_all_the_same(opened: Opened) -> None:
    many_ways = '  secret = true\n  key_forms = ["acm(a*)*(a*)*(a|aa|aaa){500}x"]'
    put_connector(opened, "acme", changed("  secret = true", many_ways))
    assert connectors_of(opened, f"ODD=acm{'a' * 4000}") == {"secret"}


@pytest.mark.parametrize(
    ("title", "problem"),
    [
        (r"Str\u001b[31mipe", "holds a control or invisible character"),
        (r"Str\u202eipe", "holds a control or invisible character"),
        ("A" * 10_000, "has more than 80 characters"),
        (" ", "is empty"),
    ],
)
def test_a_title_that_would_deceive_or_flood_is_refused(opened: Opened, title: str, problem: str) -> None:
    put_connector(opened, "acme", changed('"Acme"', f'"{title}"', LAVISH.replace("sk_", "acme_")))
    ran = opened("connectors", "check", "acme")
    assert (ran.code, f"title: {problem}" in ran.err) == (2, True)
    held = {"HELD": "acme_EXAMPLE0123456789"}
    added = opened("add", "openai", "--set", "api_key=env:HELD", "--no-probe", environment=held)
    assert (added.code, "looks like a key" in added.err, "\x1b" in added.err) == (0, False, False)


def test_twenty_keys_under_odd_names_are_known_by_their_forms(opened: Opened) -> None:
    keys = keys_with_forms()
    assert len(keys) >= 20
    lines = [f"ODD_{number}={key}" for number, key in enumerate(keys.values())]
    assert connectors_of(opened, *lines) == set(keys)


def test_a_form_that_two_share_tells_neither(opened: Opened) -> None:
    form = changed("  secret = true", '  secret = true\n  key_forms = ["acme_.*"]').replace("{tenant}.", "")
    form = changed("  pattern =", '  required = false\n  default = "x"\n  pattern =', form)
    put_connector(opened, "acme", form)
    assert connectors_of(opened, "ODD=acme_EXAMPLE0123456789") == {"acme"}
    put_connector(opened, "bcme", form.replace('"acme"', '"bcme"'))
    assert connectors_of(opened, "ODD=acme_EXAMPLE0123456789") == {"secret"}
