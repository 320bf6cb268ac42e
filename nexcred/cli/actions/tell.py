"""Tell people what a run of probes found to have changed: `nexcred probe --notify NAME`."""

from collections.abc import Collection
from contextlib import suppress

from nexcred.cli.app.context import Context
from nexcred.connectors.load.loader import load_connector
from nexcred.errors import Damaged, SpecError, UnknownConnector
from nexcred.local.notices_file import NoticesFile
from nexcred.local.vault_names import PERSONAL, VaultChoice
from nexcred.model.credential import Credential
from nexcred.services.notices.changes import Hanging
from nexcred.services.notices.deliver import Outbox, as_seen, changes_in, verdicts_of
from nexcred.services.notices.sender import NoticeSender
from nexcred.services.proving.keep_results import Results
from nexcred.services.proving.probe_many import Report
from nexcred.services.values.kept_candidate import find_rotation


class Teller:
    """Made before anything is asked: a credential that tells nobody anything is refused then."""

    def __init__(self, context: Context, name: str, chosen: Collection[Credential], *, names: bool) -> None:
        """Look at what is to be probed; raise CredentialNotFound, UsageError, and what opening the credential does."""
        self._context = context
        credential = context.vault.find(name)
        sender = NoticeSender(context.vault, credential, context.sessions, context.environment)
        context.note_use("request", [credential])
        self._file = NoticesFile(context.workspace.state_folder, context.vault.vault_id)
        self._outbox = Outbox(context.vault, sender, _called(context.vault_choice), self._file, names=names)
        self._titles = {one: _title(one) for one in {credential.connector for credential in chosen}}
        self._hanging = {one.id: found for one in chosen if one.has_rotation and (found := self._hang_of(one))}

    def before_kept(self, replaced: Results) -> None:
        """Let the message wait before the vault keeps the verdicts: killed in between, it may come twice, but comes."""
        self._outbox.keep(changes_in(replaced, self._titles, self._hanging), self._context.now())

    def tell(self, report: Report) -> None:
        """Send one message for all that changed; warn of what could not be sent, which changes nothing else."""
        now = self._context.now()
        if report.unsaved:  # then what this machine has seen counts
            pairs = as_seen(report.fresh, self._file.read().verdicts)
            self._outbox.keep(changes_in(pairs, self._titles, self._hanging), now, verdicts_of(pairs))
        why = self._outbox.send(now)
        if why:
            self._context.streams.warn(f"the notice waits here, and is sent with the next one: {why}")

    def _hang_of(self, credential: Credential) -> Hanging | None:
        """Return since when its rotation hangs; None for a value that waits for its proof, and what does not open."""
        from nexcred.services.rotation.hanging import hangs_at, why_it_hangs  # few are being rotated

        with suppress(Damaged):
            journal = find_rotation(self._context.vault, credential)
            return None if journal is None else Hanging(hangs_at(journal), why_it_hangs(journal))
        return None


def _called(choice: VaultChoice) -> str:
    return choice.name or choice.address or PERSONAL


def _title(connector: str) -> str:
    with suppress(UnknownConnector, SpecError):
        return load_connector(connector).title
    return connector
