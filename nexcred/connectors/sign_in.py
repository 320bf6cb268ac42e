"""A credential as a user name and a password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from nexcred.connectors.filled_values import text_values
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import DOTS
from nexcred.model.template import TemplateContext, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nexcred.connectors.language.checked import ValuedMethod
    from nexcred.model.credential import Value


class Templates(Protocol):
    """The templates of both."""

    @property
    def username(self) -> str: ...
    @property
    def password(self) -> str: ...


class SignInPair(NamedTuple):
    """What is typed where a program asks for a user name and a password."""

    username: str
    password: str

    def __repr__(self) -> str:
        return f"SignInPair({DOTS})"


def login_of(sign_in: Templates, method: ValuedMethod, fields: Mapping[str, Value]) -> SignInPair:
    """Fill the templates; raise TemplateError for a value with a control character, such as a line break."""
    values = text_values(method, fields)
    return SignInPair(
        username=render(sign_in.username, values, TemplateContext.USERNAME),
        password=render(sign_in.password, values, TemplateContext.PASSWORD),
    )
