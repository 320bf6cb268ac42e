"""GitHub's login by a code, with an app of the user's own."""

from tests.support.opened import Opened
from tests.support.standins.github import GitHubLogin


def add_github(program: Opened, github: GitHubLogin) -> None:
    """Keep what a login by a code needs, at the stand-in."""
    values = {
        "client_id": github.rules.client_id,
        "scope": github.rules.scope,
        "login_url": github.url,
        "base_url": github.url,
    }
    settings = [word for name, value in values.items() for word in ("--set", f"{name}={value}")]
    added = program("add", "github", "--method", "device", *settings, "--allow-host", github.host)
    assert added.code == 0, added.err
