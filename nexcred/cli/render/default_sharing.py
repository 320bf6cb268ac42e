"""What is added is shared with teams where the vault's settings say so, and with whom its line says: told."""

from collections.abc import Sequence

from nexcred.cli.app.context import Context
from nexcred.cli.prompt.prompter import Prompter, Tone
from nexcred.cli.render.guest_line import tell_guests
from nexcred.cli.render.member import recipients_text
from nexcred.model.credential import Credential
from nexcred.model.text import make_visible
from nexcred.services.vaults.defaults import shared_by_default
from nexcred.services.vaults.recipients import Recipients
from nexcred.vault.access_list import TO_TEAM
from nexcred.vault.vault import Vault

NOBODY = Recipients()


def sharing_lines(vault: Vault) -> tuple[str, ...]:
    """Say with whom something that is added now will be shared; nothing where it is not."""
    teams = Recipients(teams=shared_by_default(vault))
    if not teams.teams:
        return ()
    return (f"what you add is shared with {recipients_text(teams)}; --private keeps it to you",)


def warn_of_sharing(prompter: Prompter, vault: Vault) -> None:
    for line in sharing_lines(vault):
        prompter.tell(make_visible(line), Tone.CAREFUL)


def tell_sharing(context: Context, added: Sequence[Credential], named: Recipients = NOBODY) -> None:
    """Say with whom all of these, which were added in one write, were shared by that; `named` are of the line."""
    if not added:
        return
    granted = {to for kind, to in context.vault.grants(added[0]) if kind == TO_TEAM}
    by_default = Recipients(
        teams=tuple(team for team in context.vault.teams if team.id in granted and team not in named.teams)
    )
    what = added[0].name if len(added) == 1 else f"all {len(added)}"
    tell_shared(context, what, named)
    tell_shared(context, what, by_default, why=", as the settings of the vault say")


def tell_shared(context: Context, what: str, recipients: Recipients, why: str = "") -> None:
    """Say that it is shared with these, if they are any, and what guests among them open it by."""
    if recipients == NOBODY:
        return
    context.streams.note(make_visible(f"shared {what} with {recipients_text(recipients)}{why}"))
    tell_guests(context, recipients.people)
