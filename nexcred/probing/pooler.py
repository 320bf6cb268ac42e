"""Read the messages of PostgreSQL's poolers and look-alikes, whose SQLSTATE says something else.

Sources: PgBouncer (its source has 08P01 for all of its refusals: pgbouncer/pgbouncer#649), Supavisor
(supabase/cli#4277), Amazon Redshift (jazzband/django-redshift-backend#146). Only what each is known to say counts.
"""

import re

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus


class PoolerMeaning(NamedTuple):
    """The status that a message proves, and the words to put before it."""

    status: ProbeStatus
    preface: str = ""


_WRONG = PoolerMeaning(ProbeStatus.REJECTED)
_UNKNOWN_TO_POOLER = PoolerMeaning(
    ProbeStatus.INCONCLUSIVE, "the pooler knows no such user or project, and checked no password"
)
_FULL = PoolerMeaning(ProbeStatus.RATE_LIMITED, "too many connections")
_BEHIND = PoolerMeaning(ProbeStatus.PROVIDER_ERROR, "the pooler cannot reach its database")
_NEEDS_TLS = PoolerMeaning(ProbeStatus.INCONCLUSIVE, "the server wants TLS")
_NOT_FROM_HERE = PoolerMeaning(ProbeStatus.INCONCLUSIVE, "the server does not talk to this machine")

_WORDS: tuple[tuple[str, str, PoolerMeaning], ...] = (
    ("08P01", r"(password|SASL) authentication failed$|auth failed$", _WRONG),
    ("08P01", r"no such (user|database)\b|bouncer config error", _UNKNOWN_TO_POOLER),
    ("08P01", r"no more connections allowed|max_client_conn|client_login_timeout|query_wait_timeout", _FULL),
    ("08P01", r"server login has been failing|pgbouncer cannot connect to server|server login failed", _BEHIND),
    ("08P01", r"SSL required|TLS required", _NEEDS_TLS),
    ("XX000", r"Tenant or user not found|\(ENOTFOUND\)|no tenant identifier|There is no user ", _UNKNOWN_TO_POOLER),
    ("XX000", r"max clients? reached|Max client connections reached|MaxClientsInSessionMode", _FULL),
    ("XX000", r"SSL connection is required", _NEEDS_TLS),
    ("XX000", r"Address not in tenant allow_list", _NOT_FROM_HERE),
    ("28000", r"password authentication failed for user ", _WRONG),
)


def by_words_of_pooler(code: str, message: str) -> PoolerMeaning | None:
    """Return what the words prove; None for words that no pooler is known for."""
    found = (meaning for known, words, meaning in _WORDS if known == code and re.search(words, message, re.IGNORECASE))
    return next(found, None)
