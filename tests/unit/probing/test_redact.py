"""Secrets stay out of quoted answers, in every form that providers echo."""

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.model.credential import Value
from nexcred.model.secret import DOTS, Secret
from nexcred.probing.redact import redact

KEY = 'EXAMPLE/key+"with&odd=signs é'
FORMS = {
    "raw": KEY,
    "upper case": KEY.upper(),
    "percent-encoded": quote(KEY, safe=""),
    "percent-encoded, lower case": quote(KEY, safe="").lower(),
    "form-encoded": quote_plus(KEY),
    "base64": base64.b64encode(KEY.encode()).decode(),
    "url-safe base64": base64.urlsafe_b64encode(KEY.encode()).decode(),
    "basic": base64.b64encode(f"ada:{KEY}".encode()).decode(),
    "basic, another offset": base64.b64encode(f"grace:{KEY}".encode()).decode(),
    "json": json.dumps(KEY),
    "json, not ascii": json.dumps(KEY, ensure_ascii=False),
    "html": html.escape(KEY),
    "hex": KEY.encode().hex(),
    "long beginning": KEY[:12],
    "long end": KEY[-12:],
    "middle": KEY[6:18],
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_case_49_an_echoed_secret_is_redacted(form: str) -> None:
    shown = redact(f"invalid key: {form} (sorry)", {"api_key": Secret(KEY)})
    assert shown.startswith("invalid key: ")
    assert DOTS in shown
    folded = shown.casefold()
    assert not any(form[at : at + 10].casefold() in folded for at in range(len(form) - 9))


def test_public_values_and_other_words_stay() -> None:
    fields: dict[str, Value] = {"account_id": "4711-public", "api_key": Secret("EXAMPLE-key")}
    assert redact("account 4711-public: key EXAMPLE-key unknown", fields) == "account 4711-public: key •••• unknown"


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        ("hunter2", "not hunter2!", "not ••••!"),
        ("abcd", "xabcdx", "x••••x"),
        ("ab", "about ab", "about ••••"),
        ("7", "HTTP 7 and 77", "HTTP •••• and 77"),
        ("", "nothing", "nothing"),
        (" ", "a b", "a b"),
    ],
)
def test_a_short_secret_is_redacted_and_the_text_stays_readable(secret: str, text: str, shown: str) -> None:
    assert redact(text, {"password": Secret(secret)}) == shown


def test_tokens_that_are_no_fields_are_redacted_too() -> None:
    assert redact("token session-EXAMPLE is old", {}, ["session-EXAMPLE"]) == "token •••• is old"


def test_binary_secrets_are_redacted() -> None:
    secret = Secret(b"\xff\xfe\x00binary-EXAMPLE")
    assert "binary-E" not in redact("got binary-EXAMPLE", {"file": secret})
    encoded = base64.b64encode(secret.reveal_bytes()).decode()
    assert encoded[:10] not in redact(f"got {encoded}", {"file": secret})


def test_a_secret_of_full_size_is_handled() -> None:
    secret = "EXAMPLE" + "x" * (512 * 1024 - 7)
    assert redact(f"no {secret[:300]}", {"api_key": Secret(secret)}) == "no ••••"


_LETTERS = st.text(st.characters(codec="utf-8", exclude_characters=DOTS), min_size=8)


@given(_LETTERS, st.text(), st.text())
def test_no_run_of_a_secret_is_left_in_any_form(secret: str, before: str, after: str) -> None:
    for form in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1], html.escape(secret)):
        shown = redact(f"{before}{form}{after}", {"api_key": Secret(secret)})
        runs = {form[at : at + 8] for at in range(len(form) - 7)} if form.strip() else set()
        assert not any(run in shown for run in runs)


def in_ascii_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def in_json_for_pages(text: str) -> str:
    """As Go and Rails write it, and PHP the slash."""
    text = in_json(text)
    for character in "&<>'+":
        text = text.replace(character, f"\\u{ord(character):04X}")
    return text.replace("/", "\\/")


def percent_encoded(text: str) -> str:
    return quote(text, safe="")


def for_components(text: str) -> str:
    return quote(text, safe="!*'()")


def in_html(text: str) -> str:
    return html.escape(text).replace("&#x27;", "&#39;")


WAYS = (in_ascii_json, in_json, in_json_for_pages, percent_encoded, for_components, in_html)


@given(st.text(st.characters(codec="utf-8"), min_size=8), st.lists(st.sampled_from(WAYS), max_size=3))
def test_a_secret_that_is_escaped_once_or_over_is_hidden_whole(secret: str, ways: list[Callable[[str], str]]) -> None:
    secret = f"{secret}-&<\"'/+é😀-EXAMPLE"
    escaped = secret
    for way in ways:
        escaped = way(escaped)
    assert redact(f"no: {escaped} (sorry)", {"api_key": Secret(secret)}) == f"no: {DOTS} (sorry)"


def test_a_short_secret_that_is_escaped_is_hidden_too() -> None:
    secret = {"password": Secret("a&b<c'd")}
    assert redact(r'{"k": "a\u0026b\u003cc\u0027d"}', secret) == '{"k": "••••"}'
    assert redact("a%26b%3Cc%27d is wrong", secret) == "•••• is wrong"


def test_base64_whose_slashes_are_escaped_is_hidden() -> None:
    key = bytes(range(240, 256)) * 2
    written = base64.b64encode(key).decode().rstrip("=").replace("/", "\\/").replace("+", "\\u002b")
    assert redact(f"no: {written}", {"key": Secret(key)}) == f"no: {DOTS}"


@given(st.text(), st.text(min_size=1))
def test_redacting_never_fails_and_never_adds(text: str, secret: str) -> None:
    shown = redact(text, {"a": Secret(secret.encode(errors="replace"))})
    assert len(shown.replace(DOTS, "")) <= len(text)
