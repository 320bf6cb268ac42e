"""The Host header as it will be sent, which signatures have to hold."""

from urllib.parse import SplitResult

_DEFAULT_PORTS = {"https": 443, "http": 80}


def host_header(parts: SplitResult) -> str:
    """Return the host in lower case, with its port where that is not the scheme's own."""
    host = parts.hostname or ""
    name = f"[{host}]" if ":" in host else host
    return name if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{name}:{parts.port}"
