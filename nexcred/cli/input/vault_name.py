"""The user's own name for a vault, as it is given, and keeping it."""

import re
from collections.abc import Mapping

from nexcred.cli.app.context import Context
from nexcred.errors import Conflict, InvalidData
from nexcred.local.settings_edit import add_vault
from nexcred.local.vault_names import (
    NO_LOGIN,
    PERSONAL,
    VaultChoice,
    holds_secret,
    problem_in_name,
    problem_in_place,
    refuse_half_url,
    whole_place,
)
from nexcred.model.text import make_visible
from nexcred.services.workspace import Workspace

# What many places end with.
_GENERIC = ("vault", "nexcred")


def checked_place(url: str) -> str:
    """Return a place as it is kept; raise InvalidData, which does not repeat what may be a password, and UsageError."""
    refuse_half_url(url)
    place = whole_place(url)
    if problem := problem_in_place(place):
        raise InvalidData(f"the place of a vault {problem}")
    return place


def refuse_secret(file: str) -> None:
    """Raise InvalidData for a file that reads as a place with a password in it, without repeating it."""
    if holds_secret(file):
        raise InvalidData(f"the name of a file {NO_LOGIN}", hint="a file of such a name is meant by ./NAME")


def name_for(url: str) -> str:
    """Return what a vault may be called after its place."""
    address = url.partition("?")[0]
    parts = re.split(r"[/:\\]", address.partition("://")[2] or address)
    bare = (part.removesuffix(".git").removesuffix(".db") for part in parts)
    names = [re.sub(r"[^A-Za-z0-9_]+", "-", part).strip("-")[:64] for part in bare]
    return next((name for name in reversed(names) if name and name.lower() not in _GENERIC), "team")


def refuse_taken(context: Context, name: str, url: str) -> None:
    """Raise Conflict where the name is that of another place, InvalidData where it is none."""
    present = context.user_settings.vaults.get(name)
    if present is None or present.url != url:
        _refuse_name(context, name)


def keep_name(context: Context, name: str, table: Mapping[str, str]) -> None:
    """Write the name down; raise Conflict for one that is taken, InvalidData, and UsageError for an unknown kind."""
    _refuse_name(context, name)
    _ = Workspace(VaultChoice(table["url"], name), context.environment, warn=context.streams.warn).store
    add_vault(name, table)
    context.forget_settings()


def _refuse_name(context: Context, name: str) -> None:
    vaults = context.user_settings.vaults
    taken = next((one for one in (PERSONAL, *vaults) if one.casefold() == name.casefold()), None)
    if taken is not None:
        hint = (
            "take another name" if taken == PERSONAL else f"take another name, or first: nexcred vault forget {taken}"
        )
        raise Conflict(f"you have a vault named '{taken}'", hint=hint)
    if problem := problem_in_name(name):
        raise InvalidData(f"'{make_visible(name[:64])}' {problem}")
