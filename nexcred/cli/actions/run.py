"""Run a command with credentials in its environment."""

import sys
from collections.abc import Sequence

from nexcred.child.become import become
from nexcred.child.leftovers import in_memory_places, remove_leftovers
from nexcred.child.own_locale import without_own_locale
from nexcred.cli.app.context import Context
from nexcred.errors import CommandNotFound, MissingField, NexcredError, UsageError
from nexcred.model.name import normalise_name
from nexcred.model.reference import Reference, parse_reference
from nexcred.model.shell_word import shell_word
from nexcred.project.spec import Needs
from nexcred.services.provisioning.environment import Environment, provision
from nexcred.unlock.sources import without_unlocking

# Lower codes are those of the command.
OWN_FAILURE = 125
_NOTHING = Environment({}, {}, (), (), {}, {})


def act(
    context: Context,
    words: list[str],
    *,
    credential: Sequence[str] | None = None,
    env: Sequence[str] | None = None,
    keep: Sequence[str] | None = None,
    profile: str | None = None,
    project: str | None = None,
    mask: bool = False,
    dry_run: bool = False,
    json: bool = False,
) -> int:
    """Become the command, or return its exit code where something is left to do afterwards."""
    if json and not dry_run:
        raise UsageError("--json goes with --dry-run only: without it, what is printed is the command's own")
    if not words and not dry_run:
        raise MissingField("COMMAND is missing", hint="see: nexcred run --help")
    said = Needs(tuple(map(normalise_name, credential or ())), dict(map(_parse_choice, env or ())))
    kept = frozenset(map(_parse_kept, keep or ()))
    needs, folder = _needed(context, said, profile, project)
    if needs == Needs() and not folder and context.terminal.interactive:
        from nexcred.cli.dialogs.pick_credential import pick_credential

        needs = Needs((pick_credential(context),))
    provided = _NOTHING
    if needs != Needs():
        provided = provision(context.vault, needs.credentials, needs.variables, kept - said.variables.keys())
    if dry_run:
        from nexcred.cli.actions.dry_run import tell

        tell(context, words, provided, json=json)
        return 0
    _note(context, provided, folder)
    environment = provided.on_top_of(without_own_locale(without_unlocking(context.environment)))
    context.streams.stdout.flush()
    return _start(context, words, environment, provided, mask=mask)


def _start(
    context: Context, words: list[str], environment: dict[str, str], provided: Environment, *, mask: bool
) -> int:
    remove_leftovers(in_memory_places(context.environment))
    try:
        if not provided.files and not mask:
            context.store.close()  # or what it has started would be a child of the command
            become(words, environment)
        if sys.platform == "win32":
            raise NexcredError("to lend a file and to mask output, run needs Linux or macOS")
        # What runs a program beside this one takes a twelfth of this command, which most often becomes the other.
        from nexcred.cli.actions.run_beside import run_beside

        return run_beside(context, words, environment, provided, mask=mask)
    except CommandNotFound as error:
        if words[1:2] == ["--"]:
            error.hint = f"to run a command with a credential: nexcred run -c {shell_word(words[0])} -- COMMAND"
        raise


def _needed(context: Context, said: Needs, profile: str | None, file: str | None) -> tuple[Needs, str]:
    """Return what is to be handed over, and the folder of the project that asks for it.

    Flags alone leave the project file aside; with a profile, or a file that is named, they come on top of it.
    """
    if profile is None and file is None and said != Needs():
        return said, ""
    # Reading a project file takes the reader of TOML, a twentieth of this command: most name what they want.
    from nexcred.cli.input.project import find_here, needs_of, require_here

    project = find_here(file) if profile is None else require_here(file)
    if project is None:
        return said, ""
    return needs_of(context, project, profile).and_also(said), str(project.folder)


def _note(context: Context, provided: Environment, folder: str) -> None:
    if not provided.used:
        return
    credentials = {credential.id: credential for credential, _ in provided.used}
    fields = dict.fromkeys(field for _, field in provided.used)
    context.note_use("run", credentials.values(), fields, project=folder)


def _parse_choice(choice: str) -> tuple[str, Reference]:
    variable, is_choice, reference = choice.partition("=")
    if not is_choice or not variable or "\0" in variable:
        raise UsageError("--env takes VAR=NAME/FIELD")
    return variable, parse_reference(reference)


def _parse_kept(variable: str) -> str:
    if not variable or set(variable) & set("=\0"):
        raise UsageError("--keep takes the name of a variable")
    return variable
