"""Find what is wrong with how people are told something by a credential."""

from collections.abc import Iterator

from msgspec.structs import asdict

from nexcred.auth.pick import problem_in_expression
from nexcred.auth.scheme import Scheme
from nexcred.auth.server_login import LoginAuth
from nexcred.connectors.language.inherit import with_shared
from nexcred.connectors.language.lifecycle_spec import Notify
from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.language.status_words import problem_in_status
from nexcred.connectors.lint.sent_requests import known_fields, problems_in_sent
from nexcred.connectors.lint.structure import Found
from nexcred.connectors.lint.templates import problems_in_place
from nexcred.model.template import Placeholder, TemplateContext

_TOLD = ("message", "subject")


def problems_in_notify(connector: Connector, method: Method, at: str) -> Iterator[Found]:
    """Yield the problems of a method's notices, its own or the connector's."""
    whole = with_shared(connector, method)
    if whole.notify is None:
        return
    path = f"{at}.notify" if method.notify else "notify"
    yield from _problems_in_scheme(whole.auth, whole.notify, f"{path}.kind")
    yield from _problems_in_kind(whole.notify, path)
    known = known_fields(whole)
    for name in _TOLD:
        if name in known:
            yield path, f"needs the name '{name}' for what it tells, and a field has it"
    if whole.notify.request:
        request = whole.notify.request
        yield from problems_in_sent(whole, request, f"{path}.request", known, beyond=_TOLD, by_url=True)
        yield from _problems_in_message(whole.notify, f"{path}.request")
    for name, template in asdict(whole.notify.mail).items() if whole.notify.mail else ():
        yield from problems_in_place(Placeholder(f"{path}.mail.{name}", template, TemplateContext.TEXT), known)
    if whole.notify.signing_key:
        place = Placeholder(f"{path}.signing_key", whole.notify.signing_key, TemplateContext.TEXT)
        yield from problems_in_place(place, known)


def _problems_in_scheme(auth: Scheme, notify: Notify, at: str) -> Iterator[Found]:
    """Look whether what the method logs in to takes a message of this kind."""
    if notify.kind != "smtp":
        if isinstance(auth, LoginAuth):
            yield at, f"{notify.kind} is for schemes that speak HTTP"
    elif not isinstance(auth, LoginAuth) or auth.driver != "smtp":
        yield at, "smtp is for the scheme 'login' with driver 'smtp'"


def _problems_in_kind(notify: Notify, at: str) -> Iterator[Found]:
    if notify.kind == "smtp":
        if notify.request:
            yield f"{at}.request", "is for kind slack and webhook; smtp has 'mail'"
        if notify.mail is None:
            yield at, "kind smtp needs 'mail'"
    else:
        if notify.mail:
            yield f"{at}.mail", "is for kind smtp"
        if notify.request is None:
            yield at, f"kind {notify.kind} needs 'request'"
    if notify.signing_key and notify.kind != "webhook":
        yield f"{at}.signing_key", "is for kind webhook"
    if problem := problem_in_status(notify.accept_status):
        yield f"{at}.accept_status", problem
    if notify.expect and (problem := problem_in_expression(notify.expect)):
        yield f"{at}.expect", problem


def _problems_in_message(notify: Notify, at: str) -> Iterator[Found]:
    """Look where the message stands: in the body of a request that has one."""
    request = notify.request
    if request is None:
        return
    inside = (f"{at}.json", f"{at}.form")
    for name in _TOLD:
        naming = [place.path for place in request.places(at) if f"{{{name}}}" in place.template]
        if name == "message" and not any(path.startswith(inside) for path in naming):
            yield at, "does not name {message} in its 'json' or 'form'"
        for path in naming:
            if not path.startswith(inside):
                yield path, f"is no place for a {name}: it goes into 'json' or 'form'"
