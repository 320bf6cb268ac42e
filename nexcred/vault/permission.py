"""Whether a vault, or a credential as it was read, may be written to."""

from nexcred.errors import ChangedMeanwhile, MadeByNewer, MovedAway, NotPermitted, NotUpgraded, RolledBack
from nexcred.model.credential import Credential
from nexcred.model.shell_word import shell_word
from nexcred.vault.roster import WRITERS, moved_note
from nexcred.vault.state import VerifiedState


def refuse_unless_upgradable(state: VerifiedState) -> None:
    """Raise NotUpgraded for a vault of version 1 that others may have written to: a person looks at it first."""
    if state.roster.is_first_format and not (state.roster.is_alone and state.roster.had_one_writer):
        raise not_upgraded()


def not_upgraded() -> NotUpgraded:
    return NotUpgraded(
        "this vault is of version 1, in which members could change what was not granted to them",
        hint="an owner upgrades it with: nexcred vault upgrade",
    )


def refuse_where_moved(state: VerifiedState) -> None:
    """Raise MovedAway where the vault was, and is no more."""
    if state.roster.moved_to is not None:
        raise MovedAway(
            moved_note(state.roster.moved_to),
            hint="use it there, or let an owner bring it back: nexcred vault move --back",
        )


def refuse_unless_writable(state: VerifiedState) -> None:
    if state.is_old:
        raise RolledBack(
            "an older state or a copy of a vault is only read",
            hint="to go on from it: nexcred vault restore-backup FILE",
        )
    if state.me.role not in WRITERS:
        raise NotPermitted(
            "this identity may read this vault, not write to it", hint="see who may: nexcred member list"
        )
    if state.head.head.is_read_only:
        raise MadeByNewer(
            "a newer nexcred wrote to this vault what this version would lose: it can only be read",
            hint="update nexcred, then try again",
        )


def may_not_share(name: str) -> NotPermitted:
    """Return the error for somebody who may not say who holds a credential."""
    return NotPermitted(
        f"only whoever added '{name}', or an owner of the vault, may decide who holds it",
        hint="see the owners with: nexcred member list",
    )


def may_not_write(name: str) -> NotPermitted:
    """Return the error for somebody who may read a credential but not change it."""
    return NotPermitted(
        f"this identity may not change the values of '{name}'",
        hint="ask whoever added it, or an owner of the vault, to run: nexcred share NAME --with MEMBER",
    )


def changed_meanwhile(credential: Credential) -> ChangedMeanwhile:
    """Return the error for a credential that somebody else wrote since it was read."""
    return ChangedMeanwhile(
        f"'{credential.name}' was changed by somebody else meanwhile",
        hint=f"look at it with: nexcred show {shell_word(credential.name)}, then try again",
    )
