"""libpq itself: what it makes of a connection string, or of a service and its password file."""

import ctypes
import ctypes.util
from collections.abc import Mapping

import pytest


class _Option(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_char_p) for name in ("keyword", "envvar", "compiled", "val", "label", "dispchar")),
        ("dispsize", ctypes.c_int),
    )


class Libpq:
    """The functions of libpq that read options."""

    def __init__(self) -> None:
        name = ctypes.util.find_library("pq")
        if not name:
            pytest.skip("needs libpq: apt-get install postgresql-client")
        self._library = ctypes.CDLL(name)
        for function, result in (
            ("PQconninfoParse", ctypes.POINTER(_Option)),
            ("PQconninfo", ctypes.POINTER(_Option)),
            ("PQconnectStart", ctypes.c_void_p),
            ("PQpass", ctypes.c_char_p),
        ):
            getattr(self._library, function).restype = result
        for function in ("PQconninfo", "PQpass", "PQfinish"):
            getattr(self._library, function).argtypes = [ctypes.c_void_p]

    def parsed(self, text: str) -> dict[str, str]:
        """Return the options of a connection string; none where there is one that libpq does not know."""
        told = ctypes.c_char_p()
        options = self._library.PQconninfoParse(text.encode(), ctypes.byref(told))
        if options:
            return _values(options)
        problem = (told.value or b"").decode()
        assert "invalid connection option" in problem, problem
        return {}

    def of_service(self, name: str) -> dict[str, str] | None:
        """Return the options of a service as the environment says where to look; None where libpq refuses it."""
        connection = self._library.PQconnectStart(f"service={name} hostaddr=127.0.0.1 connect_timeout=1".encode())
        options = _values(self._library.PQconninfo(connection))
        found = {**options, "password": (self._library.PQpass(connection) or b"").decode()}
        self._library.PQfinish(connection)
        return found if "user" in options else None


def _values(options: "ctypes._Pointer[_Option]") -> dict[str, str]:
    found: dict[str, str] = {}
    number = 0
    while options[number].keyword:
        if options[number].val is not None:
            found[options[number].keyword.decode()] = options[number].val.decode()
        number += 1
    return found


def same(ours: Mapping[str, object], theirs: Mapping[str, str]) -> bool:
    """True when a credential has what libpq has, for the options that it says."""
    names = {"host": "host", "port": "port", "database": "dbname", "username": "user", "password": "password"}
    return all(str(ours[field]) == theirs.get(name) for field, name in names.items() if field in ours)
