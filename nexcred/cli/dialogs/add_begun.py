"""The beginning of an `add` at a terminal: what is asked before anything slow has been imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nexcred.cli.dialogs.vault_at_hand import vault_or_pending
from nexcred.cli.prompt.labels import ask_labels
from nexcred.connectors.load.fast_reader import quick_introduction
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from nexcred.cli.app.context import Context
    from nexcred.cli.input.new_credential import CredentialInput
    from nexcred.vault.vault import Vault

# What the rest of the dialog is made of: a person reads the first question while it is imported.
_THE_REST = "nexcred.cli.actions.add_said"


class Begun(NamedTuple):
    """What is known once the labels are, the vault, None where there is none yet, and what makes it then."""

    request: CredentialInput
    vault: Vault | None
    make_vault: Callable[[], Vault]

    def __repr__(self) -> str:
        return repr_of(self, "request")


def begin(context: Context, request: CredentialInput, *, private: bool) -> Begun | None:
    """Ask for the labels of one of the catalogue's connectors, by what was made ahead of its file.

    None where it takes the whole file to know what is to be asked, and where nobody can be. Raises UnknownConnector.
    """
    if request.connector is None or not context.terminal.interactive:
        return None
    introduction = quick_introduction(request.connector, request.method)
    if introduction is None:
        return None
    context.meanwhile = (_THE_REST,)
    vault, make_vault = open_to_ask(context, private=private)
    return Begun(ask_labels(context.prompter, introduction, request, name_check(vault)), vault, make_vault)


def open_to_ask(context: Context, *, private: bool) -> tuple[Vault | None, Callable[[], Vault]]:
    """Open the vault, as `vault_or_pending` does, and say whom it shares with what is added, unless that is private."""
    vault, make_vault = vault_or_pending(context)
    if vault is not None and not private and vault.shared_by_default:
        from nexcred.cli.render.default_sharing import warn_of_sharing

        warn_of_sharing(context.prompter, vault)
    return vault, make_vault


def name_check(vault: Vault | None) -> Callable[[str], bool]:
    """Return what says whether a name is taken; none is where there is no vault yet."""
    return vault.has if vault else _nothing_is_taken


def _nothing_is_taken(_name: str) -> bool:
    return False
