"""Values that a login finds out, where a person gave none: checked like given ones, and never leading elsewhere.

They come out of answers. So a URL among them has to be of a host that the credential may be sent to anyway, and what
stands in a host name or a path fits its pattern first.
"""

from collections.abc import Callable, Mapping
from urllib.parse import unquote, urlsplit

from nexcred.auth.authorization_code import AuthorizationCode
from nexcred.auth.flow import Refused, Verdict
from nexcred.auth.scheme import Scheme
from nexcred.auth.session_token import SessionToken
from nexcred.auth.token_endpoint import TokenEndpoint
from nexcred.connectors.filled_values import with_defaults
from nexcred.connectors.hygiene import clean_paste
from nexcred.connectors.language.spec import Field, Method
from nexcred.connectors.value_problems import problem_in_value
from nexcred.errors import HostRefused
from nexcred.model.credential import Value
from nexcred.model.probe import ProbeStatus

_SHOWN_CHARACTERS = 60


def fields_found_by(auth: Scheme) -> tuple[str, ...]:
    """Return the fields that a scheme finds out."""
    found: dict[str, str] = {}
    if isinstance(auth, TokenEndpoint | SessionToken):
        found |= auth.from_answer
    if isinstance(auth, AuthorizationCode):
        found |= auth.from_callback
        found |= auth.look_up.set if auth.look_up else {}
    return tuple(found)


def lacks_found(method: Method, fields: Mapping[str, Value]) -> bool:
    """True where something is still to be found out."""
    wanted = fields_found_by(method.auth)
    return bool(wanted) and not {*wanted} <= with_defaults(method, fields).keys()


def with_found(
    method: Method, fields: Mapping[str, Value], found: Mapping[str, str], check_url: Callable[[str], object]
) -> dict[str, Value]:
    """Return the fields with what was found; raise Refused for what is missing, not right, or not as it was given.

    `check_url` raises HostRefused for where the credential may not go.
    """
    whole = dict(fields)
    known = with_defaults(method, fields)
    for name in fields_found_by(method.auth):
        field, text = method.find(name), found.get(name)
        if field is None or (text is None and name in known):
            continue
        if text is None:
            raise _refused(f"the provider did not tell {name}")
        given = fields.get(name)
        value = text if given is None else clean_paste(field, text)[0]  # as the given one was
        if problem := _problem_in(field, value, given, check_url):
            raise _told_wrong(name, value, problem)
        whole[name] = value
    return whole


def check_found(
    method: Method,
    fields: Mapping[str, Value],
    kept: Mapping[str, str],
    found: Mapping[str, str],
    check_url: Callable[[str], object],
) -> None:
    """Raise Refused for what was found instead of what is `kept`, where it is not right: it would be handed out.

    What was given stays, whatever is found.
    """
    for name in fields_found_by(method.auth):
        field, text = method.find(name), found.get(name)
        if field is None or text is None or (name in fields and str(fields[name]) != kept.get(name)):
            continue
        if problem := _problem_in(field, text, None, check_url):
            raise _told_wrong(name, text, problem)


def _problem_in(field: Field, value: str, given: Value | None, check_url: Callable[[str], object]) -> str:
    if problem := problem_in_value(field, value):
        return problem
    if field.kind == "url" and (problem := _problem_in_path(value)):
        return problem
    if given is not None and value.rstrip("/") != str(given).rstrip("/"):
        return f"is another than '{str(given)[:_SHOWN_CHARACTERS]}', for which this credential is"
    if field.kind != "url":
        return ""
    try:
        check_url(value)
    except HostRefused as refused:
        return f"leads where this credential may not go: {refused.message}"
    return ""


def _problem_in_path(url: str) -> str:
    """Refuse what a server may take for another path."""
    path = urlsplit(url).path
    parts = unquote(path).split("/")
    return "holds a path with '..', '//' or '%'" if "%" in path or {".", ".."} & {*parts} or "//" in path else ""


def _told_wrong(name: str, value: str, problem: str) -> Refused:
    return _refused(f"the provider told {name} '{value[:_SHOWN_CHARACTERS]}', which {problem}")


def _refused(detail: str) -> Refused:
    return Refused(Verdict(ProbeStatus.INCONCLUSIVE, detail=detail))
