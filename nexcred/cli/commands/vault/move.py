"""`nexcred vault move`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.dialogs.moved_vault import name_after_move
from nexcred.cli.input.vault_name import checked_place
from nexcred.cli.prompt.confirm import require_yes
from nexcred.cli.terminal.progress import Progress
from nexcred.errors import NexcredError, SchemaNotMade, StoreFailed, UsageError
from nexcred.local.vault_names import VaultChoice, choose_vault
from nexcred.model.number_of import number_of
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.vaults.move import Moved, bring_back, move, plan_move
from nexcred.services.workspace import Workspace
from nexcred.stores.offline import decide_offline
from nexcred.unlock.slots import slots_at
from nexcred.vault.store import Store, shown_place
from nexcred.wire.vault_changes import MovedShape

EXAMPLES = (
    "nexcred vault move --to git+ssh://git@host/org/vault.git",
    "nexcred vault move --vault team --to s3://bucket/vault",
    "nexcred vault move --back      # where it was, if it did not arrive",
)


def command(
    ctx: typer.Context,
    to: Annotated[str | None, typer.Option("--to", metavar="URL", help="Where it is to be: a path or a URL.")] = None,
    back: Annotated[
        bool, typer.Option("--back", help="Bring back a vault that did not arrive where it was moved to.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    if (to is None) is not back:
        raise UsageError("give either --to URL, or --back", hint="nexcred vault move --to URL")
    context.stays_here = context.options.fresh = True
    done = _to(context, to, yes=yes) if to is not None else _back(context, yes=yes)
    _tell(context, done, is_back=back, json=json)


def _to(context: Context, place: str, *, yes: bool) -> Moved:
    target = _store_at(context, place)
    vault = context.vault
    is_begun = plan_move(vault, target, context.anchors)
    if not yes:
        told = _told(context, target)
        question = f"{'Go on to move' if is_begun else 'Move'} the vault to {make_visible(shown_place(target))}?"
        require_yes(context, told, question, doing="moving a vault", declined="nothing was changed")
    try:
        with Progress(context.streams, context.terminal, "proving", vault.size) as progress:
            done = move(vault, target, context.anchors, progress.show)
    except NexcredError as error:
        _tell_stuck(context, target)
        if isinstance(error, SchemaNotMade):
            context.streams.raw(error.statements.encode())
            raise SchemaNotMade(
                error.message, hint="let who may run the statements that were printed, then move the vault again"
            ) from None
        raise
    for line in _told(context, target) if yes else ():
        context.streams.note(line)
    return done


def _told(context: Context, target: Store) -> list[str]:
    """Say what will be otherwise at the new place."""
    here = shown_place(context.store)
    lines = [f"{here} only reads from then on, for everybody, and says where the vault went", *target.caveats]
    with context.store.read() as snapshot:
        has_slots = bool(snapshot.slots())
    if has_slots and not target.keeps_slots:
        lines.append(
            "what opens it here by a passphrase or a recovery key of yours opens it there on this machine alone;"
            " everybody else needs their identity: nexcred identity show --secret"
        )
    elif target.keeps_slots and not has_slots:
        here = "as it does here" if slots_at(context.store) else "by an identity"
        lines.append(f"it opens there {here}, until you set a passphrase for the new place: nexcred vault passphrase")
    return [make_visible(line) for line in lines]


def _tell_stuck(context: Context, target: Store) -> None:
    """Say how it goes on where the vault is neither here nor there."""
    if context.vault.state.roster.moved_to is None:
        context.streams.note("the vault is where it was")
        return
    context.streams.warn(
        make_visible(
            "the vault only reads until it is moved: go on with nexcred vault move --to"
            f" {shell_word(shown_place(target))}, or back with: nexcred vault move --back"
        )
    )


def _back(context: Context, *, yes: bool) -> Moved:
    vault = context.vault
    url = vault.state.roster.moved_to
    if url is None:
        raise UsageError("this vault did not move", hint="see where it is: nexcred vault status")
    if not yes:
        _ask_back(context, f"an owner has moved the vault to {url}", "Look there, and let it be here again?")
    target, why = _reached(context, url)
    if why and yes:
        context.streams.warn(why)
    elif why:
        _ask_back(context, why, "Let it be here again all the same?")
    with Progress(context.streams, context.terminal, "proving", vault.size) as progress:
        return bring_back(vault, target, context.anchors, progress.show)


def _ask_back(context: Context, told: str, question: str) -> None:
    require_yes(context, [told], question, doing="bringing a vault back", declined="nothing was changed")


def _reached(context: Context, url: str) -> tuple[Store | None, str]:
    """Return the place where the vault was to go, None where it cannot be seen; and what a person must know."""
    two = "it will be written to at two places"
    try:
        target = _store(context, VaultChoice(checked_place(url), None))
        if target.exists():
            return target, ""
    except (StoreFailed, UsageError) as error:
        return None, make_visible(f"that place cannot be reached: {error.message}; if the vault is there, {two}")
    is_local = target.path is not None or target.can_ask
    return target, f"nothing is there on this machine; if the vault is there on another one, {two}" if is_local else ""


def _store_at(context: Context, place: str) -> Store:
    """Return the store at a path or URL, or of one of the user's names; raise UsageError, InvalidData."""
    choice = choose_vault(place, context.user_settings.vaults)
    return _store(context, VaultChoice(checked_place(place), None) if choice.name is None else choice)


def _store(context: Context, choice: VaultChoice) -> Store:
    present = decide_offline(offline=False, fresh=True)
    return Workspace(choice, context.environment, warn=context.streams.warn, offline=present).store


def _tell(context: Context, done: Moved, *, is_back: bool, json: bool) -> None:
    vault, copied = done.vault, done.copied
    store = vault.store
    if not json:
        what = "brought back to" if is_back else "moved to" if copied is not None else "the vault arrived before, at"
        records = "" if copied is None else f": {number_of(copied.records, 'sealed record')}, proved there"
        context.streams.line(make_visible(f"{what} {shown_place(store)}{records}"))
    if copied is not None and copied.spoilt:
        context.streams.warn(
            f"{number_of(copied.spoilt, 'record')} were damaged, and were left behind; see: nexcred vault verify"
        )
    name = context.vault_choice.name if is_back else name_after_move(context, vault, store)
    if json:
        shape: MovedShape = {
            "location": store.location,
            "former": context.store.location,
            "vault_id": vault.vault_id.hex(),
            "generation": vault.generation,
            "records": None if copied is None else copied.records,
            "spoilt": 0 if copied is None else copied.spoilt,
            "name": name,
        }
        context.streams.json(shape)
