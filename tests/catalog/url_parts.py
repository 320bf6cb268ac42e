"""Take a URL apart."""

from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """Return the host of an address; "" for what is none."""
    return (urlsplit(url).hostname or "") if url.startswith("https://") else ""
