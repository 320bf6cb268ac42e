"""What becomes of a commit whose answer did not come: it is looked for, and sent again where it did not happen."""

import time
from collections.abc import Callable, Iterator

from nexcred.databases.postgresql_session import PostgresSession, StatementRefused
from nexcred.errors import NexcredError, OutcomeUnknown
from nexcred.network.failures import TransportFailed
from nexcred.stores.postgresql import failures

_PAUSES_S = (0.0, 0.1, 0.3, 1.0, 2.0)


class CommitStanding:
    """What stands when a commit is asked after: the head, and the one that is kept of its generation."""

    def __init__(self, head: bytes | None, kept: bytes | None) -> None:
        self.head = head
        self.kept = kept


def settle(
    place: str,
    log_in: Callable[[], PostgresSession],
    look: Callable[[PostgresSession], CommitStanding],
    again: Callable[[PostgresSession], None],
    head: bytes,
    expected_head: bytes | None,
    *,
    for_s: float,
) -> bool:
    """Return True when the head was put, False when another one was; raise OutcomeUnknown when nothing can be learnt.

    `look` waits for a transaction that is still under way. Where the expected head still stands, the commit may be on
    its way nevertheless: so the same is sent `again`, since only one of the two can move it.
    """
    for _ in _tries(for_s):
        session = None
        try:
            session = log_in()
            standing = look(session)
            if head in (standing.head, standing.kept):
                return True
            if standing.head != expected_head:
                return False
            again(session)
        except TransportFailed:
            continue
        except StatementRefused as refused:
            if not (failures.is_lost_race(refused) or failures.is_passing(refused)):
                raise _unknown(place, failures.refusal(refused, place)) from None
            continue
        finally:
            if session is not None:
                session.close()
        return True
    raise _unknown(place, None)


def _tries(for_s: float) -> Iterator[None]:
    ends_at = time.monotonic() + for_s
    for pause_s in _pauses():
        if pause_s and time.monotonic() + pause_s > ends_at:
            return
        time.sleep(pause_s)
        yield


def _pauses() -> Iterator[float]:
    yield from _PAUSES_S
    while True:
        yield _PAUSES_S[-1]


def _unknown(place: str, why: NexcredError | None) -> OutcomeUnknown:
    reason = "" if why is None else f" ({why.message})"
    return OutcomeUnknown(
        f"{place} did not answer to a write{reason}: it may have happened or not",
        hint="see what is there with: nexcred list",
    )
