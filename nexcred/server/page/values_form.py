"""The values in a form, be they a new credential's or those of one that is there: as they were typed, and as shown."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nexcred.connectors.guidance import redirect_to_register, remedy_for, warnings_for
from nexcred.connectors.key_page import page_for
from nexcred.connectors.language.spec import Connector, Method
from nexcred.errors import HostRefused, InvalidData, Problem
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.secret import Secret
from nexcred.probing.outcome import sentence_for
from nexcred.server.page.draft import TypedValues
from nexcred.server.page.field_input import PREFIX, inputs_of, problems_told, read_typed
from nexcred.server.page.free_rows import read_rows, rows_of
from nexcred.server.page.handling import SentForm
from nexcred.services.credentials.add import is_in_doubt
from nexcred.services.grants.login import needs_login

_ANEW = "has to be typed anew, since another value was changed after it"


def read_values(form: SentForm, method: Method, before: TypedValues) -> TypedValues:
    """Return what was typed, over what was there before: a secret that was left empty stays."""
    given, notes = read_typed(method.fields, form.below(PREFIX), before.given)
    public: tuple[str, ...] = ()
    if method.free_fields:
        free, public = read_rows(form, before.given)
        given |= free
    allowed = tuple(dict.fromkeys((*before.allow_hosts, *form.all("allow_host"))))
    return TypedValues(given, public, allowed, notes or before.notes)


def beside_the_same(before: TypedValues, typed: TypedValues) -> TypedValues:
    """Return it without the secrets that were typed earlier, unless the other values are what they were then.

    Who sits down at a form that was left open would have them sent to a host of his own.
    """
    if _shown(before.given) == _shown(typed.given):
        return typed
    earlier = [name for name, value in before.given.items() if isinstance(value, Secret)]
    anew = tuple(name for name in earlier if typed.given.get(name) is before.given[name])
    return replace(typed, given={name: value for name, value in typed.given.items() if name not in anew}, anew=anew)


def refuse_untyped(typed: TypedValues) -> None:
    """Raise InvalidData for the secrets that are to be typed anew."""
    if typed.anew:
        problems = tuple(Problem(name, _ANEW) for name in typed.anew)
        raise InvalidData(f"{typed.anew[0]} {_ANEW}", problems=problems)


def _shown(given: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in given.items() if not isinstance(value, Secret)}


def values_shown(
    connector: Connector,
    method: Method,
    typed: TypedValues,
    problems: Sequence[Problem],
    refused: HostRefused | None,
    result: ProbeResult | None,
) -> dict[str, Any]:
    """Return what the templates of both forms are given: no secret is among it."""
    given = typed.given
    inputs = inputs_of(method.fields, given, problems)
    shown = {name: value for name, value in given.items() if isinstance(value, str | int)}
    known = [one.name for one in method.fields]
    return {
        "connector": connector,
        "method": method,
        "inputs": [one for one in inputs if not one.is_advanced],
        "advanced": [one for one in inputs if one.is_advanced],
        "rows": rows_of(given, known, typed.public) if method.free_fields else [],
        "notes": typed.notes,
        "problems": list(problems_told(method, problems)),
        "refused": refused,
        "steps": method.steps or connector.steps,
        "page": page_for(connector, method, shown),
        "warnings": warnings_for(connector, method),
        "redirect": redirect_to_register(method, shown),
        "needs_login": needs_login(method.auth),
        "result": result,
        "verdict": None if result is None else sentence_for(result, connector.title),
        "remedy": None if result is None else remedy_for(connector, method, result.status),
        "in_doubt": is_in_doubt(connector, result),
    }


def may_be_saved(connector: Connector, result: ProbeResult | None, *, is_seen: bool) -> bool:
    """True for what is proved, or can never be; of what is in doubt once somebody has seen that."""
    if result is None:
        return False
    if result.status is ProbeStatus.UNSUPPORTED:
        return True
    return result.status is ProbeStatus.ACCEPTED and (is_seen or not is_in_doubt(connector, result))
