"""What the server or the way to it says, as the failure that the user is told of."""

from nexcred.databases.postgresql_session import StatementRefused
from nexcred.errors import NexcredError, StoreFailed, StoreUnreachable, Tampered, VaultBusy
from nexcred.model.probe import ProbeStatus
from nexcred.model.text import make_visible
from nexcred.network.failures import TransportFailed

# PostgreSQL manual, Appendix A.
UNDEFINED_TABLE, NO_SCHEMA = "42P01", "3F000"
NO_RIGHT = "42501"
READ_ONLY = "25006"
_LOCKED_OUT = "55P03"
_NO_SUCH_DATABASE = "3D000"
_DURING_RECOVERY = ("55000", "0A000")
_LOST_RACES = ("40001", "40P01", "23505", "42P06", "42P07")
# A value that is no number, as `statements.required` makes one of.
_NOT_A_NUMBER = "22P02"
_COMING_OR_GOING = ("57P01", "57P02", "57P03")
# XX000 is none: poolers say it of users that they do not know.
_DAMAGED = ("XX001", "XX002")
_REASONS = {
    "57014": "the server ended it, as it took too long",
    "53100": "its disk is full",
    "53200": "it is out of memory",
    "53300": "it has as many connections as it takes",
    "42703": "it is no PostgreSQL of version 13 or later",
}


def is_lost_race(refused: StatementRefused) -> bool:
    """True when another writer was quicker."""
    return refused.code in _LOST_RACES or says(refused, "moved")


def says(refused: StatementRefused, word: str) -> bool:
    """True when a condition of ours did not hold, the one of this word."""
    return refused.code == _NOT_A_NUMBER and f'"nexcred: {word}"' in refused.message


def is_missing(refused: StatementRefused) -> bool:
    """True when there is no such table, or schema."""
    return refused.code in (UNDEFINED_TABLE, NO_SCHEMA)


def refusal(refused: StatementRefused, place: str) -> NexcredError:
    """Translate the server's no."""
    code, message = refused.code, make_visible(refused.message[:200])
    if code.startswith("28"):
        return StoreFailed(f"{place} refuses the login: {message} ({code})", hint="see: nexcred doctor")
    if code == _NO_SUCH_DATABASE:
        return StoreFailed(f"{place}: there is no such database")
    if code == NO_RIGHT:
        return StoreFailed(f"{place} does not let this login do that: {message}")
    if code in (READ_ONLY, *_DURING_RECOVERY):
        return StoreFailed(f"{place} only reads, as a standby does: {message}", hint="name the server that writes")
    if code == _LOCKED_OUT:
        return VaultBusy(f"{place} is locked by another session of the database", hint="try again in a moment")
    if code in _DAMAGED:
        return Tampered(f"{place} is damaged: {message} ({code})")
    if code in _COMING_OR_GOING or code.startswith("08"):
        return StoreUnreachable(f"{place} cannot be reached: {message}", hint="try again in a moment")
    return StoreFailed(f"{place} failed: {_REASONS.get(code, f'{message} ({code})')}")


def no_answer(failed: TransportFailed, place: str) -> NexcredError:
    """Translate what was no answer, or none that may be believed."""
    if failed.status is ProbeStatus.UNREACHABLE:
        return StoreUnreachable(f"{place} cannot be reached: {failed.detail}")
    return StoreFailed(f"{place} is not used: {failed.detail}")


def is_passing(refused: StatementRefused) -> bool:
    """True for what waiting may end: a server that starts, one that is full, a lock."""
    return refused.code in (*_COMING_OR_GOING, "53300", _LOCKED_OUT) or refused.code.startswith("08")
