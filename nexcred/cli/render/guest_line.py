"""Describe the line for a guest, and what it leaves out."""

from collections.abc import Iterable

from nexcred.cli.app.context import Context
from nexcred.model.text import make_visible
from nexcred.services.vaults.guest_line import GuestLine, line_for
from nexcred.vault.checkpoint import write_checkpoint
from nexcred.vault.member_info import MemberInfo
from nexcred.vault.roster import GUEST


def tell_guests(context: Context, people: Iterable[MemberInfo]) -> None:
    """Print for each guest among them the line that tells it what it opens from now on."""
    for guest in {one.id: one for one in people if one.role == GUEST}.values():
        context.streams.note(
            f"{make_visible(guest.full_name)} opens it where it is remembered, or with this line in NEXCRED_CHECKPOINT:"
        )
        line = line_for(context.vault, guest)
        context.streams.note(write_checkpoint(line.checkpoint))
        tell_left_out(context, line)


def tell_left_out(context: Context, line: GuestLine) -> None:
    """Warn of each name that the guest holds and that nobody here vouches for."""
    for _, error in line.left_out:
        context.streams.warn(f"{error.message}: the line does not say that the guest opens it; {error.hint}")
