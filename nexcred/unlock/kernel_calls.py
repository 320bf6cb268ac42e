"""The system calls of the Linux kernel's keyrings (keyctl(2), add_key(2)), as far as nexcred makes them."""

import ctypes
import errno
import os
import sys

# Special keyrings, which the kernel knows by negative numbers.
OF_PROCESS = -2
OF_USER = -4

# What the possessor of a key may do.
VIEW, READ, WRITE, SEARCH, LINK, SETATTR = (1 << bit for bit in range(24, 30))

_REVOKE, _SETPERM, _LINK, _UNLINK, _SEARCH, _READ, _SET_TIMEOUT = 3, 5, 8, 9, 10, 11, 15
_USER_TYPE = b"user"
_LARGEST_PAYLOAD = 4096

# Numbers of add_key and keyctl: the later architectures share one table.
_GENERIC = (217, 219)
_NUMBERS = {"x86_64": (248, 250), "aarch64": _GENERIC, "riscv64": _GENERIC, "loongarch64": _GENERIC}


class Kernel:
    """Makes the calls; each raises OSError, with ENOSYS where there are none."""

    def __init__(self) -> None:
        # A 32-bit Python on a 64-bit kernel would call by other numbers.
        is_known = sys.platform == "linux" and sys.maxsize > 2**32 and os.uname().machine in _NUMBERS
        if not is_known:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
        self._add_key, self._keyctl = _NUMBERS[os.uname().machine]
        self._syscall = ctypes.CDLL(None, use_errno=True).syscall
        self._syscall.restype = ctypes.c_long

    def add(self, name: bytes, payload: bytes, keyring: int) -> int:
        """Put a key into a keyring; return its number."""
        return self._call(self._add_key, _USER_TYPE, name, payload, len(payload), keyring)

    def search(self, keyring: int, name: bytes) -> int:
        """Return the number of the key of that name."""
        return self._call(self._keyctl, _SEARCH, keyring, _USER_TYPE, name, 0)

    def read(self, key: int) -> bytes:
        buffer = ctypes.create_string_buffer(_LARGEST_PAYLOAD)
        size = self._call(self._keyctl, _READ, key, buffer, len(buffer))
        return buffer.raw[: min(size, len(buffer))]

    def link(self, key: int, keyring: int) -> None:
        """Put a key into another keyring too, in place of one of the same name."""
        self._call(self._keyctl, _LINK, key, keyring)

    def unlink(self, key: int, keyring: int) -> None:
        self._call(self._keyctl, _UNLINK, key, keyring)

    def allow(self, key: int, permissions: int) -> None:
        """Set what its possessor may do with a key; nobody else may do anything."""
        self._call(self._keyctl, _SETPERM, key, permissions)

    def expire_in(self, key: int, seconds: int) -> None:
        self._call(self._keyctl, _SET_TIMEOUT, key, seconds)

    def revoke(self, key: int) -> None:
        self._call(self._keyctl, _REVOKE, key)

    def _call(self, number: int, *arguments: "int | bytes | ctypes.Array[ctypes.c_char]") -> int:
        wide = (ctypes.c_long(each) if isinstance(each, int) else each for each in arguments)
        result: int = self._syscall(ctypes.c_long(number), *wide)
        if result < 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))
        return result
