"""Making a token for the service of a vault, and saying what each may."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from nexcred.errors import InvalidData, MissingField, Problem
from nexcred.local.service_tokens import FORM_OF_NAME, ServiceToken, TokenRule, is_token_name
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.right import RIGHTS, Right
from nexcred.model.secret import repr_of
from nexcred.model.sha256 import sha256
from nexcred.model.text import make_visible
from nexcred.services.credentials.patterns import choose
from nexcred.vault.vault import Vault

# By which a token that was left lying somewhere is known for what it is.
PREFIX = "nexcred_"
_BYTES = 32
_ALL = "*"


class MadeToken(NamedTuple):
    """A token with its text, which is kept nowhere."""

    text: str
    token: ServiceToken

    def __repr__(self) -> str:
        return repr_of(self, "token")


class ToldRule(NamedTuple):
    """A right, the pattern that was said, "" where another identity said it, and the names that it is for.

    `names` is None for all, later ones too; what is gone is in none.
    """

    right: Right
    pattern: str
    names: tuple[str, ...] | None

    def __repr__(self) -> str:
        return repr_of(self, "right")


class ToldToken(NamedTuple):
    """What a person is told of a token."""

    token: ServiceToken
    rules: tuple[ToldRule, ...]
    has_ended: bool

    def __repr__(self) -> str:
        return repr_of(self, "token")


def digest_of(text: str) -> str:
    """Return by what the text of a token is known."""
    return sha256(text.encode()).hex()


def make_token(vault: Vault, name: str, said: Sequence[str], *, now: datetime, until: datetime | None) -> MadeToken:
    """Make a token that may what was said, as VERB:PATTERN each, with the records that the patterns name now.

    Raises InvalidData, MissingField, CredentialNotFound.
    """
    if not is_token_name(name):
        raise InvalidData(f"the name of a token {FORM_OF_NAME}", problems=(Problem("NAME", FORM_OF_NAME),))
    if not said:
        problem = Problem("may", "is required", "--may read:'prod-*'")
        raise MissingField("a token needs --may: nothing is allowed unsaid", problems=(problem,))
    parts = [_parted(one) for one in dict.fromkeys(said)]
    rules = tuple(TokenRule(right, _pinned(vault, pattern, now)) for right, pattern in parts)
    sealed = vault.seal_names(tuple(pattern for _, pattern in parts))
    text = f"{PREFIX}{secrets.token_urlsafe(_BYTES)}"
    return MadeToken(text, ServiceToken(name, digest_of(text), rules, sealed, now, until))


def told_tokens(vault: Vault, tokens: Iterable[ServiceToken], now: datetime) -> list[ToldToken]:
    """Say of each what it may, by the names that its records have now."""
    names = {one.id: one.name for one in vault.credentials()}
    return [ToldToken(one, _told(vault, one, names), one.has_ended(now)) for one in tokens]


def _told(vault: Vault, token: ServiceToken, names: dict[str, str]) -> tuple[ToldRule, ...]:
    patterns = vault.open_names(token.patterns)
    if len(patterns) != len(token.rules):
        patterns = ("",) * len(token.rules)
    return tuple(
        ToldRule(
            rule.right,
            pattern,
            None if rule.records is None else tuple(sorted(names[one] for one in rule.records if one in names)),
        )
        for rule, pattern in zip(token.rules, patterns, strict=True)
    )


def _parted(said: str) -> tuple[Right, str]:
    right, colon, pattern = said.partition(":")
    for known in RIGHTS:
        if right == known and colon and pattern:
            return known, pattern
    problem = f"takes VERB:PATTERN, with one of these verbs: {', '.join(RIGHTS)}"
    raise InvalidData(
        f"--may {problem}, not '{make_visible(said[:64])}'", problems=(Problem("may", problem, "--may read:'prod-*'"),)
    )


def _pinned(vault: Vault, pattern: str, now: datetime) -> frozenset[str] | None:
    if pattern == _ALL:
        return None
    return frozenset(one.id for one in choose(vault, [pattern], now=now).credentials)
