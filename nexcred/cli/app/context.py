"""Everything that a command needs, made on first use. The only place that joins store, unlocking and vault."""

from __future__ import annotations

import os
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

from nexcred.cli.app.call_settings import CallSettings
from nexcred.cli.app.global_options import GlobalOptions
from nexcred.cli.terminal.capabilities import Terminal, decide_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from nexcred.auth.assumed_role import RoleKeys
    from nexcred.cli.prompt.prompter import Prompter
    from nexcred.cli.terminal.streams import Streams
    from nexcred.connectors.load.fast_reader import QuickMethod
    from nexcred.local.anchors import AnchorFile
    from nexcred.local.use_log import UseLog, Verb
    from nexcred.model.credential import Credential, Details
    from nexcred.oskeyring.access import GuardedKeyring
    from nexcred.services.grants.sessions import Sessions
    from nexcred.services.local_unlock import LocalUnlock
    from nexcred.services.workspace import Workspace
    from nexcred.unlock.sources import UnlockSource
    from nexcred.vault.identity import Identity
    from nexcred.vault.memory import Confirm
    from nexcred.vault.store import Store
    from nexcred.vault.vault import Vault

T = TypeVar("T")


class Context(CallSettings):
    """Thunks: `--help` makes none of them, `get` few."""

    def __init__(self, streams: Streams) -> None:
        super().__init__(os.environ, GlobalOptions())
        self.streams = streams
        self.own_failure: int | None = None
        self.told_problems = False
        self.stays_here = False
        self.unlock_label = "Passphrase"
        self.meanwhile: tuple[str, ...] = ()

    @cached_property
    def terminal(self) -> Terminal:
        """Decide what may be asked and coloured; the options are known by then."""
        options = self.options
        return decide_terminal(
            self.streams.ttys,
            self.environment,
            no_input=options.no_input,
            color=str(self.setting("color").value),
            quiet=options.quiet,
        )

    def apply_options(self) -> None:
        """Let the streams know of the vault, colour and quiet, once the command line is parsed; raise InvalidData."""
        if self.options.vault is not None and not self.options.vaults:
            from nexcred.cli.app.same_vault import with_vault  # which most commands need not

            self.streams.retell = partial(with_vault, said=self.options.vault)
        self.streams.quiet = self.options.quiet
        self.streams.colour_err = self.terminal.colour_err
        self.streams.pager = str(self.setting("pager").value or "")
        if not self.setting("local_time").value:
            from nexcred.model.moments import show_utc

            show_utc()

    def never_ask(self) -> None:
        """Ask and note nothing from now on: another program called, and reads what is written."""
        self.options.no_input = self.options.quiet = self.is_called_by_program = True
        self.__dict__.pop("terminal", None)
        self.apply_options()

    @cached_property
    def prompter(self) -> Prompter:
        """Return what asks; only for an interactive terminal."""
        if self.terminal.plain:
            from nexcred.cli.prompt.line_prompter import LinePrompter

            return LinePrompter(self.streams)
        from nexcred.cli.prompt.drawn_prompter import DrawnPrompter

        return DrawnPrompter(self.streams, self.meanwhile)

    @property
    def named_vault(self) -> str | None:
        """The vault's name or path as given by option or variable; None for the default one."""
        return self.workspace.address

    @cached_property
    def workspace(self) -> Workspace:
        """Reach the vault from this machine; nothing is opened yet."""
        from nexcred.services.workspace import Workspace
        from nexcred.stores.offline import decide_offline

        def other(name: str) -> Vault:
            from nexcred.cli.app.other_vault import open_other  # which hardly any command comes to

            return open_other(self, name)

        say = partial(self.streams.note, "waiting for the OS keyring: it may have opened a window for you")
        return Workspace(
            self.vault_choice,
            self.environment,
            warn=self.streams.warn,
            say_waiting=say if self.terminal.may_ask else None,
            offline=decide_offline(offline=self.options.offline, fresh=self.options.fresh),
            open_other=other,
        )

    @cached_property
    def store(self) -> Store:
        return self.workspace.store

    @property
    def state_folder(self) -> Path:
        return self.workspace.state_folder

    @property
    def keyring(self) -> GuardedKeyring:
        return self.workspace.keyring

    @property
    def anchors(self) -> AnchorFile:
        return self.workspace.anchors

    @property
    def uses(self) -> UseLog:
        return self.workspace.uses

    @cached_property
    def sessions(self) -> Sessions:
        """Return who renews what was granted to the credentials of the vault."""
        from nexcred.services.grants.sessions import Sessions

        return Sessions(self.vault, self.state_folder, self.environment)

    def role_keys(self, credential: Credential, method: QuickMethod, details: Details) -> RoleKeys:
        """Return the keys of the role that the values name; raise what `grants.role_keys` does."""
        from nexcred.services.grants.role_keys import role_keys
        from nexcred.services.timeouts import DEFAULT_TIMEOUT_S

        return role_keys(credential, method, details, self.sessions, timeout_s=DEFAULT_TIMEOUT_S)

    def note_use(
        self,
        verb: Verb,
        credentials: Iterable[Credential] = (),
        fields: Iterable[str] = (),
        *,
        project: str = "",
        names: tuple[str, ...] = (),
    ) -> None:
        """Note for `audit` what this command reads or uses, for the project in that folder; never fails."""
        self.workspace.note_use(self.vault, verb, credentials, fields, project=project, names=names)

    def note_gone(self, verb: Verb, credentials: Iterable[Credential]) -> None:
        """Note for `audit` each of those that this command took away; never fails."""
        self.workspace.note_gone(self.vault, verb, credentials)

    @cached_property
    def source(self) -> UnlockSource | None:
        """Find the way to unlock that was given, unread."""
        from nexcred.unlock.sources import find_source

        return find_source(self.options.identity_file, self.environment, self.streams.always)

    @cached_property
    def vault(self) -> Vault:
        """Open the vault; raises VaultNotFound, Locked, Damaged and their kin."""
        return self.open_by(self.unlock)

    @property
    def problems(self) -> Sequence[str]:
        """What is wrong with single records of the opened vault, which were left out."""
        vault: Vault | None = self.__dict__.get("vault")
        return () if vault is None else vault.problems

    def open_by(self, unlock: Callable[[Store], Identity]) -> Vault:
        """Open the vault by another way than the one that was given."""
        from nexcred.services.vaults.opening import open_vault

        known, was_seen = self.anchors.vaults(), self.anchors.known(self.store.location)
        may_be_old = self.options.accept_rollback
        vault = open_vault(
            self.store,
            self.anchors,
            unlock,
            warn=self.streams.warn,
            confirm=self._confirm,
            checkpoint=self.workspace.checkpoint,
            is_named=self.named_vault is not None,
            accept_rollback=may_be_old,
        )
        if may_be_old:
            from nexcred.model.moments import minute

            when = minute(vault.written_at)
            self.streams.warn(f"the vault can only be read, as of {when}: there may be a newer one")
        elif vault.vault_id not in known:
            self.streams.note(f"first use of this vault on this machine; its id is {vault.vault_id.hex()}")
        elif not was_seen and self.store.path is None and not vault.is_old:
            others = [one for one in self.anchors.places_of(vault.vault_id) if one != self.store.location]
            for seen_at in others[:1]:
                self.streams.note(f"this is another place of a vault that is known here: it was seen at {seen_at}")
        return self.open_by(unlock) if self._follows(vault) else vault

    def _follows(self, vault: Vault) -> bool:
        """Go where a vault went that the user has a name for, if the user says so; from there it is opened anew."""
        name, table = self.vault_choice.name, self.vault_choice.table
        if vault.state.roster.moved_to is None or name is None or table is None:
            return False
        if self.stays_here or not self.terminal.interactive:
            return False
        from nexcred.cli.dialogs.moved_vault import follow

        if not follow(self, vault, name, table):
            return False
        for part in ("vault_choice", "workspace", "store", "local_unlock"):
            self.__dict__.pop(part, None)
        return True

    @property
    def _confirm(self) -> Confirm | None:
        """The function that asks a person to decide a doubt; None where nobody can be asked."""
        if not self.terminal.interactive:
            return None
        from nexcred.cli.prompt.confirm import confirm_doubt

        return partial(confirm_doubt, self)

    def find(self, name: str) -> Credential:
        """Find a credential; what can be no name is refused before the vault is opened."""
        from nexcred.model.name import normalise_name

        wanted = normalise_name(name)
        return self.vault.find(wanted)

    def find_and(self, name: str, make: Callable[[Credential], T]) -> T:
        """Find a credential as `find` does, and return what is made of it as of the same moment: one look-up."""
        from nexcred.model.name import normalise_name

        wanted = normalise_name(name)
        with self.vault.snapshot():
            return make(self.vault.find(wanted))

    def beside(self, store: Store) -> Context:
        """Return the context of the same call for another vault, such as a backup of this one."""
        other = Context(self.streams)
        other.environment, other.options = self.environment, self.options
        other.__dict__["user_settings"] = self.user_settings
        other.store = store
        return other

    def unlock(self, store: Store) -> Identity:
        """Return the identity that opens the vault, by what was given or is at hand; raises Locked."""
        from nexcred.unlock.unlock import unlock

        unasked = (self._from_kernel, self._from_keyring)
        return unlock(store, self.source, unasked=unasked, ask=self._passphrase_asker())

    def _from_kernel(self) -> Identity | None:
        return self.workspace.from_kernel(self.store)

    def _from_keyring(self) -> Identity | None:
        return self.local_unlock.from_keyring()

    @cached_property
    def local_unlock(self) -> LocalUnlock:
        """Reach what this machine keeps; the OS keyring is opened when it is asked for."""
        from nexcred.cli.prompt.passphrase import can_ask
        from nexcred.services.local_unlock import LocalUnlock

        return LocalUnlock(self.workspace, lambda: self.store, can_ask=can_ask(self.terminal))

    def keep_in_keyring(self, identity: Identity) -> None:
        """Let the OS keyring open a vault that was there before, and say so; raise NexcredError."""
        self.local_unlock.keep(identity)
        self.streams.note(f"{self.local_unlock.keyring.title} opens the vault from now on, on this machine")

    def now(self) -> datetime:
        from nexcred.model.times import utc_now

        return utc_now()

    def _passphrase_asker(self) -> Callable[[str, int], str] | None:
        if not self.terminal.may_ask or not self.terminal.ttys.stderr:
            return None
        from nexcred.cli.prompt.passphrase import ask_again, can_ask

        asking = partial(ask_again, self.terminal, self.streams, self.unlock_label)
        return asking if can_ask(self.terminal) else None
