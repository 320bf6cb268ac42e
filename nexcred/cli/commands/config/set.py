"""`nexcred config set`."""

from typing import Annotated

import typer

from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.render.setting import require_known, tell_changed
from nexcred.local.settings import KNOWN_SETTINGS, parse_setting
from nexcred.local.settings_edit import change_setting
from nexcred.local.settings_file import read_settings
from nexcred.local.vault_names import choose_vault, whole_place

NEEDS_SETTINGS = False
EXAMPLES = (
    "nexcred config set vault ~/team/vault.db      # or a name that nexcred vault list shows",
    "nexcred config set probe_jobs 32",
    "nexcred config set color never",
)


def command(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="SETTING", help=f"One of: {', '.join(KNOWN_SETTINGS)}.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="What holds from now on.")],
    json: AsJson = False,
) -> None:
    require_known(key)
    parsed = parse_setting(key, whole_place(value) if key == "vault" else value, key)
    if key == "vault":
        choose_vault(str(parsed), read_settings().vaults)
    change_setting(key, parsed)
    tell_changed(ctx.obj, key, as_json=json)
