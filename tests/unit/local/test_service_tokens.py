"""The file of the service's tokens: private, whole, bounded, and nobody's way in when it is strange."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from nexcred.errors import Conflict, NotFound, StoreFailed
from nexcred.local.service_tokens import ServiceToken, ServiceTokens, TokenRule

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
RULES = (TokenRule("read", frozenset({"ab" * 16, "cd" * 16})), TokenRule("list", None))
TOKEN = ServiceToken("etl", "0f" * 32, RULES, "sealed", NOW, None)
OTHER = TOKEN._replace(name="ci", digest="1f" * 32, until=NOW)


@pytest.fixture
def tokens(tmp_path: Path) -> ServiceTokens:
    return ServiceTokens(tmp_path, b"v" * 16)


def _file(folder: Path) -> Path:
    return folder / "service" / f"{(b'v' * 16).hex()}.json"


def test_what_is_added_is_read_and_what_is_removed_is_gone(tokens: ServiceTokens) -> None:
    assert (tokens.read(), tokens.stamp()) == ((), None)
    tokens.add(TOKEN)
    first = tokens.stamp()
    tokens.add(OTHER)
    assert tokens.read() == (TOKEN, OTHER)
    assert tokens.stamp() not in (None, first)
    tokens.remove("etl")
    assert tokens.read() == (OTHER,)
    assert (OTHER.has_ended(NOW), TOKEN.has_ended(NOW)) == (True, False)


def test_names_are_given_once(tokens: ServiceTokens) -> None:
    tokens.add(TOKEN)
    with pytest.raises(Conflict, match="a token is named 'etl' already"):
        tokens.add(TOKEN._replace(digest="2f" * 32))
    with pytest.raises(NotFound, match=r"no token is named 'x\\x1b'"):
        tokens.remove("x\x1b")
    assert tokens.read() == (TOKEN,)


def test_it_is_for_its_user_alone_and_says_no_text(tokens: ServiceTokens, tmp_path: Path) -> None:
    tokens.add(TOKEN)
    assert stat.S_IMODE(_file(tmp_path).stat().st_mode) == 0o600
    assert stat.S_IMODE(_file(tmp_path).parent.stat().st_mode) == 0o700
    assert repr(TOKEN) == "ServiceToken(name='etl', ••••)"


@pytest.mark.parametrize(
    ("key", "strange"),
    [
        ("name", "a b"),
        ("name", 1),
        ("sha256", "0F" * 32),
        ("sha256", "00"),
        ("rules", [{"right": "all", "records": None}]),
        ("rules", [{"right": "read", "records": "ab" * 16}]),
        ("rules", [{"right": "read", "records": ["*"]}]),
        ("rules", [{"right": "read"}]),
        ("rules", None),
        ("patterns", None),
        ("created_at", "yesterday"),
        ("until", "soon"),
        ("until", 4711),
    ],
)
def test_a_strange_token_takes_every_other_with_it(
    tokens: ServiceTokens, tmp_path: Path, key: str, strange: object
) -> None:
    tokens.add(TOKEN)
    tokens.add(OTHER)
    document = json.loads(_file(tmp_path).read_bytes())
    document["tokens"][1][key] = strange
    _refused(tokens, tmp_path, document)


@pytest.mark.parametrize("strange", [{}, [], {"version": 2, "tokens": []}, {"version": 1}, "x", None])
def test_a_strange_file_is_refused(tokens: ServiceTokens, tmp_path: Path, strange: object) -> None:
    tokens.add(TOKEN)
    _refused(tokens, tmp_path, strange)


def test_two_of_one_name_or_text_are_refused(tokens: ServiceTokens, tmp_path: Path) -> None:
    tokens.add(TOKEN)
    tokens.add(OTHER)
    document = json.loads(_file(tmp_path).read_bytes())
    document["tokens"][1]["sha256"] = TOKEN.digest
    _refused(tokens, tmp_path, document)
    document["tokens"][1] |= {"sha256": OTHER.digest, "name": TOKEN.name}
    _refused(tokens, tmp_path, document)


def test_a_file_that_others_may_write_lets_nobody_in(tokens: ServiceTokens, tmp_path: Path) -> None:
    tokens.add(TOKEN)
    _file(tmp_path).chmod(0o620)
    with pytest.raises(StoreFailed, match="others may write"):
        tokens.read()


def test_a_link_and_what_is_no_json_are_refused(tokens: ServiceTokens, tmp_path: Path) -> None:
    tokens.add(TOKEN)
    _file(tmp_path).write_bytes(b'{"version":1,"tokens":[],"tokens":[]}')
    with pytest.raises(StoreFailed, match="is not what nexcred wrote"):
        tokens.read()
    elsewhere = tmp_path / "elsewhere"
    _file(tmp_path).rename(elsewhere)
    _file(tmp_path).symlink_to(elsewhere)
    with pytest.raises(StoreFailed, match="is a symbolic link"):
        tokens.read()


def _refused(tokens: ServiceTokens, folder: Path, document: Any) -> None:
    _file(folder).write_text(json.dumps(document))
    with pytest.raises(StoreFailed, match="is not what nexcred wrote: no token is taken"):
        tokens.read()
    with pytest.raises(StoreFailed):
        tokens.add(OTHER._replace(name="new", digest="3f" * 32))
