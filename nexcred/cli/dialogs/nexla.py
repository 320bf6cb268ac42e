"""The key to Nexla that is meant, and whether what is sent may go where it leads."""

from collections.abc import Callable
from typing import TypeVar

from nexcred.cli.app.context import Context
from nexcred.cli.prompt.confirm import require_yes
from nexcred.cli.prompt.prompter import Choice
from nexcred.cli.terminal.progress import Progress
from nexcred.model.text import make_visible
from nexcred.services.nexla.account import accounts, check_account, check_host, destination, several_accounts
from nexcred.services.nexla.client import NexlaClient
from nexcred.services.requests.request import Requester

T = TypeVar("T")


def account_meant(context: Context, name: str | None) -> Requester:
    """Return who asks: the credential of that name, else the only key there is, else the one that is picked."""
    if name is None:
        found = accounts(context.vault)
        names = [one.name for one in found]
        if len(found) > 1 and not context.terminal.interactive:
            raise several_accounts(found)
        several = [Choice(one, make_visible(one)) for one in names]
        name = names[0] if len(names) == 1 else context.prompter.choose("Key to Nexla", several, names[0])
    return context.find_and(
        name,
        lambda found: Requester(context.vault, check_account(found), context.sessions, context.environment),
    )


def client_of(context: Context, requester: Requester) -> NexlaClient:
    return NexlaClient(requester, context.now)


def allow_destination(context: Context, requester: Requester, host: str | None) -> None:
    """Ask before anything goes to a host that somebody else alone chose; `--yes` is no answer to that."""
    where = destination(context.vault, requester)
    if host is not None:
        check_host(where, host)
    elif not where.is_chosen:
        said_by = f", as {where.said_by} wrote it" if where.said_by else ""
        told = f"'{requester.credential.name}' leads to {where.host}{said_by}: what is pushed goes there"
        flags = f"--host {where.host}"
        require_yes(
            context,
            [told],
            "Is that your Nexla?",
            doing=f"sending to {where.host}",
            declined="nothing was sent",
            flags=flags,
        )


def awaited(context: Context, ask: Callable[[], T]) -> T:
    """Return what Nexla answers; a line tells who is waited for, where a terminal is looked at."""
    with Progress(context.streams, context.terminal, "asking Nexla", 1):
        return ask()
