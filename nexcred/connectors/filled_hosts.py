"""The hosts that a spec declares, or declared when a credential was saved, with its values filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nexcred.connectors.filled_values import with_defaults
from nexcred.connectors.parts import public_parts
from nexcred.model.secret import Secret
from nexcred.model.template import TemplateContext, TemplateError, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nexcred.connectors.language.checked import ValuedMethod
    from nexcred.model.credential import Value

LOGIN = "login "  # no host name holds a space
_WILDCARD = "*."


def filled_hosts(declared: Iterable[str], method: ValuedMethod, fields: Mapping[str, Value]) -> tuple[str, ...]:
    """Fill what was declared with the values; what the values do not fill names no host."""
    values = with_defaults(method, fields)
    texts = {name: str(value) for name, value in values.items() if not isinstance(value, Secret)}
    texts |= public_parts(method, fields)
    # Given, not by default: a default that came later would be a host of its own.
    urls = {f"{{{field.name}}}": str(fields.get(field.name, "")) for field in method.fields if field.kind == "url"}
    return tuple(dict.fromkeys(host.lower() for host in _filled(declared, texts, urls) if host))


def is_covered(host: str, by: Iterable[str]) -> bool:
    """True when a host, or every host that a `*.suffix` stands for, is among others."""
    return any(host == other or (other.startswith(_WILDCARD) and host.endswith(other[1:])) for other in by)


def _filled(declared: Iterable[str], texts: Mapping[str, str], urls: Mapping[str, str]) -> Iterator[str]:
    for template in declared:
        if template.startswith(LOGIN):
            continue
        wildcard = _WILDCARD if template.startswith(_WILDCARD) else ""
        own = urls.get(template.removeprefix(_WILDCARD))
        try:
            if own is None:
                yield render(template, texts, TemplateContext.HOST)
            elif host := _own_host(own):
                yield wildcard + host
        except (TemplateError, ValueError):  # a value that can be no host name names no host
            continue


def _own_host(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if ":" in host:
        host = f"[{host}]"
    return f"{host}:{port}" if port is not None else host
