"""What the user calls a vault, once the vault is elsewhere: changed for the user's own move, else only when asked."""

from nexcred.cli.app.context import Context
from nexcred.cli.input.vault_name import checked_place
from nexcred.cli.prompt.prompter import Tone
from nexcred.local.anchors import SeenPlace
from nexcred.local.settings_edit import replace_vault
from nexcred.local.vault_names import PERSONAL, NamedVault, VaultChoice
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.workspace import Workspace
from nexcred.vault.store import Store, shown_place
from nexcred.vault.vault import Vault


def follow(context: Context, vault: Vault, name: str, table: NamedVault) -> bool:
    """Ask whether the name is to lead to where the vault went, and let it; False for a no."""
    url = vault.state.roster.moved_to
    assert url is not None
    context.prompter.tell(make_visible(f"An owner of '{name}' has moved it to {url}"), Tone.CAREFUL)
    if not context.prompter.confirm(f"Let '{name}' lead there from now on?"):
        return False
    store = Workspace(VaultChoice(checked_place(url), name), context.environment, warn=context.streams.warn).store
    lead(context, name, table, vault, store)
    return True


def lead(context: Context, name: str, table: NamedVault, vault: Vault, store: Store) -> None:
    """Let a name stand for a vault at another place. What logged in at the former one is not sent there."""
    kept = {"url": shown_place(store)} | ({} if table.may_be_offline else {"offline": "refuse"})
    replace_vault(name, kept)
    context.forget_settings()
    if context.anchors.place(store.location) is None:  # or another vault there would be a first use
        context.anchors.note_backup(store.location, SeenPlace(vault.vault_id, 0))
    context.streams.note(make_visible(f"{name} is {shown_place(store)} from now on"))
    if table.credential is not None:
        context.streams.note(f"{table.credential} does not log in there; name what does in config.toml")


def name_after_move(context: Context, vault: Vault, store: Store) -> str | None:
    """Let the name by which the user moved a vault follow it, or tell how it is used; return the name."""
    choice = context.vault_choice
    if choice.name is not None and choice.table is not None:
        lead(context, choice.name, choice.table, vault, store)
        return choice.name
    url = shell_word(shown_place(store))
    if choice.name == PERSONAL:
        context.streams.note(f"give it a name, and use that: nexcred vault add NAME {url} && nexcred vault use NAME")
    else:
        context.streams.note(f"use it with: --vault {url}")
    return None
