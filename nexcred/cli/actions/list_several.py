"""List the credentials of several vaults together."""

from nexcred.cli.actions.list import selected
from nexcred.cli.app.context import Context
from nexcred.cli.app.several_vaults import SeveralVaults
from nexcred.cli.render.credential import HEADINGS, list_rows
from nexcred.cli.render.style import Cell
from nexcred.cli.render.table import print_table
from nexcred.cli.terminal.streams import to_json_line
from nexcred.model.credential import Credential
from nexcred.services.credentials.listing import Filter, order_key
from nexcred.wire.credential import credential_shape

_VAULT = "VAULT"


def print_several(context: Context, wanted: Filter, sort: str, limit: int | None, *, wide: bool, json: bool) -> bool:
    """Print what the filter takes of all that open, and return whether there is any; raise for those that do not."""
    now, in_order = context.now(), order_key(sort)
    several = SeveralVaults(context)
    given = several.gather(lambda one: selected(one.vault, wanted, now))
    every = [(credential, one.name) for one, found in given for credential in found]
    every.sort(key=lambda pair: in_order(pair[0]))
    if json and given:
        context.streams.json_lines(_json_line(*pair) for pair in every[:limit])
    elif every:
        _print_table(context, every[:limit], wide=wide)
        if limit is not None and len(every) > limit:
            context.streams.note(f"{limit} of {len(every)}")
    elif given:
        context.streams.note("no credential matches" if wanted != Filter() else "no credential yet: nexcred add")
    several.raise_failures()
    return bool(every)


def _json_line(credential: Credential, vault: str) -> str:
    shape = credential_shape(credential)
    shape["vault"] = vault
    return to_json_line(shape)


def _print_table(context: Context, pairs: list[tuple[Credential, str]], *, wide: bool) -> None:
    rows = list_rows([credential for credential, _ in pairs], context.now())
    for row, (_, vault) in zip(rows, pairs, strict=True):
        row.insert(1, Cell(vault))
    headings = (HEADINGS[0], _VAULT, *HEADINGS[1:])
    print_table(context.streams, context.terminal, headings, rows, wider=None if wide else "nexcred list -w")
