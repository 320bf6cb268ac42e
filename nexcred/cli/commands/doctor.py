"""`nexcred doctor`."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TextIO

import typer

import nexcred.version
from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.completion.quiet_vault import vault_at_hand
from nexcred.cli.render.style import GREEN, QUIET, RED, YELLOW, paint
from nexcred.cli.render.waiting import waiting_lines
from nexcred.cli.terminal.visible import visible
from nexcred.cli.terminal.wrapping import behind
from nexcred.connectors.load.loader import load_all
from nexcred.connectors.load.names import known_folders
from nexcred.errors import NexcredError
from nexcred.local.backup_marks import BackupMarks
from nexcred.local.folders import data_folder
from nexcred.model.text import make_visible
from nexcred.services.doctor import (
    candidates,
    clock,
    connectors,
    files,
    keyring,
    leftovers,
    network,
    settings,
    spare,
    terminal,
    vault,
    versions,
    waiting,
)
from nexcred.services.doctor.check import Check, Status, look
from nexcred.wire.doctor import check_shape

EXAMPLES = (
    "nexcred doctor",
    "nexcred doctor --json | jq -r '.[] | select(.status == \"problem\") | .hint'",
)
_STYLES = {Status.OK: GREEN, Status.WARNING: YELLOW, Status.PROBLEM: RED}


NEEDS_SETTINGS = False


def command(ctx: typer.Context, json: AsJson = False) -> None:
    context: Context = ctx.obj
    checks = [check for name, find in _groups(context) for check in look(name, find)]
    if json:
        context.streams.json([check_shape(check) for check in checks])
    else:
        for line in _lines(checks, context.streams.stdout, colour=context.terminal.colour_out):
            context.streams.line(line)
    if any(check.status is Status.PROBLEM for check in checks):
        raise typer.Exit(NexcredError.exit_code)


def _groups(context: Context) -> list[tuple[str, Callable[[], Iterable[Check]]]]:
    environment = context.environment
    return [
        (versions.NAME, lambda: [versions.check_versions()]),
        (settings.NAME, lambda: [settings.check_settings()]),
        (terminal.NAME, lambda: [_terminal(context)]),
        # Before the vault: opening it narrows what is too wide, and then there would be nothing to tell.
        (files.NAME, lambda: files.check_files((data_folder(), context.state_folder), _files(context))),
        (leftovers.NAME, lambda: leftovers.check_leftovers(environment)),
        (connectors.NAME, lambda: connectors.check_connectors(known_folders())),
        (clock.NAME, lambda: [clock.check_clock(context.now(), [*_files(context), Path(nexcred.version.__file__)])]),
        (vault.NAME, lambda: vault.check_vault(context.store, context.anchors)),
        (spare.NAME, lambda: spare.check_spare(context.store, BackupMarks(context.state_folder), context.now())),
        (vault.UNLOCKING, lambda: [vault.check_unlocking(context.source, _vault_id(context))]),
        (keyring.NAME, lambda: [keyring.check_keyring(context.local_unlock.keyring, is_relied_on=_relies(context))]),
        (candidates.NAME, lambda: _candidates(context)),
        (waiting.NAME, lambda: _waiting(context)),
        (network.TLS, lambda: [network.check_tls(environment)]),
        (network.PROXY, lambda: network.check_proxies(environment)),
    ]


def _candidates(context: Context) -> Iterable[Check]:
    """Look at the names of fields where the vault opens by itself."""
    vault_here = vault_at_hand(context)
    if vault_here is None:
        return ()
    return candidates.check_candidates(vault_here.credentials(), load_all(on_refused=lambda _: None))


def _waiting(context: Context) -> Iterable[Check]:
    """Look for who waits for a key, where the vault opens by itself."""
    vault_here = vault_at_hand(context)
    if vault_here is None or len(vault_here.members) == 1:
        return ()
    return waiting.check_waiting(waiting_lines(vault_here.listed_holders(), vault_here.members))


def _terminal(context: Context) -> Check:
    known = context.terminal
    encoding = context.streams.stdout.encoding
    return terminal.check_terminal(context.environment, encoding, may_ask=known.interactive, colour=known.colour_out)


def _files(context: Context) -> list[Path]:
    """Return the vault's file, and those in which this machine remembers something."""
    remembered = [context.state_folder / name for name in ("anchors.json", "uses.jsonl")]
    path = context.store.path
    return remembered if path is None else [path, *remembered]


def _vault_id(context: Context) -> bytes | None:
    anchor = context.anchors.read(context.store.location)
    return anchor.vault_id if anchor else None


def _relies(context: Context) -> bool:
    """True when the key of this vault, or all of it, is in the OS keyring."""
    vault_id = _vault_id(context)
    return context.store.can_ask or (vault_id is not None and context.local_unlock.marks.has(vault_id))


def _lines(checks: Iterable[Check], stdout: TextIO, *, colour: bool) -> Iterator[str]:
    """Lay out the checks, each with what mends it below."""
    widest_status = max(len(status.value) for status in Status)
    shown = list(checks)
    widest_name = max(len(check.name) for check in shown)
    margin = f"  {'':{widest_status}}  {'':{widest_name}}  "
    for check in shown:
        status = paint(f"{check.status.value:{widest_status}}", _STYLES[check.status], colour=colour)
        detail, *more = _broken(margin, check.detail, stdout)
        yield visible("  ", status, f"  {check.name:{widest_name}}  {detail}")
        yield from more
        if check.hint:
            hint, *more = _broken(margin, check.hint, stdout)
            yield visible(margin, paint(hint.strip(), QUIET, colour=colour))
            yield from (visible(margin, paint(line.strip(), QUIET, colour=colour)) for line in more)


def _broken(margin: str, text: str, stdout: TextIO) -> list[str]:
    return behind(margin, make_visible(text), stdout, hang=len(margin))
