"""Which connector an entry is for; a login of a person's at a website is none of its provider's keys."""

import pytest

from nexcred.services.importing.entries.candidates import reading_of
from nexcred.services.importing.entries.entry import Entry, EntryField, joined, public, secret
from nexcred.services.importing.found import ImportCandidate
from tests.support.import_readings import plain
from tests.unit.connectors.specs import changed
from tests.unit.services.own_connector import Write, write

__all__ = ["write"]

GITHUB = "ghp_" + "EXAMPLE0" * 4 + "abcd"


def entry(*fields: list[EntryField], kind: str = "", name: str = "it") -> Entry:
    return Entry("item 1", name, joined(fields), kind=kind)


def told(one: Entry) -> list[tuple[str, str | None, dict[str, object]]]:
    found = reading_of([one]).found
    return [(each.connector, each.name, plain(each)) for each in found if isinstance(each, ImportCandidate)]


def test_a_token_is_known_by_its_form() -> None:
    one = entry(public("username", "ada"), secret("password", GITHUB), public("url", "https://github.com"))
    (found,) = reading_of([one]).found
    assert isinstance(found, ImportCandidate)
    assert (found.connector, plain(found)) == ("github", {"access_token": GITHUB})
    assert found.description == "username: ada; url: https://github.com"


def test_a_login_at_a_providers_website_is_a_secret() -> None:
    for host in ("github.com", "app.hubspot.com", "dashboard.stripe.com", "aha.io", "x.snowflakecomputing.com"):
        one = entry(
            public("username", "ada"), secret("password", "a-long-password-EXAMPLE-1"), public("url", f"https://{host}")
        )
        assert [connector for connector, _, _ in told(one)] == ["secret"]


def test_a_file_of_ones_own_gets_nothing_that_is_for_a_built_in_systems_host(write: Write) -> None:
    fields = """
  [[method.field]]
  name = "username"
  label = "User"
"""
    head = changed('label = "API key"\n', 'label = "API key"\nhosts = ["api.github.com", "api.acme.test"]\n')
    write(changed("{tenant}.", "", head).replace('name = "tenant"', 'name = "tenant"\n  default = "x"') + fields)

    def at(host: str, key: str) -> list[str]:
        one = entry(public("username", "ada"), secret("api_key", key), public("url", f"https://{host}"))
        return [connector for connector, _, _ in told(one)]

    assert at("api.acme.test", "acme-key-EXAMPLE-1") == ["acme"]
    assert at("github.com", GITHUB) == ["github"]
    assert at("github.com", "a-key-of-no-form-EXAMPLE-1") == ["github"]


@pytest.mark.parametrize(
    ("also", "env", "label", "kind"),
    [("github", "ACME_KEY", "api_key", "github"), ("acme corp", "GITHUB_TOKEN", "GITHUB_TOKEN", "")],
)
def test_a_file_of_ones_own_does_not_answer_to_a_built_in_systems_words(
    write: Write, also: str, env: str, label: str, kind: str
) -> None:
    own = changed('title = "Acme"', f'title = "Acme"\nalso = ["{also}"]', changed("{tenant}.", ""))
    own = changed('name = "tenant"', 'name = "username"', own)
    write(own.replace('  name = "api_key"', f'  name = "api_key"\n  env = "{env}"'))
    one = entry(public("username", "ada"), secret(label, "a-key-of-no-form-EXAMPLE-1"), kind=kind)
    assert [connector for connector, _, _ in told(one)] == ["github"]
    known = entry(public("username", "ada"), secret("api_key", "acme-key-EXAMPLE-1"), kind="acme")
    assert [connector for connector, _, _ in told(known)] == ["acme"]


def test_hexadecimal_that_could_be_anybodys_is_a_secret() -> None:
    assert told(entry(secret("password", "0123456789abcdef" * 2 + "01234567")))[0][0] == "secret"


def test_keys_of_aws_are_known_by_their_names() -> None:
    one = entry(secret("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"), secret("AWS_SECRET_ACCESS_KEY", "s/EXAMPLE"))
    assert told(one) == [("s3", "it", {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_key": "s/EXAMPLE"})]


def test_a_connection_string_is_a_database() -> None:
    (found,) = told(entry(secret("password", "postgres://u:p%2Fw-EXAMPLE@db.example.com:5433/d")))
    wanted = {"host": "db.example.com", "port": "5433", "username": "u", "password": "p/w-EXAMPLE", "database": "d"}
    assert found == ("postgres", "it", wanted)


def test_a_key_file_of_google_is_known() -> None:
    key = '{"type": "service_account", "client_email": "a@b.iam.gserviceaccount.com", "private_key": "EXAMPLE"}'
    # It is no key that signs: what its connector would refuse stays a secret.
    assert told(entry(secret("notes", key)))[0][0] == "secret"


def test_what_a_connector_has_no_field_for_stays_beside_it() -> None:
    one = entry(secret("password", GITHUB), secret("totp", "otpauth://x-EXAMPLE"), secret("notes", "recovery EXAMPLE"))
    assert told(one) == [
        ("github", "it", {"access_token": GITHUB}),
        ("secret", "it-rest", {"totp": "otpauth://x-EXAMPLE", "notes": "recovery EXAMPLE"}),
    ]


def test_a_login_in_an_address_is_never_shown() -> None:
    one = entry(secret("password", GITHUB), public("url", "https://ada:p-EXAMPLE@github.com"))
    typed, rest = reading_of([one]).found
    assert isinstance(typed, ImportCandidate)
    assert isinstance(rest, ImportCandidate)
    assert "EXAMPLE" not in typed.description
    assert rest.public == ()


@pytest.mark.parametrize(
    ("label", "value", "is_shown"),
    [
        ("tenant", "acme", True),
        ("API token", "t-EXAMPLE", False),
        ("note\u202e", "x", True),
        ("tenant", "a\nb", False),
        ("tenant", "a\u202eb", False),
    ],
)
def test_what_is_public_and_fit_to_be_shown(label: str, value: str, *, is_shown: bool) -> None:
    (found,) = reading_of([entry(public(label, value), secret("password", "p-EXAMPLE"))]).found
    assert isinstance(found, ImportCandidate)
    assert (len(found.public) == 1) is is_shown


def test_labels_become_names_of_fields_that_differ() -> None:
    labels = ("API Key", "api-key", "Schl\u00fcssel", "\u9375", "\u9470", "-", "a" * 300)
    (found,) = reading_of([entry(*(secret(label, f"{number}-EXAMPLE") for number, label in enumerate(labels)))]).found
    assert isinstance(found, ImportCandidate)
    assert list(found.values) == ["api_key", "api-key_2", "schlussel", "field", "field_2", "field_3", "a" * 64]


def test_an_attachment_that_is_too_large_is_named_and_the_rest_kept() -> None:
    (found,) = reading_of([entry(secret("password", "p-EXAMPLE"), secret("a.bin", b"x" * 600_000))]).found
    assert isinstance(found, ImportCandidate)
    assert (list(found.values), found.left_out) == (["password"], ("a.bin, which is larger than 512 KiB",))


def test_names_become_usable() -> None:
    names = {
        "a/b": "a_b",
        " -x ": "x",
        "a\u202eb": "ab",
        "tab\there": "tab here",
        "*": "_",
        "": "item 1",
        "\x1b[31m": "_31m",
        "n" * 300: "n" * 255,
    }
    for name, wanted in names.items():
        (found,) = reading_of([entry(secret("password", "p-EXAMPLE"), name=name)]).found
        assert found.name == wanted
