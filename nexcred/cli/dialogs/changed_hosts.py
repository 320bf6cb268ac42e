"""At a terminal, what a connector names only since it was changed is asked about, before anything is sent there."""

from collections.abc import Iterable

from nexcred.cli.app.context import Context
from nexcred.cli.dialogs.allowed_hosts import confirm_host
from nexcred.cli.dialogs.update import prepare_change
from nexcred.errors import HostRefused, NotPermitted, SpecError, UnknownConnector, WrongDetails
from nexcred.model.credential import Credential
from nexcred.services.credentials.merged_values import UpdateInput
from nexcred.services.credentials.update import save_update
from nexcred.services.values.decoded import open_details
from nexcred.services.values.hosts import check_hosts
from nexcred.services.values.kept_details import MethodGone


def ask_about_new_hosts(context: Context, credentials: Iterable[Credential]) -> list[Credential]:
    """Return the credentials, a yes being kept with each; without one the probe says what it did not send."""
    with context.vault.snapshot():
        found = [(credential, _refusal(context, credential)) for credential in credentials]
    return [_asked(context, credential, refused) if refused else credential for credential, refused in found]


def _asked(context: Context, credential: Credential, refused: HostRefused) -> Credential:
    try:
        wanted = UpdateInput({}, allow_hosts=(confirm_host(context, refused),))
        prepared = prepare_change(context, credential, wanted)
    except HostRefused:
        return credential
    return save_update(context.vault, prepared, None)


def _refusal(context: Context, credential: Credential) -> HostRefused | None:
    try:
        decoded = open_details(context.vault, credential)
        check_hosts(decoded.method, decoded.details)
    except HostRefused as refused:
        return refused
    except (NotPermitted, SpecError, UnknownConnector, MethodGone, WrongDetails):  # the probe tells
        return None
    return None
