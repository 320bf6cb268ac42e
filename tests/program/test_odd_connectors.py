"""Connector files of the user's own that are not what they should be: each is told, and in nobody's way."""

import pytest

from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.unit.connectors.specs import SPEC, changed

HEAD = 'name = "acme"\ntitle = "Acme"\ndocs_url = "https://docs.acme.test/"\n'
LATER = "hint: a later nexcred may know that key; what this one knows: nexcred schema connector"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            changed("secret = true", "secert = true"),
            "method[0].field[1].secert: unknown key; did you mean 'secret'?",
        ),
        (f"marvels = 1\n{SPEC}", LATER),
        (f"{SPEC}\n[marvels]\nbeyond = 1\n", LATER),
        (f"#{'x' * 1_000_000}\n{SPEC}", "the connector acme.toml is larger than 256 KiB"),
        (f'{HEAD}extends = "acme"\n', "acme.toml:4: extends: 'acme' is no built-in connector"),
        (f'{HEAD}extends = "stripee"\n', "'stripee' is no built-in connector; did you mean 'stripe'?"),
        (f'{HEAD}extends = "other"\n', "'other' is no built-in connector"),
        (f'{HEAD}extends = "../../acme"\n', "'../../acme' is no built-in connector"),
        (f'{HEAD}extends = ["stripe"]\n', "acme.toml:4: extends must be a text"),
        (b'name = "acme\xff"', "acme.toml:1: is not UTF-8"),
        (b"\0", "acme.toml:1: is not TOML"),
        ("name = " + "[" * 5000, "has more than 16 levels of brackets"),
        (changed('"acme"', '"aha"'), "name: must be 'acme', as the file is called"),
        ("", "lacks 'name'"),
    ],
    ids=lambda one: repr(one)[:30],
)
def test_what_is_wrong_with_a_file_is_told(opened: Opened, text: str | bytes, told: str) -> None:
    put_connector(opened, "other", SPEC.replace('"acme"', '"other"'))
    put_connector(opened, "acme", text)
    checked = opened("connectors", "check", "acme")
    assert (checked.code, told in " ".join(checked.err.split())) == (2, True), checked.err
    added = opened("add", "acme", "--set", "api_key=env:KEY", environment={"KEY": "k-EXAMPLE"})
    assert (added.code, "internal error" in added.err) == (2, False)
    listed = opened("connectors", "list")
    assert (listed.code, "left out: " in listed.err, "acme" in listed.out) == (0, True, False)
    assert "problem" in opened("doctor").out


def test_one_that_replaces_a_built_in_one_is_listed_once(opened: Opened) -> None:
    put_connector(opened, "stripe", changed('"acme"', '"stripe"\nreplaces_built_in = true'))
    (row,) = (line for line in opened("connectors", "list").out.splitlines() if line.split()[0] == "stripe")
    assert row.endswith("your own")
    assert opened("complete", "fish", "--", "add", "stri").out.count("stripe\t") == 1


def test_one_with_a_built_in_ones_words_is_listed_beside_it(opened: Opened) -> None:
    put_connector(opened, "acme", changed('"Acme"', '"Stripe"\nalso = ["stripe", "openai"]'))
    rows = opened("connectors", "list", "stripe").out.splitlines()[1:]
    assert [(row.split()[0], row.endswith("your own")) for row in rows] == [("acme", True), ("stripe", False)]


@pytest.mark.parametrize("words", [[".*"], ["["], ["é"], ["\x1b[31m"], ["x" * 5000], ["(a+)+$"], ["openai", "\\"]])
def test_words_are_texts_and_no_patterns(opened: Opened, words: list[str]) -> None:
    ran = opened("connectors", "list", *words)
    assert (ran.code, ran.out, "\x1b" in ran.err) == (0, "", False)
    assert "no connector is called so" in ran.err


def test_an_empty_word_leaves_nothing_out(opened: Opened) -> None:
    assert opened("connectors", "list", "").out == opened("connectors", "list").out
