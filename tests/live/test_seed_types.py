"""Each of the nine types of the order is added at a terminal, by its prompts, and from a script, by one body."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyte
import pytest

from tests.live.aws import Aws
from tests.live.google import CloudStorage, cloud_storage
from tests.live.postgresql import Database
from tests.support.opened import Opened
from tests.support.standins import Aha, Amperity, Aventri, Resci, Rest
from tests.support.terminal import Typed, lines_of, play

__all__ = ["cloud_storage"]

# Where there are several, so that none is asked for.
_METHODS = {"aha": "api_key", "rest": "bearer"}
# By which a question with choices is known.
_LAST_CHOICES = ("   apac", "disable", "discard it")
ENTER, BACKSPACE = "\r", "\x7f"


class Entry(NamedTuple):
    """What leads to a server, its hosts, what is typed where it is asked, and who the server says one is.

    `reach` are the values that users need not give; the rest is asked in this order, as `(prompt, keys)`.
    """

    connector: str
    reach: Mapping[str, object]
    hosts: tuple[str, ...]
    values: Mapping[str, object]
    asked: tuple[tuple[str, str], ...]
    identity: str


def _aventri(at: Aventri, _: Path) -> Entry:
    values = {"account_id": at.account_id, "api_key": at.api_key}
    asked = (("Account ID", at.account_id), ("Key", at.api_key), ("   apac", ""))
    return Entry("aventri", {"base_url": at.base_url}, (at.host,), values, asked, "account 4711")


def _resci(at: Resci, _: Path) -> Entry:
    asked = (("API Key Value", at.api_key), ("discard it", ""))  # one source alone tells how ReSci is asked
    return Entry("resci", {"base_url": at.base_url}, (at.host,), {"api_key": at.api_key}, asked, "")


def _amperity(at: Amperity, _: Path) -> Entry:
    values = {"access_token": at.access_token, "tenant_id": at.tenant_id}
    asked = (("Access Token", at.access_token), ("Tenant ID", at.tenant_id))
    return Entry("amperity", {"base_url": at.base_url}, (at.host,), values, asked, "tenant acme")


def _aha(at: Aha, _: Path) -> Entry:
    values = {"account_domain": at.account_domain, "api_key": at.api_key}
    asked = (("Account Domain", f"https://{at.account_domain}.aha.io/"), ("API Key Value", at.api_key))
    return Entry("aha", {"base_url": at.base_url}, (at.host,), values, asked, "ada@example.com")


def _rest(at: Rest, _: Path) -> Entry:
    values = {"base_url": at.base_url, "health_path": "/health", "api_key": at.api_key}
    asked = (("Base URL", at.base_url), ("Health path", "/health"), ("API key", at.api_key))
    return Entry("rest", {}, (at.host,), values, asked, "")


def _s3(at: Aws, _: Path) -> Entry:
    asked = (
        ("Access key ID", at.reader.access_key_id),
        ("Secret access key", at.reader.secret_key),
        *((prompt, "") for prompt in ("Session token", "AWS Region", "Bucket", "Endpoint URL", "Role ARN")),
    )
    return Entry("s3", {"sts_endpoint_url": at.sts_url}, at.hosts, at.reader.values, asked, "account 123456789012")


def _gcs(at: CloudStorage, folder: Path) -> Entry:
    key = folder / "key.json"
    key.write_text(json.dumps(at.service_account))
    asked = (("Service Account Key", str(key)), ("Bucket", ""))
    values = {"service_account_key": key.read_text()}
    return Entry("gcs", {"base_url": at.url}, (at.host,), values, asked, at.client_email)


def _database(connector: str, user: str) -> Callable[[Database, Path], Entry]:
    def entry(at: Database, _: Path) -> Entry:
        asked = (
            ("Host", "127.0.0.1"),
            ("Port", f"{BACKSPACE * 4}{at.port}"),
            ("Database", "analytics"),
            ("Username", "analytics_user"),
            ("Password", at.password),
            ("disable", ""),
            ("CA certificate", str(at.ca)),
        )
        return Entry(connector, {}, (), at.values(), asked, user)

    return entry


TYPES: dict[str, tuple[str, Callable[[Any, Path], Entry]]] = {
    "aventri": ("aventri", _aventri),
    "resci": ("resci", _resci),
    "amperity": ("amperity", _amperity),
    "aha": ("aha", _aha),
    "rest": ("rest", _rest),
    "s3": ("aws", _s3),
    "gcs": ("cloud_storage", _gcs),
    "postgres": ("postgresql", _database("postgres", "analytics_user on PostgreSQL")),
    "mysql": ("mariadb", _database("mysql", "analytics_user@% on")),
}


@pytest.fixture(params=TYPES)
def entry(request: pytest.FixtureRequest, tmp_path: Path) -> Entry:
    server, entry_of = TYPES[request.param]
    return entry_of(request.getfixturevalue(server), tmp_path)


def test_a_type_of_the_order_is_added_at_a_terminal(opened: Opened, entry: Entry) -> None:
    settings = [word for name, value in entry.reach.items() for word in ("--set", f"{name}={value}")]
    method = ["--method", _METHODS[entry.connector]] if entry.connector in _METHODS else []
    allowed = [word for host in entry.hosts for word in ("--allow-host", host)]
    command = opened.command("add", entry.connector, *method, *settings, *allowed)
    asked = (("Name", ""), ("Description", ""), *entry.asked)
    typed = [Typed(prompt if prompt in _LAST_CHOICES else f"› {prompt}", keys + ENTER) for prompt, keys in asked]
    environment = {name: value for name, value in opened.environment.items() if name != "NEXCRED_NO_INPUT"}
    screen = pyte.Screen(120, 100)
    ended = play(command, typed, screen, environment={**environment, "TERM": "xterm-256color"}, folder=opened.home)
    shown = "\n".join(lines_of(screen))
    assert ended.code == 0, shown
    assert f"added {entry.connector}: accepted" in shown
    assert entry.identity in shown
    assert opened.names == [entry.connector]
    kept = json.loads(opened("show", entry.connector, "--json").out)
    assert not [name for name in kept["secret_fields"] if str(entry.values[name]).encode() in ended.seen]


def test_a_type_of_the_order_is_added_from_a_script(opened: Opened, entry: Entry) -> None:
    body = {"name": "mine", "credentials_type": entry.connector, "credentials": {**entry.values, **entry.reach}}
    allowed = [word for host in entry.hosts for word in ("--allow-host", host)]
    added = opened("add", "--from", "-", *allowed, "--json", stdin=json.dumps(body).encode())
    assert added.code == 0, added.err
    said = json.loads(added.out)
    assert (said["name"], said["verified_status"]) == ("mine", "VERIFIED")
    assert entry.identity in (said["probe"]["identity"] or "")
