"""Secrets out of files, pipes and variables are kept as they are, and what looks like no part of one is said."""

import pytest

from tests.support.opened import Opened
from tests.support.standins import Aha

_ASIDE = "api_key is kept as it was given; pasted at a prompt, nexcred would have"


@pytest.mark.parametrize(
    ("written", "kept", "said"),
    [
        (b'"key-EXAMPLE"\n', b'"key-EXAMPLE"', "removed the quotes around it"),
        (b"'key-EXAMPLE'\r\n", b"'key-EXAMPLE'", "removed the quotes around it"),
        (b"Bearer key-EXAMPLE", b"Bearer key-EXAMPLE", "removed 'Bearer' before it"),
        (b" key-EXAMPLE\n", b" key-EXAMPLE", "removed white space around it"),
        (b"key-EXAMPLE\n", b"key-EXAMPLE", ""),
        (b'"key-EXAMPLE', b'"key-EXAMPLE', ""),
    ],
)
@pytest.mark.parametrize("form", ["@key", "-"])
def test_one_line_end_goes_and_the_rest_stays(
    opened: Opened, aha: Aha, form: str, written: bytes, kept: bytes, said: str
) -> None:
    (opened.home / "key").write_bytes(written)
    settings = ("--set", "account_domain=mycompany", "--set", f"api_key={form}", "--no-probe")
    added = opened("add", "aha", *settings, stdin=written if form == "-" else b"")
    assert (added.code, f"{_ASIDE} {said}" in added.err if said else _ASIDE not in added.err) == (0, True)
    assert "EXAMPLE" not in added.err
    assert opened.run_bytes("get", "aha/api_key").stdout == kept


def test_a_variable_and_an_update_say_it_too(opened: Opened, aha: Aha) -> None:
    settings = ("--set", "account_domain=mycompany", "--set", "api_key=env:HELD", "--no-probe")
    assert _ASIDE in opened("add", "aha", *settings, environment={"HELD": '"key-EXAMPLE"'}).err
    updated = opened("update", "aha", "--set", "api_key=-", "--no-probe", stdin=b"'other-EXAMPLE'")
    assert f"{_ASIDE} removed the quotes around it" in updated.err
