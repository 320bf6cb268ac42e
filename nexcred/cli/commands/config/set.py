"""`nexcred config set`."""

from pathlib import Path
from typing import Annotated

import typer

from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.render.setting import require_known, tell_changed
from nexcred.local.settings import KNOWN_SETTINGS, parse_setting
from nexcred.local.settings_edit import change_setting

NEEDS_SETTINGS = False
EXAMPLES = (
    "nexcred config set vault ~/team/vault.db",
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
    change_setting(key, parse_setting(key, _whole(key, value), key))
    tell_changed(ctx.obj, key, as_json=json)


def _whole(key: str, value: str) -> str:
    """Return a path from here as a whole one: in the settings it would mean another file in every folder."""
    is_path = key == "vault" and value.startswith((".", ".."))
    return str(Path(value).absolute()) if is_path else value
