"""Text that may go to a terminal as it is: decided here, and asked for by whatever writes there."""

from nexcred.model.text import make_visible


class Visible(str):
    """Nothing in it is obeyed by a terminal but nexcred's own styles. A `str` that is made from it is one no more."""

    __slots__ = ()


def visible(*parts: str) -> Visible:
    """Join parts, and make visible what is not `Visible` yet."""
    return Visible("".join(part if isinstance(part, Visible) else make_visible(part) for part in parts))


def visible_block(text: str) -> Visible:
    """Make a text visible that has lines of its own, and tabs."""
    return Visible(make_visible(text, keep="\n\t"))
