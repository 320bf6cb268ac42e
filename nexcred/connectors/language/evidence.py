"""How a connector knows what it says of its provider: where it was read, and how far that can be believed."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from msgspec import Struct

Category = Literal[
    "",
    "accounting",
    "ads",
    "ai",
    "analytics",
    "bi",
    "cloud",
    "cms",
    "crm",
    "data",
    "database",
    "devtools",
    "ecommerce",
    "events",
    "hr",
    "identity",
    "marketing",
    "messaging",
    "observability",
    "payments",
    "productivity",
    "storage",
    "support",
    "surveys",
    "any system",
]
# By what is known, the best first. `live` is no level of a file: only a kept report of a real key says it.
Level = Literal["documented", "agreed", "single"]


class Page(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A page of the provider's own documentation: the heading to look under, and the day it was read."""

    url: str
    heading: str
    read: date


class Evidence(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the call and its refusal are known.

    `documented`: both stand on pages of the provider's own domain, for every method that is probed. `agreed`: two
    sources that do not copy each other say the same host, path and place of the key. `single`: the rest. A source that
    is no page is `owner/repository: path`.
    """

    level: Level
    sources: tuple[Page | str, ...]


def problems_in_evidence(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Yield what is missing for the level, and what no reader could follow."""
    if not evidence.sources:
        yield "evidence.sources", "is empty"
    pages = [source for source in evidence.sources if isinstance(source, Page)]
    if evidence.level == "documented" and not pages:
        yield "evidence.sources", "lacks a page of the provider, which the level documented stands on"
    if evidence.level == "agreed" and len(evidence.sources) < 2:
        yield "evidence.sources", "lacks a second source, without which nothing is agreed"
    for index, source in enumerate(evidence.sources):
        if isinstance(source, Page):
            if not source.url.startswith("https://"):
                yield f"evidence.sources[{index}].url", "must begin with https://"
            if not source.heading.strip():
                yield f"evidence.sources[{index}].heading", "is empty"
        elif not source.startswith("https://") and ": " not in source:
            yield f"evidence.sources[{index}]", "must be 'owner/repository: path' or an address"
