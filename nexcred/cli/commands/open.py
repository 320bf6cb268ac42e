"""`nexcred open`."""

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import NameOrPick
from nexcred.cli.dialogs.pick_credential import named_or_picked
from nexcred.cli.terminal.browser import has_browser, open_browser
from nexcred.errors import NotFound
from nexcred.model.shell_word import shell_word
from nexcred.services.credentials.key_page import KeyPlace, key_place

EXAMPLES = (
    "nexcred open aha",
    "nexcred open aha | cat      # its address, and no browser",
)


def command(ctx: typer.Context, name: NameOrPick = None) -> None:
    context: Context = ctx.obj
    credential = context.find(named_or_picked(context, name, "NAME", "open"))
    context.vault.proved(credential)  # where the page is depends on values
    place = key_place(credential)
    if not place.url:
        _tell_steps(context, place)
        hint = "follow the steps above" if place.steps else f"see: nexcred show {shell_word(credential.name)}"
        raise NotFound(f"no page is known where keys of {place.title} are made", hint=hint)
    if _opens(context, place.url):
        context.streams.note(f"your browser opens {place.url}")
    else:
        context.streams.line(place.url)


def _opens(context: Context, url: str) -> bool:
    """Open it where somebody sees it: not for a script, nor for whoever takes the address."""
    if not (context.terminal.interactive and context.terminal.ttys.stdout and has_browser(context.environment)):
        return False
    try:
        open_browser(url, context.environment)
    except OSError:
        return False
    return True


def _tell_steps(context: Context, place: KeyPlace) -> None:
    for number, step in enumerate(place.steps, 1):
        context.streams.error_block("", f"{number}. {step}", hang=3)
