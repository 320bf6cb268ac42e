"""A credential as a user name and a password."""

from collections.abc import Mapping
from typing import NamedTuple

from nexcred.auth.static import BasicAuth
from nexcred.connectors.effective import text_values
from nexcred.connectors.language.spec import Method, SignIn
from nexcred.model.credential import Value
from nexcred.model.secret import DOTS
from nexcred.model.template import Context, render


class Login(NamedTuple):
    """What is typed where a program asks for a user name and a password."""

    username: str
    password: str

    def __repr__(self) -> str:
        return f"Login({DOTS})"


def declared_sign_in(method: Method) -> SignIn | None:
    """Return how the method signs in; None when its credentials are no user name and password."""
    if method.sign_in is None and isinstance(method.auth, BasicAuth):
        return SignIn(username=method.auth.username, password=method.auth.password)
    return method.sign_in


def login_of(sign_in: SignIn, method: Method, fields: Mapping[str, Value]) -> Login:
    """Fill the templates; raise TemplateError for a value with a control character, such as a line break."""
    values = text_values(method, fields)
    return Login(
        username=render(sign_in.username, values, Context.USERNAME),
        password=render(sign_in.password, values, Context.PASSWORD),
    )
