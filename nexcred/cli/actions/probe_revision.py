"""Ask the provider whether the secret of an earlier revision still works."""

from collections.abc import Mapping, Sequence

from nexcred.cli.actions.probe import act, exit_code, timeout_of
from nexcred.cli.app.context import Context
from nexcred.cli.render.probe import HEADINGS, rows
from nexcred.cli.render.proof_of_end import sentence_of, when_proved
from nexcred.cli.render.table import print_table
from nexcred.cli.terminal.progress import Progress
from nexcred.errors import UsageError
from nexcred.services.proving.probe_many import Probed
from nexcred.services.proving.prober import Prober
from nexcred.services.rotation.asking import FormerKey
from nexcred.services.rotation.former import former_of, revisions_with
from nexcred.wire.probe import probe_shape


def ask_revision(
    context: Context,
    names: Sequence[str],
    revision: int,
    *,
    others: Mapping[str, object],
    timeout: float | None,
    control: bool,
    json: bool,
) -> int:
    """Ask once, keep and print what it proves; return the exit code. Raises RevisionNotFound, and what probing does.

    `others` are flags that do not go with it, by their names.
    """
    given = [flag for flag, value in others.items() if value]
    if given or len(names) != 1:
        what = f", and not with --{given[0]}" if given else ""
        raise UsageError(f"--revision goes with one NAME{what}", hint="for example: nexcred probe aventri --revision 2")
    credential = context.find(names[0])
    if revision == credential.version and former_of(context.vault, credential, revision) is None:
        return act(context, [credential.name], timeout=timeout, control=control, json=json)
    revisions = revisions_with(context.vault, credential, revision)
    key = FormerKey(context.vault, credential, revisions, Prober(context.environment))
    context.note_use("probe", [credential])
    with Progress(context.streams, context.terminal, f"asking {key.connector.title}", 1):
        result = key.ask(timeout_s=timeout_of(context, timeout), control=control)
    probed = Probed(credential, result, cached=False)
    if key.unsaved:
        context.streams.warn(f"the result is not kept in the vault: {key.unsaved}")
    if json:
        shape = probe_shape(credential.name, key.connector.name, result, cached=False)
        context.streams.json([{**shape, "revision": revision}])
        return exit_code([probed])
    print_table(context.streams, context.terminal, HEADINGS, rows([probed], context.now()))
    context.streams.note(sentence_of(key, result))
    if later := when_proved(key, result):
        context.streams.hint(later)
    return exit_code([probed])
