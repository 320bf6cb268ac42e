"""What authenticates without asking anybody: headers that the values fill, and a kept token while it is good.

The schemes judge by it, and so do the tables that are taken out of them ahead. So their types are unknown here, which
take longer to import than all the rest of a kept token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nexcred.auth.body import body_adder
from nexcred.auth.flow import Grant
from nexcred.auth.tokens import Tokens
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.template import TemplateContext, render_all

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any, Protocol

    from nexcred.auth.flow import Session
    from nexcred.model.template import TextValues

    class Places(Protocol):
        """Where a token goes, in templates that may name `{token}` beside the fields."""

        @property
        def headers(self) -> Mapping[str, str]: ...
        @property
        def query(self) -> Mapping[str, str]: ...
        @property
        def body(self) -> Mapping[str, str]: ...


_FALLBACK = "fallback"


class TablesOfPlaces(NamedTuple):
    """The same as it stands in tables."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, str]


def grant_at_hand(table: Mapping[str, Any], values: TextValues, now: datetime, session: Session | None) -> Grant | None:
    """Return what a scheme grants without asking, by what was taken out of it; None where it asks, or nobody can.

    The table has the `headers` that its values fill, or where a token goes by `apply`, and by `fallback` or None.
    Raises TemplateError for a value that cannot stand in its place.
    """
    if not needs_session(table):
        return granted_by_headers(table["headers"], values)
    fallback = table["fallback"]
    other = TablesOfPlaces(**fallback) if fallback else None
    return kept_grant(TablesOfPlaces(**table["apply"]), values, now, session, fallback=other)


def needs_session(table: Mapping[str, Any]) -> bool:
    """False where the values alone fill the headers."""
    return "headers" not in table


def granted_by_headers(headers: Mapping[str, str], values: TextValues) -> Grant:
    return Grant(headers=render_all(headers, values, TemplateContext.HEADER))


def kept_grant(
    places: Places, values: TextValues, now: datetime, session: Session | None, *, fallback: Places | None = None
) -> Grant | None:
    """Return the grant of a kept access token that still lives; None when there is none."""
    kept = Tokens.of(session)
    if not kept.is_usable(now):
        return None
    return grant_in_known_form(places, fallback, kept, values, session, is_new=False)


def grant_in_known_form(
    places: Places,
    fallback: Places | None,
    tokens: Tokens,
    values: TextValues,
    session: Session | None,
    *,
    is_new: bool,
) -> Grant:
    """Return the grant by the places that are known to work by the session. A new token of unknown end is not kept."""
    to_keep = tokens.session if tokens.expires_at else None
    grant = placed(places, tokens, values, to_keep if is_new else None)
    if fallback is None:
        return grant
    other = placed(fallback, tokens, values, {**to_keep, _FALLBACK: True} if to_keep else None)
    if session and session.get(_FALLBACK) is True:
        return other if is_new else other._replace(session=None)
    return grant._replace(otherwise=other)


def placed(places: Places, tokens: Tokens, values: TextValues, session: Session | None) -> Grant:
    """Return the grant that carries the access token; raise TemplateError for one that cannot stand in its place."""
    with_token = {**tokens.found, **values, "token": tokens.access_token}
    body = render_all(places.body, with_token, TemplateContext.TEXT)
    return Grant(
        headers=render_all(places.headers, with_token, TemplateContext.HEADER),
        query=tuple(render_all(places.query, with_token, TemplateContext.TEXT).items()),
        finish=body_adder(body) if body else None,
        token=tokens.access_token,
        expires_at=tokens.expires_at,
        granted_at=tokens.granted_at,
        session=session,
        found=tokens.found,
    )
