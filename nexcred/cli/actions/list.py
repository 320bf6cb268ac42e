"""List credentials, in a table or as JSON."""

from nexcred.cli.app.context import Context
from nexcred.cli.input.durations import parse_span
from nexcred.cli.terminal.streams import quick_json_lines, to_json_line
from nexcred.errors import Expiring, UsageError
from nexcred.model.credential import Credential
from nexcred.model.name import fold_name
from nexcred.services.credentials.listing import Filter, check_status, select
from nexcred.wire.credential import credential_shape


def act(
    context: Context,
    *,
    connector: str | None = None,
    tag: list[str] | None = None,
    status: str | None = None,
    expiring_within: str | None = None,
    fail: bool = False,
    json: bool = False,
) -> int:
    """Print what the options leave; return the exit code, which `fail` makes that of Expiring when there is any."""
    if fail and expiring_within is None:
        raise UsageError("--fail goes with --expiring-within", hint="for example: --expiring-within 14d --fail")
    within = parse_span(expiring_within, "--expiring-within") if expiring_within is not None else None
    wanted = Filter(connector, tuple(tag or ()), status, within)
    check_status(wanted.status)
    any_found = (_print_json if json else _print)(context, wanted)
    return Expiring.exit_code if fail and any_found else 0


def _print_json(context: Context, wanted: Filter) -> bool:
    """Encode each credential where it was opened, so that a hundred thousand need no room of their own."""
    now = context.now()
    to_line = quick_json_lines() if context.vault.is_large else to_json_line

    def encode(credential: Credential) -> tuple[str, str] | None:
        if not wanted.takes(credential, now):
            return None
        return fold_name(credential.name), to_line(credential_shape(credential))

    encoded = sorted(filter(None, context.vault.map(encode)))
    context.streams.json_lines(line for _, line in encoded)
    return bool(encoded)


def _print(context: Context, wanted: Filter) -> bool:
    found = select(context.vault.credentials(), wanted, context.now())
    if not found:
        context.streams.note("no credential matches" if context.vault.size else "no credential yet: nexcred add")
        return False
    from nexcred.cli.render.credential import HEADINGS, list_rows
    from nexcred.cli.render.table import print_table

    print_table(context.streams, context.terminal, HEADINGS, list_rows(found, context.now()))
    return True
