"""`nexcred ui`."""

import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.other_vault import open_other
from nexcred.cli.input.durations import parse_seconds
from nexcred.cli.terminal.browser import has_browser, open_browser
from nexcred.errors import UsageError
from nexcred.local.boot_clock import seconds_since_boot
from nexcred.local.extras import install_command
from nexcred.services.vaults.opening import open_vault
from nexcred.services.workspace import Workspace
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault

if TYPE_CHECKING:
    from nexcred.server.opening import LockableVault
    from nexcred.server.page.site import PageMeans

EXAMPLES = (
    "nexcred ui",
    "nexcred ui --for 1h --idle 15m",
    "nexcred ui --no-browser --port 8321      # over SSH: forward that port, and open the link that is printed",
)
_USED = "somebody has used the link of the page a second time: if that was not you, end it with Ctrl-C"
_NEEDS = ("starlette", "uvicorn", "h11", "anyio", "jinja2")


def command(
    ctx: typer.Context,
    port: Annotated[
        int | None, typer.Option("--port", metavar="N", min=1, max=65535, help="The port of this machine [any].")
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the link instead of opening a browser.")
    ] = False,
    longest: Annotated[
        str | None, typer.Option("--for", metavar="SPAN", help="End after this time: 30m, 8h, 2d.")
    ] = None,
    idle: Annotated[
        str | None, typer.Option("--idle", metavar="SPAN", help="End when nobody has used it for this long.")
    ] = None,
) -> None:
    if not all(map(find_spec, _NEEDS)):
        raise UsageError(
            "this nexcred was installed without what serves", hint=f"install it with: {install_command('serve')}"
        )
    context: Context = ctx.obj
    spans = parse_seconds(longest, "--for"), parse_seconds(idle, "--idle")
    _show_page(context, port or 0, *spans, opens=not no_browser and has_browser(context.environment))


def _show_page(context: Context, port: int, longest_s: float | None, idle_s: float | None, *, opens: bool) -> None:
    """Serve it until something ends it. What serves is imported here: it may not be installed."""
    from nexcred.cli.commands.serve.unlocking import ServiceUnlocking
    from nexcred.server.activity import Activity
    from nexcred.server.edge import Edge
    from nexcred.server.listening.loopback import listen_on_loopback
    from nexcred.server.log_lines import tell_by
    from nexcred.server.opening import LockableVault
    from nexcred.server.page.endpoints import endpoints
    from nexcred.server.page.gate import ENTRY, PageGate
    from nexcred.server.page.launch_file import LaunchFile
    from nexcred.server.page.session import PageSession
    from nexcred.server.page.site import PageSite
    from nexcred.server.running import Lifetime, run
    from nexcred.services.grants.uninterrupted import finish_others

    listening = listen_on_loopback(port, "leave --port out: it takes a port that is free")
    unlocking = ServiceUnlocking(context)
    vault = LockableVault(unlocking.open, seconds_since_boot)
    session = PageSession(time.monotonic)
    means = _means_of(context, vault)
    unlocking.never_ask()
    tell_by(context.streams.warn)
    link = f"{listening.url}{ENTRY}{session.link.word}"
    launch = LaunchFile(link) if opens else None

    def on_opening(how: str) -> None:
        # A word that is guessed takes nothing from the browser that is on its way.
        if launch is not None and how != "wrong":
            launch.remove()
        if how == "used":
            context.streams.warn(_USED)

    try:
        site = PageSite.make(session, means, time.monotonic, on_opening)
        activity = Activity(seconds_since_boot)
        edge = Edge(activity.noticed(endpoints(site)), PageGate(session, listening.hosts), vault)
        ready = partial(_say_ready, context, link, None if launch is None else launch.path)
        why = run(edge, listening, Lifetime(longest_s, idle_s, seconds_since_boot), activity, ready)
        finish_others(partial(context.streams.note, "a provider is being asked: the page ends with its answer"))
    finally:
        if launch is not None:
            launch.remove()
    context.streams.note(f"the page has ended: {why}")


def _means_of(context: Context, vault: "LockableVault") -> "PageMeans":
    """Return what the page is given; the vault is opened, and a person asked for that, before."""
    from nexcred.cli.actions.after_switch import delivery_of
    from nexcred.server.page.site import PageMeans

    title, person = vault.access().read(lambda opened: (opened.organisation.name, opened.me.full_name))
    return PageMeans(
        open_again=lambda: _open_again(context, vault.access().read(lambda opened: opened.identity)),
        deliver=partial(delivery_of, context),
        environment=context.environment,
        state_folder=context.state_folder,
        now=context.now,
        title=title,
        person=person,
    )


def _say_ready(context: Context, link: str, file: Path | None) -> None:
    """Lead the browser there by the file, or print the link as the first line of the result."""
    if file is not None and _opens(context, file.as_uri()):
        context.streams.note("your browser opens the page; Ctrl-C ends it")
        return
    context.streams.line(link)
    context.streams.stdout.flush()
    context.streams.note("open this link within a minute: it serves once; Ctrl-C ends the page")


def _opens(context: Context, url: str) -> bool:
    try:
        open_browser(url, context.environment)
    except OSError:
        return False
    return True


def _open_again(context: Context, identity: Identity) -> Vault:
    """Open the vault once more, for a thread in which nobody can be asked anything."""
    warn = context.streams.warn
    workspace = Workspace(context.vault_choice, context.environment, warn=warn, open_other=partial(open_other, context))
    return open_vault(
        workspace.store,
        workspace.anchors,
        lambda _store: identity,
        warn=warn,
        checkpoint=workspace.checkpoint,
        is_named=context.named_vault is not None,
    )
