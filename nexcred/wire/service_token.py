"""The JSON of `serve token`."""

from typing import TypedDict

from nexcred.model.times import to_rfc3339
from nexcred.services.service_tokens import MadeToken, ToldRule, ToldToken


class TokenRuleShape(TypedDict):
    """`pattern` is what was said, null where another identity said it; `credentials` are those that it named, by the
    names that they have now, null for all, later ones too."""

    right: str
    pattern: str | None
    credentials: list[str] | None


class ServiceTokenShape(TypedDict):
    """A token by which programs ask the service; its text was printed once."""

    name: str
    rules: list[TokenRuleShape]
    created_at: str
    until: str | None
    ended: bool


class NewServiceTokenShape(ServiceTokenShape):
    """The same, with its text."""

    token: str


def service_token_shape(told: ToldToken) -> ServiceTokenShape:
    return {
        "name": told.token.name,
        "rules": [_rule_shape(rule) for rule in told.rules],
        "created_at": to_rfc3339(told.token.created_at),
        "until": None if told.token.until is None else to_rfc3339(told.token.until),
        "ended": told.has_ended,
    }


def new_service_token_shape(made: MadeToken, told: ToldToken) -> NewServiceTokenShape:
    return {**service_token_shape(told), "token": made.text}


def _rule_shape(rule: ToldRule) -> TokenRuleShape:
    return {
        "right": rule.right,
        "pattern": rule.pattern or None,
        "credentials": None if rule.names is None else list(rule.names),
    }
