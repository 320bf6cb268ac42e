"""Tell people what a run of probes found to have changed: `nexcred probe --notify NAME`."""

from contextlib import suppress

from nexcred.cli.app.context import Context
from nexcred.connectors.load.loader import load_connector
from nexcred.errors import Damaged, NotPermitted, SpecError, UnknownConnector
from nexcred.local.notices_file import NoticesFile
from nexcred.local.vault_names import PERSONAL, VaultChoice
from nexcred.model.credential import Credential
from nexcred.services.notices.changes import Hanging
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
        hanging = {one.id: found for one, _ in fresh if one.has_rotation and (found := self._hanging(one))}
        changes = changes_in(fresh, None if report.unsaved else report.replaced, kept, titles, hanging)
        why = deliver(
            context.vault, self._sender, changes, _called(context.vault_choice), kept, context.now(), names=self._names
        )
        if why:
            context.streams.warn(f"the notice waits here, and is sent with the next one: {why}")

    def _hanging(self, credential: Credential) -> Hanging | None:
        """Return since when its rotation hangs; None for a value that waits for its proof, and what does not open."""
        from nexcred.services.rotation.hanging import hangs_at, why_it_hangs  # few are being rotated

        with suppress(Damaged, NotPermitted):
            kept = self._context.vault.kept(credential)
            journal = None if kept is None else kept.journal
            return None if journal is None else Hanging(hangs_at(journal), why_it_hangs(journal))
        return None


def _called(choice: VaultChoice) -> str:
    return choice.name or choice.address or PERSONAL


def _title(connector: str) -> str:
    with suppress(UnknownConnector, SpecError):
        return load_connector(connector).title
    return connector
