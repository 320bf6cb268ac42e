"""Judge what a server said to a login without HTTP, by its own code."""

from collections.abc import Mapping

from nexcred.auth.database_login import Connect, DatabaseLogin, Driver
from nexcred.auth.flow import Verdict
from nexcred.connectors.identity import identity_of
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.probing.pooler import by_words_of_pooler

_NO_REASON = "no reason given"
_SAID_OF_MANY = "1045"  # by MySQL and MariaDB


class _Meaning(NamedTuple):
    """The status that an error code proves, and the words to put before the server's message."""

    status: ProbeStatus
    preface: str = ""


_LOGIN_GOOD = _Meaning(ProbeStatus.FORBIDDEN, "the login is good, the database is not")
_EXPIRED = _Meaning(ProbeStatus.EXPIRED, "the password has expired")
_LOCKED = _Meaning(ProbeStatus.FORBIDDEN, "the account is locked")
_BLOCKED = _Meaning(ProbeStatus.INCONCLUSIVE, "the account is blocked after too many failed logins")
_REFUSED = _Meaning(ProbeStatus.REJECTED)
_FULL = _Meaning(ProbeStatus.RATE_LIMITED, "too many connections")
_FAILED = _Meaning(ProbeStatus.PROVIDER_ERROR)
_NOT_FROM_HERE = _Meaning(ProbeStatus.INCONCLUSIVE, "the server does not talk to this machine")
_NEEDS_TLS = _Meaning(ProbeStatus.INCONCLUSIVE, "the server wants TLS")
_WANTS_CERTIFICATE = _Meaning(ProbeStatus.INCONCLUSIVE, "the server asks for a client certificate")
_NOTHING = _Meaning(ProbeStatus.INCONCLUSIVE)
# One number for a wrong password, an unknown user, an account of other hosts, and one that requires a certificate.
_ONE_OF_MANY = _Meaning(
    ProbeStatus.INCONCLUSIVE,
    "a wrong user name or password, or an account that requires another host or a client certificate",
)
_BY_PLUGIN = _Meaning(ProbeStatus.INCONCLUSIVE, "this account logs in by something other than a password")

# SMTP: RFC 4954, section 6; what begins with 4 passes. PostgreSQL: appendix A of its manual. MySQL and MariaDB: their
# error references, which share the numbers below 1900.
_CODES: dict[Driver, dict[str, _Meaning]] = {
    "postgresql": {
        "28P01": _REFUSED,
        # Also what a role without LOGIN gets, and an address that pg_hba.conf does not let in.
        "28000": _NOTHING,
        "3D000": _LOGIN_GOOD,
        "42501": _LOGIN_GOOD,
        "53300": _FULL,
        "57P03": _FAILED,
    },
    "mysql": {
        _SAID_OF_MANY: _ONE_OF_MANY,
        "1698": _BY_PLUGIN,
        "1044": _LOGIN_GOOD,
        "1049": _LOGIN_GOOD,
        "1820": _EXPIRED,
        "1862": _EXPIRED,
        "3118": _LOCKED,
        "4151": _LOCKED,
        "3955": _BLOCKED,
        "4150": _BLOCKED,
        "1040": _FULL,
        "1203": _FULL,
        "1226": _FULL,
        "1129": _NOT_FROM_HERE,
        "1130": _NOT_FROM_HERE,
        "3159": _NEEDS_TLS,
    },
    "smtp": {
        "535": _REFUSED,
        "534": _Meaning(ProbeStatus.FORBIDDEN, "the server wants another kind of login, such as an app password"),
        "538": _NEEDS_TLS,
    },
}
# Classes of SQLSTATE in which the fault is the server's: out of resources, an operator's doing, system and internal.
_SERVER_FAULTS = ("53", "57", "58", "XX")


def judge_login(connect: Connect, login: DatabaseLogin, identity: str, public: Mapping[str, str | int]) -> Verdict:
    """Return what the server's answer proves. Pure; its texts are neither redacted nor cut yet."""
    if login.code:
        return _refusal(connect, login)
    who = identity_of(identity, public, {"user": login.user, "version": login.version})
    if not login.asked and connect.password:
        detail = "the server let this user in without asking for the password"
        return Verdict(ProbeStatus.INCONCLUSIVE, identity=who, detail=detail)
    detail = "" if login.encrypted else "without TLS"
    return Verdict(ProbeStatus.ACCEPTED, identity=who, detail=detail, expires_at=login.expires_at)


def judge_ended(verdict: Verdict) -> Verdict:
    """Read what a server says of many things as a refusal of the password, of one that it let in until it was ended."""
    return verdict._replace(status=ProbeStatus.REJECTED) if verdict.login_code == _SAID_OF_MANY else verdict


def _refusal(connect: Connect, login: DatabaseLogin) -> Verdict:
    meaning = _meaning(connect.driver, login)
    if meaning is _ONE_OF_MANY and login.offers_tls and not login.encrypted:
        # An account that requires TLS is refused with the same number as a wrong password.
        meaning = _Meaning(ProbeStatus.INCONCLUSIVE, "refused without TLS, which the account may require")
    said = login.message or _NO_REASON
    detail = f"{meaning.preface}: {said} ({login.code})" if meaning.preface else f"{said} ({login.code})"
    return Verdict(meaning.status, detail=detail, login_code=login.code)


def _meaning(driver: Driver, login: DatabaseLogin) -> _Meaning:
    if driver == "postgresql":
        return _meaning_to_postgresql(login)
    if driver == "smtp" and login.code.startswith("4"):
        return _FAILED
    return _CODES[driver].get(login.code, _NOTHING)


def _meaning_to_postgresql(login: DatabaseLogin) -> _Meaning:
    by_words = by_words_of_pooler(login.code, login.message)
    if by_words is not None:
        return _Meaning(*by_words)
    if login.code == "28000" and "requires a valid client certificate" in login.message:
        return _WANTS_CERTIFICATE
    known = _CODES["postgresql"].get(login.code)
    if known is None and login.code.startswith(_SERVER_FAULTS):
        return _FAILED
    return known or _NOTHING
