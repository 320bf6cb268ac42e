"""PostgreSQL: a role sets its own password, as the verifier that the server would keep, so that no log has it.

Tried with 15. A role may not set another's password, nor move its own VALID UNTIL. Look-alikes and poolers are told
apart before anything is changed: Redshift, CockroachDB and others keep passwords in other forms, and a pooler may have
a list of its own, which would let in nobody with the new one.

Sources: PostgreSQL documentation, ALTER ROLE, password_encryption, pg_authid (the form of a verifier).
"""

import re
from datetime import UTC, datetime

from nexcred.auth.database_login import Connect, DatabaseLogin
from nexcred.databases.login_session import LoginSession, row_of
from nexcred.databases.verifiers import USUAL_ITERATIONS, md5_verifier, scram_verifier
from nexcred.model.probe import ProbeStatus
from nexcred.network.deadline import Deadline
from nexcred.rotating.acting import Acting
from nexcred.rotating.passwords import (
    TO_GIVE_PLAIN,
    Fields,
    Looked,
    PasswordRefusal,
    PasswordRefused,
    PasswordRotator,
    escaped,
)
from nexcred.rotating.rotator import CallFailed

# "PostgreSQL 15.18 (Debian …) on x86_64-pc-linux-gnu, compiled by …". Redshift says 8.0.2 and its name at the end,
# Greenplum its name in the parentheses, YugabyteDB 15.2-YB-…, CockroachDB and Materialize begin with another name.
_GENUINE = re.compile(r"PostgreSQL (1\d|[2-9]\d)[\w.]*( \([^)]*\))? on [^,]+,")
_OTHERS = re.compile(r"Redshift|Greenplum|Cockroach|-YB-|Materialize|Cloudberry|openGauss|QuestDB", re.IGNORECASE)
_SETTINGS = "SET search_path TO pg_catalog; SET ROLE NONE; SET statement_timeout TO {ms}; SET lock_timeout TO {ms}; "
_ASKED = (
    "SELECT session_user::text, pg_backend_pid()::text, pg_is_in_recovery()::text,"
    " current_setting('password_encryption'), current_setting('scram_iterations', true)"
)
# One transaction, which is on the disk before the answer comes, whatever the role's own settings are. E'…' reads
# backslashes, whatever standard_conforming_strings says.
_CHANGE = "BEGIN READ WRITE; SET LOCAL synchronous_commit TO on; ALTER ROLE CURRENT_USER PASSWORD E'{literal}'; COMMIT"
# Of this role's own sessions everybody may know when they began (manual, 28.2).
_LAST_LOGIN = (
    "SELECT floor(extract(epoch FROM max(backend_start)))::bigint::text FROM pg_catalog.pg_stat_activity"
    " WHERE usename = session_user AND pid <> pg_catalog.pg_backend_pid()"
)
# Manual, appendix A. A server that is shut down may have committed before it says so.
_NO_RIGHT, _ONLY_READS, _ENDED_LATE = "42501", "25006", ("57014", "55P03")
_FAULTS, _SHUT_DOWN = ("53", "57", "58", "XX"), ("08", "57P")


def make(acting: Acting) -> "PostgresqlRotator":
    return PostgresqlRotator(acting)


class PostgresqlRotator(PasswordRotator):
    """Roles of PostgreSQL 10 and later."""

    def last_used(self, old: Fields, deadline: Deadline) -> datetime | None:
        """Return when the newest of the old role's open sessions began, which it may ask itself."""
        connect = self._connect(old)
        if connect.username == self._connect(self._fields).username:
            return None
        try:
            with self._opened(connect, deadline) as session:
                (began,) = row_of(session, _LAST_LOGIN, 1)
        except PasswordRefused:
            return None
        return datetime.fromtimestamp(int(began), UTC) if began.isdecimal() and len(began) < 12 else None

    def _look(self, session: LoginSession, connect: Connect, limit_s: int) -> Looked:
        (version,) = row_of(session, "SELECT version()", 1)
        if not _GENUINE.match(version) or _OTHERS.search(version):
            raise CallFailed(ProbeStatus.UNSUPPORTED, f"this is no PostgreSQL of version 10 or later: {version[:60]}")
        asked = _SETTINGS.format(ms=limit_s * 1000) + _ASKED
        user, process, is_standby, form, iterations = row_of(session, asked, 5)
        if user != connect.username or process != str(session.told_process):
            raise CallFailed(
                ProbeStatus.UNSUPPORTED,
                "a pooler stands between, which may keep passwords of its own: name the server itself as host, or"
                " change the password there and in the pooler's list by hand",
            )
        if is_standby == "true":
            raise CallFailed(ProbeStatus.FORBIDDEN, "this server is a standby and only reads: name the one it follows")
        counted = int(iterations) if iterations.isdecimal() else USUAL_ITERATIONS
        return Looked(user, form, counted)

    def _changing(self, looked: Looked, password: str, *, beside: bool) -> tuple[str, ...]:  # noqa: ARG002
        return (_CHANGE.format(literal=escaped(self._literal(looked, password))),)

    def _literal(self, looked: Looked, password: str) -> str:
        if self._acting.is_plain:
            if not password.isascii():
                raise CallFailed(ProbeStatus.UNSUPPORTED, "a password beyond ASCII is not given to a server as it is")
            return password
        if looked.form == "scram-sha-256":
            return scram_verifier(password, looked.iterations)
        if looked.form == "md5":
            return md5_verifier(password, looked.user)
        raise CallFailed(
            ProbeStatus.UNSUPPORTED, f"password_encryption is {looked.form[:20]}, not known here; {TO_GIVE_PLAIN}"
        )

    def _why(self, login: DatabaseLogin) -> PasswordRefusal:
        code = login.code
        if code == _NO_RIGHT:
            return PasswordRefusal(ProbeStatus.FORBIDDEN, "the role may not set its own password: ")
        if code == _ONLY_READS:
            return PasswordRefusal(ProbeStatus.FORBIDDEN, "the server only reads: ")
        if code in _ENDED_LATE or code.startswith((*_FAULTS, *_SHUT_DOWN)):
            return PasswordRefusal(ProbeStatus.PROVIDER_ERROR, is_unknown=code.startswith(_SHUT_DOWN))
        hint = "" if self._acting.is_plain else f"; {TO_GIVE_PLAIN}"
        return PasswordRefusal(ProbeStatus.INCONCLUSIVE, "the server did not take it: ", hint)
