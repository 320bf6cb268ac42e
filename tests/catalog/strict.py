"""Compare what was sent with what the provider documents: method, host, path, query, headers, body, and no more."""

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

import jwt

from tests.catalog.table import ANYTHING, SIGNED, Wanted, json_of
from tests.support.standins.google import rsa_key


def departures(
    wanted: Wanted, method: str, url: str, headers: Mapping[str, str], body: bytes, secrets: Iterable[str]
) -> list[str]:
    """Return what is not as it must be, each in words; header names in any case."""
    asked, came = urlsplit(wanted.url), urlsplit(url)
    lower = {name.lower(): value for name, value in headers.items()}
    said = {name.lower(): value for name, value in wanted.headers.items()}
    found = [] if method == wanted.method else [f"method {method}, not {wanted.method}"]
    if (came.scheme, came.netloc.lower()) != (asked.scheme, asked.netloc.lower()):
        found.append(f"host {came.netloc}, not {asked.netloc}")
    if unquote(came.path or "/") != unquote(asked.path or "/"):
        found.append(f"path {came.path}, not {asked.path}")
    found += _departures_of_pairs("query", dict(parse_qsl(asked.query, True)), dict(parse_qsl(came.query, True)), {})
    for name, value in said.items():
        if not _fits(value, lower.get(name), wanted.claims):
            found.append(f"header {name}: {lower.get(name)!r}, not {value!r}")
    found += _departures_of_body(wanted, body)
    rest = [value for name, value in lower.items() if name not in said]
    found += [
        "a secret where none is documented" for secret in secrets if secret and any(secret in value for value in rest)
    ]
    return found


def _departures_of_pairs(
    what: str, asked: Mapping[str, str], came: Mapping[str, str], claims: Mapping[str, str]
) -> list[str]:
    names = [*asked, *(name for name in came if name not in asked)]
    return [
        f"{what} {name}: {came.get(name)!r}, not {asked.get(name)!r}"
        for name in names
        if name not in asked or not _fits(asked[name], came.get(name), claims)
    ]


def _departures_of_body(wanted: Wanted, body: bytes) -> list[str]:
    if isinstance(wanted.body, str):
        asked, came = dict(parse_qsl(wanted.body, True)), dict(parse_qsl(body.decode(), True))
        return _departures_of_pairs("form", asked, came, wanted.claims)
    if wanted.body is None:
        return [f"a body: {body[:40]!r}"] if body not in (b"", b"{}") else []
    return [] if json_of(body) == wanted.body else [f"body {body[:200]!r}, not {wanted.body!r}"]


def _fits(asked: str, came: str | None, claims: Mapping[str, str]) -> bool:
    if came is None:
        return False
    if asked.endswith(SIGNED):
        start = asked.removesuffix(SIGNED)
        return came.startswith(start) and _is_signed(came.removeprefix(start), claims)
    start, any_end, _ = asked.partition(ANYTHING)
    return came.startswith(start) if any_end else came == asked


def _is_signed(token: str, claims: Mapping[str, str]) -> bool:
    """Verify the signature by another implementation than the one that is tested, and compare what was signed.

    Which time it is, is for the tests of what signs.
    """
    try:
        signed = jwt.decode(
            token,
            rsa_key().public_key(),
            algorithms=["RS256"],
            options={"verify_exp": False, "verify_iat": False, "verify_aud": False, "require": ["iat", "exp"]},
        )
    except jwt.InvalidTokenError:
        return False
    said = {name: value for name, value in signed.items() if name not in ("iat", "exp")}
    return not _departures_of_pairs("claim", claims, said, {})
