"""Where the place of a vault leads, in words that a person can compare: its host, and what is there."""

from urllib.parse import parse_qsl, unquote, urlsplit

_HERE = "this machine"
_WHAT = {"s3": "bucket", "postgresql": "database", "postgres": "database", "file": "file"}


def place_pairs(url: str) -> list[tuple[str, str]]:
    """Return what a URL that was read before names, each with what it is: a host, and a repository, bucket or file."""
    scheme, colon, rest = url.partition(":")
    if not rest.startswith("/"):  # git@host:org/vault.git
        host, path = ("", url) if "@" not in scheme or not colon else (scheme.rpartition("@")[2], rest)
        return [("host", host or _HERE), ("repository" if host else "place", path.partition("?")[0])]
    parts = urlsplit(url)
    host, path = unquote(parts.netloc.rpartition("@")[2]), unquote(parts.path)
    if parts.scheme == "s3":
        endpoint = dict(parse_qsl(parts.query)).get("endpoint", "")
        bucket = f"{host}{path.rstrip('/')}"
        return [("host", urlsplit(endpoint).netloc if endpoint else "AWS"), ("bucket", bucket)]
    return [("host", host or _HERE), (_WHAT.get(parts.scheme, "repository"), path)]
