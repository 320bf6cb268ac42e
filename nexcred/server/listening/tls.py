"""TLS with the certificate and key that the user names."""

import os
import shlex
import ssl
import stat
from functools import partial
from pathlib import Path

from nexcred.auth.certificate_names import certificate_names
from nexcred.errors import InvalidData
from nexcred.local.files import reason, shown
from nexcred.model.named_tuple import NamedTuple

_WORLD = 0o007
_CERTIFICATE, _KEY = "--tls-cert", "--tls-key"


class Certificate(NamedTuple):
    """What makes a TLS server: its context, and the hosts that the certificate is for."""

    context: ssl.SSLContext
    hosts: tuple[str, ...]


def load_certificate(certificate: Path, key: Path) -> Certificate:
    """Read both files; raise InvalidData, for a key too that everybody may read."""
    _refuse_open(key)
    names = _names_in(certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(certificate, key, partial(_no_password, key))
    except ssl.SSLError as error:
        raise _not_taken(certificate, key, error.reason or "") from None
    except OSError as error:
        raise _unreadable(_KEY, key, error) from None
    return Certificate(context, names)


def _names_in(certificate: Path) -> tuple[str, ...]:
    try:
        return certificate_names(certificate.read_text(encoding="utf-8"))
    except OSError as error:
        raise _unreadable(_CERTIFICATE, certificate, error) from None
    except ValueError:
        raise InvalidData(
            f"{_CERTIFICATE}: {shown(certificate)} is no certificate in PEM",
            hint="a certificate in PEM begins with -----BEGIN CERTIFICATE-----, and its key goes with --tls-key",
        ) from None


def _not_taken(certificate: Path, key: Path, why: str) -> InvalidData:
    """Say what OpenSSL has against the two; for a file that holds no key it gives no reason."""
    if "MISMATCH" in why:
        message = f"{_KEY}: {shown(key)} is not the key of {shown(certificate)}"
        return InvalidData(message, hint="give the two that belong together")
    if not why:
        message = f"{_KEY}: {shown(key)} is no key in PEM"
        return InvalidData(message, hint="a key in PEM begins with -----BEGIN PRIVATE KEY----- or the like")
    return InvalidData(f"{shown(certificate)} with {shown(key)} cannot be served: {why.replace('_', ' ').lower()}")


def _unreadable(flag: str, path: Path, error: OSError) -> InvalidData:
    return InvalidData(f"{flag}: {shown(path)} cannot be read: {reason(error)}", hint=_way_to(path, error))


def _way_to(path: Path, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"give this user a copy, as root: install -m 600 -o {os.geteuid()} {shlex.quote(str(path))} FILE"
    return "" if path.is_absolute() else f"the path begins at {Path.cwd()}"


def _refuse_open(key: Path) -> None:
    try:
        found = key.stat()
        is_mounted = os.statvfs(key).f_flag & os.ST_RDONLY
    except OSError as error:
        raise _unreadable(_KEY, key, error) from None
    if found.st_mode & _WORLD and not is_mounted:
        mode = f"{stat.S_IMODE(found.st_mode):04o}"
        raise InvalidData(
            f"everybody on this machine has access to {shown(key)} (mode {mode})",
            hint=f"fix that with: chmod 600 {shlex.quote(str(key))}",
        )


def _no_password(key: Path) -> str:
    """Keep OpenSSL from asking at the terminal."""
    raise InvalidData(
        f"{_KEY}: {shown(key)} is locked by a password",
        hint=f"take the lock off with: openssl pkey -in {shlex.quote(str(key))} -out FILE",
    )
