"""The service of `nexcred serve`, put together."""

from functools import partial

from nexcred.cli.app.context import Context
from nexcred.cli.commands.serve.unlocking import ServiceUnlocking
from nexcred.errors import Locked
from nexcred.local.boot_clock import seconds_since_boot
from nexcred.local.service_tokens import ServiceTokens
from nexcred.server.access_tokens import AccessTokens
from nexcred.server.activity import Activity
from nexcred.server.edge import Edge
from nexcred.server.health import endpoints as health
from nexcred.server.known_tokens import KnownTokens
from nexcred.server.listening.place import Listening
from nexcred.server.log_lines import tell_by
from nexcred.server.open_files import make_room
from nexcred.server.openapi import with_document
from nexcred.server.opening import LockableVault
from nexcred.server.programs import endpoints as programs
from nexcred.server.running import Lifetime, run
from nexcred.server.seeds import endpoints as seeds
from nexcred.server.token_gate import TokenGate
from nexcred.services.grants.uninterrupted import finish_others
from nexcred.services.vaults.opening import vault_id_of
from nexcred.vault.roster import GUEST, READER
from nexcred.vault.vault import Vault


def serve(context: Context, listening: Listening, longest_s: float | None, idle_s: float | None) -> None:
    """Serve until something ends it. The first line of the result is the URL."""
    unlocking = ServiceUnlocking(context)
    vault = LockableVault(unlocking.open, seconds_since_boot)
    try:
        vault.access().read(lambda opened: _tell_who(context, opened))
    except Locked as error:
        context.streams.warn(f"{error.message}: requests are refused until it is unlocked")
        _tell_way(context, error)
    unlocking.never_ask()
    tell_by(context.streams.warn)
    make_room()
    activity = Activity(seconds_since_boot)
    tokens = KnownTokens(ServiceTokens(context.state_folder, vault_id_of(context.store, context.anchors)))
    access_tokens = AccessTokens(tokens)
    gate = TokenGate(tokens, access_tokens, listening.hosts)
    endpoints = with_document([*health(), *programs(), *seeds(access_tokens)])
    edge = Edge(activity.noticed(endpoints), gate, vault)

    def say_ready() -> None:
        context.streams.line(listening.url)
        context.streams.stdout.flush()

    why = run(edge, listening, Lifetime(longest_s, idle_s, seconds_since_boot), activity, say_ready)
    finish_others(partial(context.streams.note, "a provider is being asked: the service ends with its answer"))
    context.streams.note(f"the service has ended: {why}")


def _tell_way(context: Context, locked: Locked) -> None:
    """Say what opens the vault while this runs: where something was given to unlock it, nothing else does."""
    if context.source is None:
        context.streams.hint(f"open it with: nexcred vault unlock; or end this, and {locked.hint}")
    elif locked.hint:
        context.streams.hint(locked.hint)


def _tell_who(context: Context, vault: Vault) -> None:
    me = vault.me
    context.streams.note(f"serving the vault of {vault.organisation.name} as {me.full_name} ({vault.role})")
    if vault.role in (GUEST, READER):
        context.streams.note("this identity only reads: what would change the vault is refused (read_only_identity)")
