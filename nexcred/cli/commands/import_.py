"""`nexcred import`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AllowHost, AsJson, Private
from nexcred.cli.dialogs.project_file import offer_project_file
from nexcred.cli.dialogs.vault_at_hand import vault_or_pending
from nexcred.cli.input.import_source import KEY_FILE, PASSPHRASE_FILE, SourceInput, read_source
from nexcred.cli.prompt.confirm import require_yes
from nexcred.cli.render.default_sharing import sharing_lines, tell_sharing
from nexcred.cli.terminal.progress import Progress
from nexcred.model.number_of import number_of
from nexcred.model.probe import ProbeStatus
from nexcred.probing.outcome import warning_for
from nexcred.services.importing.found import Reading
from nexcred.services.importing.plan import Item, Outcome, plan_import
from nexcred.services.importing.project_lines import project_lines
from nexcred.services.importing.same_secrets import MOST_COMPARED, with_same_secrets
from nexcred.services.importing.save import Results, probe_items, refuse_hindered, save_items
from nexcred.services.importing.selection import select_items
from nexcred.services.importing.sources import SOURCES
from nexcred.services.proving.prober import Prober
from nexcred.vault.vault import Vault
from nexcred.wire.imported import import_shape

_MOST_TOLD = 10
_SAVED = (Outcome.ADDED, Outcome.UPDATED)
EXAMPLES = (
    "nexcred import env .env",
    "nexcred import pass --only 'work/*' --dry-run",
    "nexcred import aws --probe      # ~/.aws/credentials, unless AWS rejects a key",
)


def command(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=f"One of: {', '.join(SOURCES)}.")],
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE|-", help="The file, folder or path to read [where the source keeps it]."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan, and import nothing.")] = False,
    only: Annotated[
        str | None,
        typer.Option("--only", metavar="PATTERN", help="Import only what has this name, or matches this glob."),
    ] = None,
    probe: Annotated[bool, typer.Option("--probe", help="Import nothing that its provider rejects.")] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Skip what cannot be imported, and import the rest.")
    ] = False,
    replace_present: Annotated[
        bool, typer.Option("--replace", help="Update credentials that are there with other values.")
    ] = False,
    with_tokens: Annotated[
        bool, typer.Option("--with-tokens", help="Import also the tokens that their own tool renews.")
    ] = False,
    passphrase_file: Annotated[
        str | None,
        typer.Option(PASSPHRASE_FILE, metavar="FILE", help="Read the passphrase of the source from this file."),
    ] = None,
    key_file: Annotated[
        str | None, typer.Option(KEY_FILE, metavar="FILE", help="The key file of a KeePass database.")
    ] = None,
    allow_host: AllowHost = None,
    private: Private = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    read = read_source(context, SourceInput(source, file, passphrase_file, key_file, only))
    read = read if with_tokens else read.without_renewed()
    vault, make_vault = vault_or_pending(context)
    asks = context.terminal.interactive and not yes
    items = plan_import(vault, read.found, allow_host or (), may_update=asks, replaces=replace_present)
    items = select_items(items, only) if only is not None else items
    items = with_same_secrets(vault, items)
    if vault is not None and vault.size > MOST_COMPARED:
        context.streams.note(f"the same secrets are not looked for among the {vault.size:,} credentials of the vault")
    results: Results = {}
    if probe:
        items, results = _probe(context, items)
    _note(context, read, items)
    if dry_run and json:
        _print_json(context, items, results)
    elif not json:
        _print_plan(context, items)
    refuse_hindered(items, leave_out=partial)
    items = _without_hindrances(context, items) if partial else items
    to_save = [item for item in items if item.fate in _SAVED and not dry_run]
    if to_save and not yes:
        _confirm(context, to_save, None if private else vault)
    saved = save_items(make_vault(), to_save, results, is_private=private) if to_save else []
    _tell(context, items, results, as_json=json, is_plan=dry_run)
    tell_sharing(context, saved)
    if source == "env" and to_save and not json:
        folder = Path.cwd() if file in (None, "-") else Path(str(file)).expanduser().absolute().parent
        offer_project_file(context, project_lines(items), folder, asks=asks)


def _note(context: Context, read: Reading, items: list[Item]) -> None:
    if read.unused:
        context.streams.note(f"left out, since no connector asks for it: {', '.join(read.unused)}")
    for note in (*read.notes, *(note for item in items for note in item.notes)):
        context.streams.note(note)


def _probe(context: Context, items: list[Item]) -> tuple[list[Item], Results]:
    total, done = sum(item.new is not None for item in items), 0
    with Progress(context.streams, context.terminal, "probing", total) as progress:

        def count() -> None:
            nonlocal done
            done += 1
            progress.show(done, total)

        return probe_items(items, Prober(context.environment), count)


def _print_plan(context: Context, items: list[Item]) -> None:
    from nexcred.cli.render.plan import HEADINGS, rows
    from nexcred.cli.render.table import print_table

    if not items:
        context.streams.note("there is nothing to import")
        return
    print_table(context.streams, context.terminal, HEADINGS, rows(items))


def _print_json(context: Context, items: list[Item], results: Results) -> None:
    context.streams.json([import_shape(item, verified=_is_verified(item, results)) for item in items])


def _without_hindrances(context: Context, items: list[Item]) -> list[Item]:
    for item in items:
        if item.is_hindrance:
            name = f"'{item.name}' ({item.place})" if item.name else item.place
            context.streams.warn(f"left out {name}: {item.why}")
    return [replace(item, new=None) if item.is_hindrance else item for item in items]


def _confirm(context: Context, items: list[Item], shared_by: Vault | None) -> None:
    deeds = [
        f"{verb} {number_of(count, 'credential')}"
        for verb, fate in (("import", Outcome.ADDED), ("update", Outcome.UPDATED))
        if (count := sum(item.fate is fate for item in items))
    ]
    question = " and ".join(deeds).capitalize()
    told = () if shared_by is None else sharing_lines(shared_by)
    require_yes(context, told, f"{question}?", doing="importing", declined="nothing was imported")


def _tell(context: Context, items: list[Item], results: Results, *, as_json: bool, is_plan: bool) -> None:
    _tell_same_secrets(context, items)
    _tell_left_out(context, items)
    for item in items:
        if item.assumed and item.fate in _SAVED:
            context.streams.note(f"'{item.name}' is kept with {', '.join(item.assumed)}, which its source does not say")
        if item.new is not None:
            for warning in item.new.warnings:
                context.streams.warn(f"'{item.name}': {warning}")
            unproved = warning_for(results.get(item.name), item.new.connector, item.new.method)
            if unproved:
                context.streams.warn(f"'{item.name}': {unproved}")
    if as_json:
        if not is_plan:
            _print_json(context, items, results)
        return
    if is_plan:
        context.streams.note("nothing was imported: this is what would be")
        return
    added, updated = (sum(item.fate is fate for item in items) for fate in (Outcome.ADDED, Outcome.UPDATED))
    done = [f"{did} {count}" for did, count in (("imported", added), ("updated", updated)) if count]
    context.streams.note(", ".join(done) or "nothing changed")
    if not results and any(item.new and item.new.method.probe for item in items if item.fate in _SAVED):
        context.streams.hint("they are not probed yet: nexcred probe --all")


def _tell_same_secrets(context: Context, items: list[Item]) -> None:
    """Name the first of those whose secret is elsewhere too."""
    same = [item for item in items if item.same_as]
    for item in same[:_MOST_TOLD]:
        context.streams.warn(f"'{item.name}' holds the same secret as {', '.join(item.same_as)}")
    if len(same) > _MOST_TOLD:
        context.streams.warn(f"{len(same) - _MOST_TOLD} more hold a secret that another has too: see --json")


def _tell_left_out(context: Context, items: list[Item]) -> None:
    """Say what is not kept of whom: of each by name, or of how many."""
    names: dict[tuple[str, ...], list[str]] = {}
    for item in items:
        if item.left_out:
            names.setdefault(item.left_out, []).append(item.name)
    for left_out, kept in names.items():
        told = ", ".join(f"'{name}'" for name in kept) if len(kept) <= _MOST_TOLD else str(len(kept))
        context.streams.note(f"{told} {'is' if len(kept) == 1 else 'are'} kept without {', '.join(left_out)}")


def _is_verified(item: Item, results: Results) -> bool | None:
    result = results.get(item.name)
    return None if result is None else result.status is ProbeStatus.ACCEPTED
