"""Tell people what a run of probes found to have changed: `nexcred probe --notify NAME`."""

from contextlib import suppress

from nexcred.cli.app.context import Context
from nexcred.connectors.load.loader import load_connector
from nexcred.errors import SpecError, UnknownConnector
from nexcred.local.notices_file import NoticesFile
from nexcred.local.vault_names import PERSONAL, VaultChoice
from nexcred.services.notices.deliver import changes_in, deliver
from nexcred.services.notices.sender import NoticeSender
from nexcred.services.proving.probe_many import Report


class Teller:
    """Made before anything is asked: a credential that tells nobody anything is refused then."""

    def __init__(self, context: Context, name: str, *, names: bool) -> None:
        """Raise CredentialNotFound, UsageError, and what opening the credential does."""
        self._context = context
        self._names = names
        credential = context.vault.find(name)
        self._sender = NoticeSender(context.vault, credential, context.sessions, context.environment)
        context.note_use("request", [credential])

    def tell(self, report: Report) -> None:
        """Send one message for all that changed; warn of what could not be sent, which changes nothing else."""
        context = self._context
        kept = NoticesFile(context.workspace.state_folder, context.vault.vault_id)
        fresh = [(one.credential, one.result) for one in report.probed if not one.cached]
        titles = {one.connector: _title(one.connector) for one, _ in fresh}
        changes = changes_in(fresh, None if report.unsaved else report.replaced, kept, titles)
        why = deliver(
            context.vault, self._sender, changes, _called(context.vault_choice), kept, context.now(), names=self._names
        )
        if why:
            context.streams.warn(f"the notice waits here, and is sent with the next one: {why}")


def _called(choice: VaultChoice) -> str:
    return choice.name or choice.address or PERSONAL


def _title(connector: str) -> str:
    with suppress(UnknownConnector, SpecError):
        return load_connector(connector).title
    return connector
