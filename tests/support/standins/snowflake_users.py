"""Snowflake's users and their public keys: statements are read strictly, and JWTs go by what they left."""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
)

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.google import rsa_pem
from tests.support.standins.snowflake import Snowflake

HANDLE = "01b0a0f1-0000-1111-0000-00000000{:04}"
_NAME = r'"((?:[^"]|"")+)"'
_SHOWN = """name user_name fingerprint role_scope status comment created_on created_by last_used_on expires_at
    rotated_to"""
_PRIVILEGE = "SQL access control error:\nInsufficient privileges to operate on user '{}'."


@dataclass
class Pair:
    """A key pair with a name: base64 of its public half, and what was said of it."""

    public_key: str
    role: str | None = None
    days: int | None = None
    is_disabled: bool = False
    used_on: str | None = None


@dataclass
class User:
    """A user by NAME, who logs in by another name. Slots are RSA_PUBLIC_KEY and RSA_PUBLIC_KEY_2."""

    name: str
    slots: dict[str, str] = field(default_factory=dict)
    pairs: dict[str, Pair] = field(default_factory=dict)

    def good_keys(self) -> list[str]:
        return [*self.slots.values(), *(pair.public_key for pair in self.pairs.values() if not pair.is_disabled)]


class SnowflakeUsers(Snowflake):
    """One user with one key, in a slot. `knows_names` is false for an account without named key pairs.

    `may_change` is false for a role without the privilege; `runs_on` is how often each statement is not done yet.
    """

    fields = ("private_key", "account", "username")

    def __init__(self) -> None:
        super().__init__()
        self.user = User('LOAD"ER', {"RSA_PUBLIC_KEY": public_half(rsa_pem())})
        self.users = {self.username.upper(): self.user}
        self.knows_names = True
        self.may_change = True
        self.runs_on = 0
        self.statements: list[str] = []
        self._kept: dict[str, tuple[int, Answer]] = {}

    def answer(self, request: Received) -> Answer:
        caller = self._caller(request)
        if caller is None:
            return json_answer({"code": "390144", "message": "JWT token is invalid. [0ce9eb56]"}, 401)
        if request.method == "GET":
            return self._looked_at(request.path.rpartition("/")[2])
        asked = json.loads(request.body)
        if (request.method, request.path) != ("POST", "/api/v2/statements") or set(asked) - {
            "statement",
            "timeout",
            "role",
        }:
            return json_answer({"code": "391908", "message": "The request body is not valid."}, 400)
        self.statements.append(asked["statement"])
        done = self._do(asked["statement"], caller)
        if not self.runs_on:
            return done
        handle = HANDLE.format(len(self.statements))
        self._kept[handle] = (self.runs_on - 1, done)
        return _running(handle)

    def _looked_at(self, handle: str) -> Answer:
        left, done = self._kept[handle]
        self._kept[handle] = (left - 1, done)
        return _running(handle) if left > 0 else done

    def _caller(self, request: Received) -> User | None:
        """Return whose key signed the JWT; it has to name the fingerprint of that key."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if request.headers.get("x-snowflake-authorization-token-type") != "KEYPAIR_JWT":
            return None
        for login, user in self.users.items():
            subject = f"{self.account.upper()}.{login}"
            for public_key in user.good_keys():
                key = load_der_public_key(b64decode(public_key))
                assert isinstance(key, rsa.RSAPublicKey)
                try:
                    claims = jwt.decode(given, key, algorithms=["RS256"])
                except jwt.InvalidTokenError:
                    continue
                if (claims["iss"], claims["sub"]) == (f"{subject}.{fingerprint(public_key)}", subject):
                    return user
        return None

    def _do(self, statement: str, caller: User) -> Answer:
        if statement.startswith("SELECT CURRENT_USER()"):
            columns = ["CURRENT_USER()"] if statement == "SELECT CURRENT_USER()" else ["USER", "ACCOUNT", "ROLE"]
            return _result(columns, [[caller.name, "XY12345", self.role][: len(columns)]])
        if described := re.fullmatch(f"DESCRIBE USER {_NAME}", statement):
            return self._described(self._named(described[1]))
        if shown := re.fullmatch(f"SHOW USER KEY PAIRS(?: FOR USER {_NAME})?", statement):
            return self._shown(self._named(shown[1]) if shown[1] else caller)
        if altered := re.fullmatch(f"ALTER USER {_NAME} (.*)", statement):
            return self._altered(self._named(altered[1]), altered[2])
        return _failed("001003", "SQL compilation error:\nsyntax error line 1 at position 0.")

    def _named(self, quoted: str) -> User:
        return next(user for user in self.users.values() if user.name == _unquoted(quoted))

    def _described(self, user: User) -> Answer:
        rows: list[list[str | None]] = [["NAME", user.name, "null", "Name"], ["PASSWORD", "null", "null", "Password"]]
        for slot in ("RSA_PUBLIC_KEY", "RSA_PUBLIC_KEY_2"):
            key = user.slots.get(slot)
            rows += [[slot, key or "null", "null", ""], [f"{slot}_FP", fingerprint(key) if key else "null", "null", ""]]
        return _result(["property", "value", "default", "description"], rows)

    def _shown(self, user: User) -> Answer:
        if not self.knows_names:
            return _failed("001003", "SQL compilation error:\nsyntax error line 1 at position 10 unexpected 'KEY'.")
        rows = []
        for name, pair in user.pairs.items():
            ends = None if pair.days is None else f"{1767225600 + pair.days * 86400}.000000000"
            status = "DISABLED" if pair.is_disabled else "ACTIVE"
            told = [name, user.name, fingerprint(pair.public_key), pair.role, status, None, "1767225600.000000000"]
            rows.append([*told, user.name, pair.used_on, ends, None])
        return _result(_SHOWN.split(), rows)

    def _altered(self, user: User, what: str) -> Answer:
        if not self.may_change:
            return _failed("003001", _PRIVILEGE.format(user.name))
        added = re.fullmatch(
            f"ADD KEY PAIR {_NAME} PUBLIC_KEY = '([^']+)'"
            r"(?: ROLE_RESTRICTION = '((?:[^']|'')+)')?(?: DAYS_TO_EXPIRY = (\d+))?",
            what,
        )
        modified = re.fullmatch(f"MODIFY KEY PAIR {_NAME} SET DISABLED = (TRUE|FALSE)", what)
        removed = re.fullmatch(f"REMOVE KEY PAIR {_NAME}", what)
        filled = re.fullmatch(r"SET (RSA_PUBLIC_KEY(?:_2)?) = '([^']+)'", what)
        emptied = re.fullmatch(r"UNSET (RSA_PUBLIC_KEY(?:_2)?)", what)
        if added and self.knows_names and _unquoted(added[1]) not in user.pairs and len(user.pairs) < 10:
            load_der_public_key(b64decode(added[2], validate=True))
            role = added[3] and added[3].replace("''", "'")
            user.pairs[_unquoted(added[1])] = Pair(added[2], role, int(added[4]) if added[4] else None)
        elif modified and _unquoted(modified[1]) in user.pairs:
            user.pairs[_unquoted(modified[1])].is_disabled = modified[2] == "TRUE"
        elif removed and _unquoted(removed[1]) in user.pairs:
            del user.pairs[_unquoted(removed[1])]
        elif filled:
            load_der_public_key(b64decode(filled[2], validate=True))
            user.slots[filled[1]] = filled[2]
        elif emptied:
            user.slots.pop(emptied[1], None)
        else:
            return _failed("001003", "SQL compilation error:\nsyntax error.")
        return _result(["status"], [["Statement executed successfully."]])


def _unquoted(name: str) -> str:
    return name.replace('""', '"')


def public_half(pem: str, passphrase: str | None = None) -> str:
    """Return the public key of a private one, as ALTER USER takes it."""
    public = load_pem_private_key(pem.encode(), passphrase.encode() if passphrase else None).public_key()
    return b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def fingerprint(public_key: str) -> str:
    return f"SHA256:{b64encode(sha256(b64decode(public_key)).digest()).decode()}"


def _running(handle: str) -> Answer:
    said = "Asynchronous execution in progress. Use provided query id to perform query monitoring and management."
    address = f"/api/v2/statements/{handle}"
    return json_answer(
        {"code": "333334", "message": said, "statementHandle": handle, "statementStatusUrl": address}, 202
    )


def _result(columns: list[str], rows: Sequence[Sequence[str | None]]) -> Answer:
    types = [{"name": name, "type": "text", "nullable": True} for name in columns]
    described = {"numRows": len(rows), "format": "jsonv2", "partitionInfo": [{"rowCount": len(rows)}], "rowType": types}
    done = {"code": "090001", "sqlState": "00000", "message": "Statement executed successfully."}
    return json_answer({"resultSetMetaData": described, "data": rows, "statementHandle": HANDLE.format(0), **done})


def _failed(code: str, said: str) -> Answer:
    return json_answer({"code": code, "message": said, "sqlState": "42000", "statementHandle": HANDLE.format(0)}, 422)
