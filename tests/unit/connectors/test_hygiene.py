"""Pasted values are cleaned, and what was done is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.connectors.hygiene import clean_paste
from nexcred.connectors.language.spec import Field

KEY = Field(name="api_key", label="Key", secret=True, prefixes=("ApiKey",))
DOMAIN = Field(name="account_domain", label="Account Domain", subdomain_of="aha.io")
PASSWORD = Field(name="password", label="Password", secret=True, verbatim=True)
JSON = Field(name="account", label="Account", secret=True, kind="json")
PEM = Field(name="pem", label="PEM", secret=True)


@pytest.mark.parametrize(
    ("field", "pasted", "cleaned", "said"),
    [
        (KEY, "abc", "abc", ()),
        (KEY, " \tabc\n", "abc", ("removed white space around it",)),
        (KEY, "\ufeffabc\u200b\xa0", "abc", ("removed white space around it",)),
        (KEY, '"abc"', "abc", ("removed the quotes around it",)),
        (KEY, "“abc”", "abc", ("removed the quotes around it",)),
        (KEY, "Bearer abc", "abc", ("removed 'Bearer' before it",)),
        (KEY, "bearer  abc", "abc", ("removed 'Bearer' before it", "removed white space around it")),
        (KEY, "ApiKey abc", "abc", ("removed 'ApiKey' before it",)),
        (KEY, "'Bearer abc' ", "abc", ("removed white space around it", "removed the quotes around it", "removed 'Be")),
        (KEY, "Authorization: ApiKey abc", "abc", ("removed the header name before it", "removed white", "removed 'A")),
        (KEY, "abc\n  def", "abcdef", ("joined its lines",)),
        (KEY, "Bearer", "Bearer", ()),
        (KEY, 'ab"c', 'ab"c', ()),
        (KEY, '"', '"', ()),
        (DOMAIN, "mycompany", "mycompany", ()),
        (DOMAIN, "https://mycompany.aha.io/products?x", "mycompany", ("took the subdomain out of the URL",)),
        (DOMAIN, "MyCompany.aha.io", "mycompany", ("took the subdomain out of the URL",)),
        (DOMAIN, "https://evil.test/", "https://evil.test/", ()),
        (DOMAIN, "https://aha.io", "https://aha.io", ()),
        (DOMAIN, "https://[", "https://[", ()),
        (PASSWORD, ' "Bearer x" ', ' "Bearer x" ', ()),
        (JSON, ' {"a": "b"}\n', '{"a": "b"}', ("removed white space around it",)),
        (JSON, '"a"', '"a"', ()),
        (PEM, "-----BEGIN X-----\na\n", "-----BEGIN X-----\na", ("removed white space around it",)),
    ],
)
def test_a_paste_is_cleaned_and_the_change_is_said(
    field: Field, pasted: str, cleaned: str, said: tuple[str, ...]
) -> None:
    value, sentences = clean_paste(field, pasted)
    assert value == cleaned
    assert len(sentences) == len(said)
    assert all(sentence.startswith(start) for sentence, start in zip(sentences, said, strict=True))


@given(st.sampled_from([KEY, DOMAIN, PASSWORD, JSON, PEM]), st.text())
def test_cleaning_twice_changes_nothing_more(field: Field, text: str) -> None:
    cleaned, _ = clean_paste(field, text)
    assert clean_paste(field, cleaned) == (cleaned, ())


@given(st.text())
def test_a_password_is_never_touched(text: str) -> None:
    assert clean_paste(PASSWORD, text) == (text, ())
