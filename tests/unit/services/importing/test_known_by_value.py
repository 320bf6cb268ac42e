"""Variables of a `.env` file whose values tell what they are for, where their names do not."""

import pytest

from nexcred.services.importing.dotenv import read_dotenv_file
from nexcred.services.importing.files import SourceFile
from nexcred.services.importing.found import ImportCandidate, Reading

GITHUB = "ghp_EXAMPLE0EXAMPLE0EXAMPLE0EXAMPLE0abcd"
DATABRICKS = "dapi0123456789abcdef0123456789abcdef"


def read(*lines: str) -> Reading:
    return read_dotenv_file(SourceFile("FILE", "\n".join(lines).encode(), path="/shop/.env"))


def told(reading: Reading) -> list[tuple[str, dict[str, str]]]:
    """Return the connectors, and for each variable what it became."""
    return [(one.connector, dict(one.variables)) for one in reading.found if isinstance(one, ImportCandidate)]


@pytest.mark.parametrize(
    ("lines", "connector", "fields"),
    [
        (
            ["ROADMAP_URL=https://mine.aha.io/products", "ROADMAP_TOKEN=k-EXAMPLE"],
            "aha",
            {"account_domain": "mine", "api_key": "k-EXAMPLE"},
        ),
        (["ROADMAP_HOST=mine.aha.io", "ROADMAP_KEY=k-EXAMPLE"], "aha", {"account_domain": "mine"}),
        (["AHA_URL=https://mine.aha.io", "AHA_API_KEY=k-EXAMPLE"], "aha", {"account_domain": "mine"}),
        (
            ["LAKE_HOST=adb-1.7.azuredatabricks.net", f"LAKE_PAT={DATABRICKS}"],
            "databricks",
            {"access_token": DATABRICKS},
        ),
        ([f"DEPLOY={GITHUB}"], "github", {"access_token": GITHUB}),
        (["PAYMENTS=sk_live_EXAMPLE0EXAMPLE0EXAMPLE0"], "stripe", {}),
        (["ALERTS=xoxb-EXAMPLE0-EXAMPLE0EXAMPLE"], "slack", {}),
    ],
)
def test_a_value_tells_its_connector(lines: list[str], connector: str, fields: dict[str, str]) -> None:
    found = read(*lines).found
    assert [one.connector for one in found] == [connector]
    assert isinstance(found[0], ImportCandidate)
    held = {name: getattr(value, "reveal", lambda value=value: value)() for name, value in found[0].values.items()}
    assert fields.items() <= held.items()


@pytest.mark.parametrize(
    ("lines", "connector"),
    [
        # Another host than the provider's: its own API, whatever form the key has.
        (["GHE_URL=https://ghe.mine.example/api/v3", f"GHE_TOKEN={GITHUB}"], "rest"),
        (["ROADMAP_URL=https://mine.aha.io.evil.example", "ROADMAP_TOKEN=k-EXAMPLE"], "rest"),
        # Two keys: which of them it is, nobody knows.
        (["ROADMAP_URL=https://mine.aha.io", "ROADMAP_KEY=k-EXAMPLE", "ROADMAP_SECRET=s-EXAMPLE"], "secret"),
        (["ROADMAP_URL=https://mine.aha.io", "OTHER_KEY=k-EXAMPLE"], "secret"),
        (["ROADMAP_URL=https://mine.aha.io", "ROADMAP_PASSWORD=p-EXAMPLE"], "secret"),
        (["CACHE_URL=redis://:p-EXAMPLE@cache.example:6379"], "secret"),
        (["A=sk_nothing_EXAMPLE0EXAMPLE0"], "secret"),
        (["LONG=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"], "secret"),
    ],
)
def test_what_is_not_certain_is_no_providers(lines: list[str], connector: str) -> None:
    assert [name for name, _ in told(read(*lines))] == [connector]


def test_nothing_is_taken_twice_and_nothing_is_left() -> None:
    names = {f"GITHUB_TOKEN={GITHUB}", f"BACKUP={GITHUB[:-1]}e", "PORT=8080", "AHA_API_KEY=k-EXAMPLE"}
    taken = told(read(*sorted(names)))
    assert sorted(variable for _, fields in taken for variable in fields) == sorted(
        name.partition("=")[0] for name in names
    )


def test_half_a_login_that_a_host_completes_is_not_called_half() -> None:
    assert read("AHA_URL=https://mine.aha.io", "AHA_API_KEY=k-EXAMPLE").notes == ()
