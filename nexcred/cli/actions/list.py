"""List credentials, in a table or as JSON."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from nexcred.cli.app.context import Context
from nexcred.cli.input.counts import parse_count
from nexcred.cli.input.durations import parse_span
from nexcred.cli.terminal.streams import quick_json_lines, to_json_line
from nexcred.errors import Expiring, UsageError
from nexcred.model.credential import Credential
from nexcred.model.name import name_order
from nexcred.services.credentials.listing import Filter, check_statuses, in_order, select
from nexcred.vault.roster import GUEST
from nexcred.vault.worthwhile import is_worthwhile
from nexcred.wire.credential import credential_shape

if TYPE_CHECKING:
    from nexcred.vault.vault import Vault


def act(
    context: Context,
    words: Sequence[str] = (),
    *,
    connector: Sequence[str] | None = None,
    tag: Sequence[str] | None = None,
    status: Sequence[str] | None = None,
    expiring_within: str | None = None,
    due: bool = False,
    exposed: bool = False,
    superseded: bool = False,
    fail: bool = False,
    sort: str | None = None,
    limit: str | None = None,
    wide: bool = False,
    json: bool = False,
) -> int:
    """Print what the options leave; return the exit code, which `fail` makes that of Expiring when there is any."""
    if fail and expiring_within is None and not due:
        raise UsageError(
            "--fail goes with --expiring-within or --due", hint="for example: --expiring-within 14d --fail"
        )
    within = parse_span(expiring_within, "--expiring-within") if expiring_within is not None else None
    wanted = Filter(
        tuple(connector or ()),
        tuple(tag or ()),
        tuple(status or ()),
        within,
        tuple(words),
        is_due=due,
        is_exposed=exposed,
        is_superseded=superseded,
    )
    check_statuses(wanted.statuses)
    first = parse_count(limit, "--limit") if limit is not None else None
    if context.options.vaults:
        from nexcred.cli.actions.list_several import print_several

        any_found = print_several(context, wanted, sort or "name", first, wide=wide, json=json)
        return Expiring.exit_code if fail and any_found else 0
    if not json:
        any_found = _print(context, wanted, sort or "name", first, wide=wide)
    elif sort in (None, "name") and not superseded:
        any_found = _print_json(context, wanted, first)
    else:
        found = in_order(selected(context.vault, wanted, context.now()), sort or "name")
        context.streams.json_lines(to_json_line(credential_shape(credential)) for credential in found[:first])
        any_found = bool(found)
    return Expiring.exit_code if fail and any_found else 0


def _print_json(context: Context, wanted: Filter, limit: int | None) -> bool:
    """Encode each credential where it was opened, so that a hundred thousand need no room of their own."""
    now = context.now()
    to_line = quick_json_lines() if is_worthwhile(context.vault.size) else to_json_line

    def encode(credential: Credential) -> str | None:
        """Return the line behind what it is sorted by: pairs would take twice as long from process to process."""
        if not wanted.takes(credential, now):
            return None
        return f"{name_order(credential.name)}\0{to_line(credential_shape(credential))}"

    encoded = sorted(filter(None, context.vault.map(encode)))
    context.streams.json_lines(one.rpartition("\0")[2] for one in encoded[:limit])
    return bool(encoded)


def selected(vault: "Vault", wanted: Filter, now: datetime) -> list[Credential]:
    """Return those that the filter takes. For a former secret their histories are opened: nobody has to have told."""
    if not wanted.is_superseded:
        return select(vault.credentials(), wanted, now)
    from nexcred.services.rotation.former import has_superseded  # which compares values

    found = select(vault.credentials(), wanted._replace(is_superseded=False), now)
    with vault.snapshot():
        return [one for one in found if has_superseded(vault, one)]


def _why_nothing(context: Context, wanted: Filter) -> str:
    if not context.vault.size:
        return "no credential yet: nexcred add"
    if wanted != Filter() or context.vault.role == GUEST:
        return "no credential matches"
    return "no credential: what was removed is in the trash: nexcred trash list"


def _print(context: Context, wanted: Filter, sort: str, limit: int | None, *, wide: bool) -> bool:
    found = in_order(selected(context.vault, wanted, context.now()), sort)
    if not found:
        context.streams.note(_why_nothing(context, wanted))
        return False
    if wanted.is_exposed:
        _print_exposed(context, found[:limit])
    else:
        _print_table(context, found[:limit], wide=wide)
    if limit is not None and len(found) > limit:
        context.streams.note(f"{limit} of {len(found)}")
    return True


def _print_exposed(context: Context, found: Sequence[Credential]) -> None:
    """Print who knows each of them, and what ends that."""
    from nexcred.cli.render.exposure import HEADINGS, exposed_rows
    from nexcred.cli.render.table import print_table

    print_table(context.streams, context.terminal, HEADINGS, exposed_rows(found, context.now()))


def _print_table(context: Context, found: Sequence[Credential], *, wide: bool) -> None:
    from nexcred.cli.render.credential import HEADINGS, list_rows
    from nexcred.cli.render.table import print_table

    rows = list_rows(found, context.now())
    print_table(context.streams, context.terminal, HEADINGS, rows, wider=None if wide else "nexcred list -w")
