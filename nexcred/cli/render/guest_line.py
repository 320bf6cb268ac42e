"""Describe what the line for a guest leaves out."""

from nexcred.cli.app.context import Context
from nexcred.services.vaults.guest_line import GuestLine


def tell_left_out(context: Context, line: GuestLine) -> None:
    """Warn of each name that the guest holds and that nobody here vouches for."""
    for _, error in line.left_out:
        context.streams.warn(f"{error.message}: the line does not say that the guest opens it; {error.hint}")
