"""What to say of a credential that no HTTP request can be made with."""

from nexcred.auth.database_login import Driver
from nexcred.auth.server_login import LoginAuth
from nexcred.errors import UsageError
from nexcred.model.credential import Credential
from nexcred.model.shell_word import shell_word

_CLIENTS: dict[Driver, str] = {"postgresql": "psql", "mysql": "mysql", "smtp": "curl smtp://…"}


def no_http(credential: Credential, auth: LoginAuth) -> UsageError:
    """Return the error, with the program that takes it instead."""
    client = _CLIENTS[auth.driver]
    what = "a mail server" if auth.driver == "smtp" else "a database"
    return UsageError(
        f"'{credential.name}' is for {what}, which takes no HTTP requests",
        hint=f"run: nexcred run -c {shell_word(credential.name)} -- {client}",
    )
