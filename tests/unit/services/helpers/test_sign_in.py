"""Which credential signs in to a host, and which never does."""

from datetime import UTC, datetime

import pytest

from nexcred.errors import CredentialNotFound, UnknownConnector, UsageError
from nexcred.model.credential import Details, Value
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.secret import Secret
from nexcred.services.helpers.sign_in import find_sign_in
from nexcred.vault.changes import NewRecord
from nexcred.vault.vault import Vault

TOKEN = "github_pat_EXAMPLE"
GITHUB = ("github", "token")


def keep(
    vault: Vault, name: str, kind: tuple[str, str], fields: dict[str, Value], allowed: tuple[str, ...] = ()
) -> None:
    vault.edit(lambda edit: edit.add(NewRecord(name, "", (), Details(kind[0], "00" * 32, kind[1], allowed, fields))))


def keep_login(vault: Vault, name: str, host: str, username: str = "ada", password: str = "EXAMPLE") -> None:
    fields: dict[str, Value] = {"base_url": f"https://{host}", "username": username, "password": Secret(password)}
    keep(vault, name, ("rest", "basic"), fields)


def login_at(vault: Vault, url: str, *, name: str = "", username: str = "") -> tuple[str, str] | None:
    found = find_sign_in(vault, url, name=name, username=username)
    return (found.login.username, found.login.password) if found else None


@pytest.fixture
def github(vault: Vault) -> Vault:
    keep(vault, "github", GITHUB, {"access_token": Secret(TOKEN)})
    return vault


@pytest.mark.parametrize("name", ["", "github"])
def test_a_token_signs_in_where_its_connector_says(github: Vault, name: str) -> None:
    for url in ("https://github.com", "https://ghcr.io", "https://GitHub.com:443"):
        assert login_at(github, url, name=name) == ("x-access-token", TOKEN)
    assert login_at(github, "https://github.com", username="x-access-token") is not None


@pytest.mark.parametrize("name", ["", "github"])
@pytest.mark.parametrize(
    "url",
    [
        "https://github.com.evil.example",
        "https://evil-github.com",
        "https://github.com:8443",
        "https://x@github.com",
        "https://github.com\\.evil.example",
        "http://github.com",
        "ftp://github.com",
        "file:///etc/passwd",
        "github.com",
        "",
    ],
)
def test_it_signs_in_nowhere_else(github: Vault, url: str, name: str) -> None:
    assert login_at(github, url, name=name) is None


@pytest.mark.parametrize("name", ["", "github"])
def test_a_token_serves_whatever_user_is_asked_for(github: Vault, name: str) -> None:
    """Its user name is a placeholder: git-credential-manager#1439."""
    assert login_at(github, "https://github.com", name=name, username="octocat") == ("octocat", TOKEN)


def test_of_several_tokens_the_provider_names_one(vault: Vault) -> None:
    for name, identity in (("mine", "Octocat"), ("theirs", "hubot"), ("unproved", None)):
        fields: dict[str, Value] = {"access_token": Secret(f"github_pat_{name}_EXAMPLE")}
        record = NewRecord(name, "", (), Details("github", "00" * 32, "token", (), fields), probe=proved(identity))
        vault.edit(lambda edit, record=record: edit.add(record))  # type: ignore[misc]
    assert login_at(vault, "https://github.com", username="octocat") == ("octocat", "github_pat_mine_EXAMPLE")
    assert login_at(vault, "https://github.com", username="hubot") == ("hubot", "github_pat_theirs_EXAMPLE")
    assert login_at(vault, "https://github.com", username="somebody-else") is None
    with pytest.raises(UsageError, match="several credentials sign in there"):
        login_at(vault, "https://github.com")


def test_a_user_name_of_ones_own_is_no_placeholder(vault: Vault) -> None:
    keep_login(vault, "mine", "git.example.com", "ada")
    assert login_at(vault, "https://git.example.com", username="bob") is None
    assert login_at(vault, "https://git.example.com", name="mine", username="bob") is None


def proved(identity: str | None) -> ProbeResult | None:
    if identity is None:
        return None
    return ProbeResult(
        ProbeStatus.ACCEPTED, checked_at=datetime(2026, 1, 15, tzinfo=UTC), elapsed_ms=1, identity=identity
    )


def test_a_host_that_was_allowed_may_be_asked_also_without_tls(vault: Vault) -> None:
    keep(vault, "local", GITHUB, {"access_token": Secret(TOKEN)}, ("127.0.0.1:8080",))
    assert login_at(vault, "http://127.0.0.1:8080") == ("x-access-token", TOKEN)
    assert login_at(vault, "http://127.0.0.1:8081") is None


def test_basic_authentication_is_a_user_name_and_a_password(vault: Vault) -> None:
    keep_login(vault, "git", "git.example.com")
    assert login_at(vault, "https://git.example.com") == ("ada", "EXAMPLE")
    assert login_at(vault, "https://example.com") is None


def test_of_several_the_user_names_one(vault: Vault) -> None:
    keep_login(vault, "mine", "git.example.com", "ada")
    keep_login(vault, "theirs", "git.example.com", "bob")
    with pytest.raises(UsageError) as caught:
        login_at(vault, "https://git.example.com")
    assert caught.value.message == "several credentials sign in there: 'mine', 'theirs'"
    assert login_at(vault, "https://git.example.com", name="theirs") == ("bob", "EXAMPLE")
    assert login_at(vault, "https://git.example.com", username="ada") == ("ada", "EXAMPLE")


def test_what_is_no_login_is_passed_over(vault: Vault) -> None:
    for name, kind in (
        ("resci", ("resci", "api_key")),
        ("of another version", ("no_such_connector", "x")),
        ("of another method", ("rest", "no_such_method")),
    ):
        keep(vault, name, kind, {"api_key": Secret("EXAMPLE")})
    assert login_at(vault, "https://data.retentionscience.com") is None
    with pytest.raises(UsageError, match="'resci' is not a user name and password"):
        login_at(vault, "https://data.retentionscience.com", name="resci")
    with pytest.raises(UnknownConnector):
        login_at(vault, "https://data.retentionscience.com", name="of another version")


def test_a_name_that_is_not_there_is_an_error(vault: Vault) -> None:
    with pytest.raises(CredentialNotFound):
        find_sign_in(vault, "https://github.com", name="github")
