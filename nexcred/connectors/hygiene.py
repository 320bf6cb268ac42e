"""Clean what was pasted at a prompt, and say what was changed."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from nexcred.connectors.language.spec import Field

_BLANKS = " \t\r\n\v\f\x85\xa0\u2028\u2029\u200b\u200c\u200d\u2060\ufeff\u202f\u3000"
_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "«": "»"}
_LINE_BREAK = re.compile(r"[\r\n]+")
_HEADER = re.compile(r"authorization[ \t]*:", re.IGNORECASE)
_TOKEN_KINDS = ("text", "url", "path", "int")

Step = Callable[[Field, str], tuple[str, str]]


def clean_paste(field: Field, text: str) -> tuple[str, tuple[str, ...]]:
    """Return the cleaned value and a sentence for each change; verbatim fields come back as they are.

    Cleaning twice changes nothing more. The sentences never hold the value.
    """
    if field.verbatim:
        return text, ()
    said: dict[str, None] = {}
    changed = True
    while changed:
        changed = False
        for step in _STEPS if field.kind in _TOKEN_KINDS else (_trim,):
            text, sentence = step(field, text)
            if sentence:
                said[sentence] = None
                changed = True
    return text, tuple(said)


def _trim(_field: Field, text: str) -> tuple[str, str]:
    trimmed = text.strip(_BLANKS)
    return trimmed, "removed white space around it" if trimmed != text else ""


def _join_lines(field: Field, text: str) -> tuple[str, str]:
    """A long key copied out of a narrow window comes in lines; no token holds a line break."""
    if not field.secret or field.kind != "text" or "-----BEGIN" in text:
        return text, ""
    joined = "".join(line.strip(" \t") for line in _LINE_BREAK.split(text)) if _LINE_BREAK.search(text) else text
    return joined, "joined its lines" if joined != text else ""


def _unquote(_field: Field, text: str) -> tuple[str, str]:
    if len(text) > 1 and _QUOTES.get(text[0]) == text[-1]:
        return text[1:-1], "removed the quotes around it"
    return text, ""


def _drop_prefix(field: Field, text: str) -> tuple[str, str]:
    if not field.secret:
        return text, ""
    header = _HEADER.match(text)
    if header:
        return text[header.end() :], "removed the header name before it"
    for prefix in ("Bearer", *field.prefixes):
        start, blank, rest = text.partition(" ")
        if blank and rest.strip() and start.casefold() == prefix.casefold():
            return rest, f"removed '{prefix}' before it"
    return text, ""


def _take_subdomain(field: Field, text: str) -> tuple[str, str]:
    if not field.subdomain_of or not ("." in text or "/" in text):
        return text, ""
    try:
        host = urlsplit(text if "://" in text else f"https://{text}").hostname or ""
    except ValueError:
        return text, ""
    subdomain = host.removesuffix(f".{field.subdomain_of}")
    if subdomain == host or not subdomain or "." in subdomain:
        return text, ""
    return subdomain, "took the subdomain out of the URL"


_STEPS: tuple[Step, ...] = (_trim, _join_lines, _unquote, _drop_prefix, _take_subdomain)
