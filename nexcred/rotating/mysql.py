"""MariaDB and MySQL: an account sets its own password.

MariaDB (tried with 10.11) takes the hash that it would keep, so that no log has the password: SET PASSWORD, which every
account may; its ALTER USER wants more rights. Only accounts of mysql_native_password have such a hash.
MySQL (its manual's word, 8.0.14 and later: no such server was at hand) hashes by itself, and rewrites the statement in
its logs. For whoever has APPLICATION_PASSWORD_ADMIN it keeps the old password beside the new one until it is discarded.

Sources: MariaDB documentation, SET PASSWORD; MySQL 8.0 Reference Manual, ALTER USER, "Password Management" (dual
passwords), "Passwords and Logging".
"""

import re

from nexcred.auth.database_login import Connect, DatabaseLogin
from nexcred.databases.login_session import LoginSession, row_of
from nexcred.databases.verifiers import native_verifier
from nexcred.model.probe import ProbeStatus
from nexcred.network.deadline import Deadline
from nexcred.rotating.acting import Acting
from nexcred.rotating.passwords import TO_GIVE_PLAIN, Looked, PasswordRefusal, PasswordRotator, escaped
from nexcred.rotating.rotator import CallFailed

_MARIADB, _MYSQL = "mariadb", "mysql"
_ASKED = "SELECT version(), @@version_comment, current_user(), connection_id() + 0, @@global.read_only"
_MARIADB_VERSION = re.compile(r"[1-9]\d\.\d+\.\d+-MariaDB\b")
# MySQL's own, Percona's, Amazon's and other builds of it; TiDB, Vitess, Dolt and more say 8.0 too, and their own name.
_MYSQL_VERSION = re.compile(
    r"(\d+)\.(\d+)\.(\d+)(?:-\d[\w.+~]*)?(?:-(?:log|debug|google|azure|cluster|commercial|cloud))*"
)
_MYSQL_COMMENT = re.compile(r"MySQL |Percona |Source distribution|\(Ubuntu\)|\(Debian\)|\(Google\)")
_DUAL_SINCE = (8, 0, 14)
_NATIVE = re.compile(
    r"CREATE USER `[^`]+`@`[^`]+` IDENTIFIED (BY PASSWORD|VIA mysql_native_password USING) '\*[0-9A-F]{40}'(?! OR )"
)
_VIA = re.compile(r"IDENTIFIED VIA (\w+)")
# Backslashes are to escape. A statement that waits for a lock is not to be done long after its answer was given up: of
# the tables of grants lock_wait_timeout says nothing (tried with MariaDB; MySQL's manual), and MySQL has nothing else.
_SETTINGS = {
    _MARIADB: "SET SESSION sql_mode = '', SESSION max_statement_time = {limit_s}",
    _MYSQL: "SET SESSION sql_mode = ''",
}
_DISCARD = "ALTER USER USER() DISCARD OLD PASSWORD"
# Error references of both: no right, or an account of nobody; a switch of the server's; a rule about passwords; locks.
_NO_RIGHT, _PREVENTED, _RULE = ("1044", "1131", "1132", "1133", "1142", "1227"), "1290", "1819"
_FAULTS, _SHUT_DOWN = ("1021", "1037", "1041", "1205", "1969", "3024"), ("1053", "1317", "1927")


def make(acting: Acting) -> "MysqlRotator":
    return MysqlRotator(acting)


class MysqlRotator(PasswordRotator):
    """Accounts of MariaDB 10 and later, and of MySQL 8.0.14 and later."""

    def _look(self, session: LoginSession, connect: Connect, limit_s: int) -> Looked:
        version, comment, account, connection, reads = row_of(session, _ASKED, 5)
        form = _server_of(version, comment)
        if not _is_same(session.told_process, connection):
            raise CallFailed(
                ProbeStatus.UNSUPPORTED,
                "a proxy stands between, which may keep passwords of its own: name the server itself as host, or"
                " change the password there and in the proxy's list by hand",
            )
        if account.rpartition("@")[0] != connect.username:
            raise CallFailed(ProbeStatus.UNSUPPORTED, f"this login is for another account, {account[:60]}")
        if reads not in ("0", "OFF"):
            raise CallFailed(ProbeStatus.FORBIDDEN, "this server is a replica and only reads: name the one it follows")
        session.ask(_SETTINGS[form].format(limit_s=limit_s))
        if form == _MARIADB:
            _refuse_other_plugins(session)
            return Looked(account, form)
        if not connect.verifies:
            raise CallFailed(
                ProbeStatus.INCONCLUSIVE,
                "MySQL is given the password itself: set sslmode to verify-full, with the server's ca_certificate",
            )
        grants = " ".join(grant for row in session.ask("SHOW GRANTS") for grant in row)
        return Looked(account, form, keeps_old="APPLICATION_PASSWORD_ADMIN" in grants)

    def _put(self, connect: Connect, password: str, deadline: Deadline, *, beside: bool = False) -> None:
        """Keep the old password beside the new one but once: a second time the new one would take its place."""
        is_kept = beside and self._looked(connect, deadline).keeps_old
        if not (is_kept and self._accepts(connect._replace(password=password), deadline)):
            super()._put(connect, password, deadline, beside=beside)

    def _changing(self, looked: Looked, password: str, *, beside: bool) -> tuple[str, ...]:
        literal = escaped(password)
        if looked.form == _MYSQL:
            change = f"ALTER USER USER() IDENTIFIED BY '{literal}'"
            if not looked.keeps_old:
                return (change,)
            return (f"{change} RETAIN CURRENT PASSWORD",) if beside else (change, _DISCARD)
        if self._acting.is_plain:
            return (f"SET PASSWORD = PASSWORD('{literal}')",)
        return (f"SET PASSWORD = '{native_verifier(password)}'",)

    def _retire(self, old: Connect, new: Connect, deadline: Deadline) -> None:
        with self._opened(new, deadline) as session:
            looked = self._look_by(session, new, deadline)
            if looked.keeps_old:
                self._say(session, _DISCARD, (new.password,))
        if not looked.keeps_old:
            super()._retire(old, new, deadline)

    def _why(self, login: DatabaseLogin) -> PasswordRefusal:
        code = login.code
        if code in _NO_RIGHT:
            return PasswordRefusal(ProbeStatus.FORBIDDEN, "the account may not set its own password: ")
        if code in (*_FAULTS, *_SHUT_DOWN):
            return PasswordRefusal(ProbeStatus.PROVIDER_ERROR, is_unknown=code in _SHUT_DOWN)
        if code == _PREVENTED and "read-only" in login.message:
            return PasswordRefusal(ProbeStatus.FORBIDDEN, "the server only reads: ")
        hint = "" if self._acting.is_plain or code == _RULE else f"; {TO_GIVE_PLAIN}"
        return PasswordRefusal(ProbeStatus.INCONCLUSIVE, "the server did not take it: ", hint)


def _is_same(told: int | None, connection: str) -> bool:
    """A server's greeting has the lower half of the connection's number."""
    return connection.isdecimal() and told is not None and int(connection[-20:]) % 2**32 == told % 2**32


def _server_of(version: str, comment: str) -> str:
    if _MARIADB_VERSION.match(version):
        return _MARIADB
    found = _MYSQL_VERSION.fullmatch(version)
    if found and _MYSQL_COMMENT.match(comment) and tuple(map(int, found.groups())) >= _DUAL_SINCE:
        return _MYSQL
    raise CallFailed(
        ProbeStatus.UNSUPPORTED,
        f"this is no MariaDB 10 or MySQL 8.0.14, nor later: {version[:40]} {comment[:40]}",
    )


def _refuse_other_plugins(session: LoginSession) -> None:
    """Raise CallFailed unless the account's password is of the one form that is made here."""
    (made_by,) = row_of(session, "SHOW CREATE USER", 1)
    if _NATIVE.match(made_by):
        return
    via = _VIA.search(made_by)
    raise CallFailed(
        ProbeStatus.UNSUPPORTED,
        f"this account logs in by {via[1] if via else 'no password'}, for which nexcred makes no hash:"
        " set its password on the server by hand",
    )
