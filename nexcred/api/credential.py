"""A credential, as a program uses it."""

import os
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from nexcred.api.fields import Fields
from nexcred.child.temporary_files import write_temporary
from nexcred.connectors.filled_values import with_defaults
from nexcred.errors import StoreFailed, UsageError
from nexcred.local.files import reason
from nexcred.model import credential as model
from nexcred.model.text import make_visible
from nexcred.network.deadline import Deadline
from nexcred.services.access import Access
from nexcred.services.grants.fresh_grant import without_token
from nexcred.services.provisioning.environment import Environment, provision
from nexcred.services.requests.request import Requester
from nexcred.services.timeouts import REQUEST_TIMEOUT_S

if TYPE_CHECKING:
    from nexcred.api.auth import CredentialAuth
    from nexcred.api.session import Session
    from nexcred.model.lifecycle import Exposure, Former


class Credential:
    """One credential as it was when it was looked up; threads may share it. Nothing of it is shown or pickled.

    Values are opened when they are first used: that raises errors.NotPermitted where they are not for this identity.
    """

    def __init__(self, access: Access, found: model.Credential) -> None:
        self._access = access
        self._found = found
        self._noted: set[str] = set()

    @property
    def name(self) -> str:
        return self._found.name

    @property
    def connector(self) -> str:
        """The system that it is for, such as "postgres"."""
        return self._found.connector

    @property
    def method(self) -> str:
        """The way in which it authenticates, such as "api_key"."""
        return self._found.method

    @property
    def description(self) -> str:
        return self._found.description

    @property
    def tags(self) -> tuple[str, ...]:
        return self._found.tags

    @property
    def expires_at(self) -> datetime | None:
        """When it ends, as far as that is known."""
        return self._found.expires_at

    @property
    def expires_entered_at(self) -> datetime | None:
        """The end that a person entered for it; `expires_at` is the nearest."""
        return self._found.terms.entered_at if self._found.terms else None

    @property
    def rotate_every_days(self) -> int | None:
        """How old its secret may become, as entered for it or set for the vault."""
        return self._found.terms.rotate_every_days if self._found.terms else None

    @property
    def due_at(self) -> datetime | None:
        """When its secret is older than that."""
        return self._found.terms.due_at if self._found.terms else None

    @property
    def superseded(self) -> "tuple[Former, ...]":
        """The former secrets that may still work, each by its `revision` and `state`."""
        return self._found.policy.superseded if self._found.policy else ()

    @property
    def exposures(self) -> "tuple[Exposure, ...]":
        """Who has a secret of it who should not, each by its `revision`, `why`, `at`, `name` and `reason`."""
        return self._found.policy.exposed if self._found.policy else ()

    @cached_property
    def fields(self) -> Fields:
        """Every value by the name of its field, as text; defaults included."""
        decoded = self._access.opened(self._found)
        return Fields(self.name, with_defaults(decoded.method, decoded.details.fields), self._note_field)

    def session(self, *, timeout_s: float = REQUEST_TIMEOUT_S) -> "Session":
        """Return a `requests.Session` that authenticates every request, and goes to this credential's hosts alone.

        `timeout_s` is for requests that name none. Raises errors.UsageError for a login without HTTP.
        """
        from nexcred.api.session import session_of

        self._access.note("python", [self._found])
        return session_of(self._requester(timeout_s), self._access.environment, timeout_s)

    @property
    def auth(self) -> "CredentialAuth":
        """What `requests` takes as `auth=`; it refuses other hosts. Raises errors.UsageError as `session` does."""
        from nexcred.api.auth import CredentialAuth

        self._access.note("python", [self._found])
        return CredentialAuth(self._requester(REQUEST_TIMEOUT_S))

    def token(self, *, timeout_s: float = REQUEST_TIMEOUT_S) -> str:
        """Return an access token that is good now: kept, or granted for the asking.

        Raises errors.Rejected, NotProved, and UsageError for a credential that is used without a token.
        """
        self._access.note("python", [self._found])
        requester = self._requester(timeout_s)
        grant = requester.grant(Deadline.after(timeout_s))
        if grant.token is None:
            raise without_token(self._found, requester.method.name, requester.method.fields)
        return grant.token

    def env(
        self, *, files: str | os.PathLike[str] | None = None, over: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """Return the variables that `nexcred run` sets; what tools want as files is written into the folder `files`.

        With `over`, return those too, such as `os.environ`, without the ones by which a command would log in otherwise:
        this login and no mixture. The files are for their owner alone, and stay until you remove them. Raises
        errors.UsageError where files are due and no folder is given, StoreFailed, InvalidData.
        """
        provided = self._access.read(lambda vault: provision(vault, [self.name], {}))
        if provided.files and files is None:
            raise UsageError(
                f"'{self.name}' is handed over in files: {', '.join(provided.files)}",
                hint="name a folder for them: env(files=FOLDER)",
            )
        self._access.note("python", [self._found], [field for _, field in provided.used])
        variables = provided.on_top_of(over or {})
        return variables | (_written(provided, Path(files)) if files is not None else {})

    def _requester(self, timeout_s: float) -> Requester:
        access = self._access
        return access.read(
            lambda vault: Requester(vault, self._found, access.sessions, access.environment, timeout_s=timeout_s)
        )

    def _note_field(self, field: str) -> None:
        if field not in self._noted:
            self._noted.add(field)
            self._access.note("python", [self._found], [field])

    def __repr__(self) -> str:
        return make_visible(f"<Credential '{self.name}' of {self.connector}>")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a credential is not pickled: look it up where it is needed")


def _written(provided: Environment, folder: Path) -> dict[str, str]:
    paths: dict[str, str] = {}
    for variable, file in provided.files.items():
        try:
            path = write_temporary(folder, file.name, file.write(folder))
        except OSError as error:
            raise StoreFailed(f"{file.name} cannot be written to {folder}: {reason(error)}") from None
        paths[variable] = str(path.parent if file.in_folder else path)
    return paths
