"""Find what is wrong with how keys are replaced and ended: calls that lack something, or have a secret go astray."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from nexcred.auth.jwt_bearer import JwtBearer
from nexcred.auth.pick import problem_in_expression
from nexcred.auth.request import RequestSpec, parts_or_whole
from nexcred.auth.server_login import LoginAuth
from nexcred.auth.signed_jwt import SignedJwtAuth
from nexcred.auth.sigv4 import SigV4
from nexcred.auth.token_endpoint import TokenEndpoint
from nexcred.connectors.hosts import host_templates
from nexcred.connectors.language.inherit import with_shared
from nexcred.connectors.language.lifecycle_spec import (
    ChangeCall,
    Create,
    Ending,
    KeyCall,
    KeyList,
    KeyLookUp,
    Revoke,
    Rotate,
)
from nexcred.connectors.language.spec import Connector, Field, Method
from nexcred.connectors.language.status_words import problem_in_status
from nexcred.connectors.lint.key_page import problems_in_page
from nexcred.connectors.lint.sent_requests import known_fields, problems_in_sent
from nexcred.connectors.lint.structure import Found
from nexcred.model.template import names_in, sole_name

_DAY_S, _YEAR_S = 86_400, 366 * 86_400
_SHORTEST_MADE, _LONGEST_MADE = 16, 512
# What a database or a scheme has to be for an engine that knows nothing else.
_ENGINES = {
    "aws_iam": (SigV4, "the scheme 'sigv4'"),
    "google_key": (JwtBearer, "the scheme 'jwt_bearer'"),
    "snowflake_key_pair": (SignedJwtAuth, "the scheme 'signed_jwt'"),
}
_TOKENS = ("refresh_token", "access_token")
_WITHOUT_NEW = ("old", "rotator", "rotator_or_old")
_WITHOUT_NEW_WORDS = "old, rotator or rotator_or_old"


def problems_in_lifecycle(connector: Connector, method: Method, at: str) -> Iterator[Found]:
    """Yield the problems of a method's rotation and revocation, its own or the connector's."""
    whole = with_shared(connector, method)
    if whole.rotate:
        path = f"{at}.rotate" if method.rotate else "rotate"
        yield from _problems_in_rotate(connector, whole, whole.rotate, path)
    if isinstance(whole.revoke, Revoke):
        path = f"{at}.revoke" if method.revoke else "revoke"
        yield from _problems_in_revoke(connector, whole, whole.revoke, path)


def _problems_in_rotate(connector: Connector, method: Method, rotate: Rotate, at: str) -> Iterator[Found]:
    yield from _problems_in_ending(rotate, at)
    yield from _problems_in_who_does_it(rotate, at)
    if rotate.is_asked and method.probe is None:
        yield at, "replaces a key that nobody proves: it needs a probe"
    if rotate.most is not None and (rotate.kind != "add" or rotate.most < 2):
        yield f"{at}.most", "is for kind add, and 2 or more"
    if rotate.engine:
        yield from _problems_in_engine(rotate.engine, method, f"{at}.engine")
    if rotate.page:
        yield from problems_in_page(connector, method, rotate.page, f"{at}.page")
    for path, call in rotate.calls(at):
        yield from _problems_in_answer(call, path)
    for name, made in (("create", rotate.create), ("change", rotate.change)):
        if made:
            yield from _problems_in_made(method, made, rotate.list, f"{at}.{name}")
    if rotate.list:
        yield from _problems_in_list(method, rotate.list, f"{at}.list")
    if rotate.revoke:
        yield from _problems_in_old_key(connector, method, rotate, rotate.revoke, f"{at}.revoke")


def _problems_in_who_does_it(rotate: Rotate, at: str) -> Iterator[Found]:
    """Look for calls that the kind does not have, and for those that it lacks."""
    given = {path.removeprefix(".") for path, _ in rotate.calls("")}
    if rotate.engine or not rotate.is_asked:
        why = "the engine does that" if rotate.engine else "kind by_hand asks nobody"
        if rotate.engine and not rotate.is_asked:
            yield f"{at}.engine", "kind by_hand asks nobody"
        yield from ((f"{at}.{name}", why) for name in sorted(given))
        return
    due = {"add": {"create", "revoke"}, "change": {"change"}, "replace": {"create"}}[rotate.kind]
    for name in sorted(due - given):
        yield at, f"kind {rotate.kind} needs '{name}', or an engine"
    for name in sorted(given - due - ({"list"} if rotate.kind != "change" else set())):
        why = "has no revoke: the same call revokes the old key" if name == "revoke" else f"has no '{name}'"
        yield f"{at}.{name}", f"kind {rotate.kind} {why}"


def _problems_in_made(method: Method, made: Create, keys: KeyList | None, at: str) -> Iterator[Found]:
    """Check what a new key consists of: what is made here, and what is found in the answer."""
    fields = {field.name: field for field in method.fields}
    here: Mapping[str, int] = made.make if isinstance(made, ChangeCall) else {}
    yield from _problems_in_make(fields, here, f"{at}.make")
    yield from _problems_in_set(fields, made.set, _leading(method), f"{at}.set")
    for name in sorted(made.set.keys() & here.keys()):
        yield f"{at}.set.{name}", "is made here already"
    if isinstance(made, ChangeCall) and not here:
        yield at, "lacks 'make': which secret it changes"
    elif not isinstance(made, ChangeCall) and not any(fields[name].secret for name in made.set if name in fields):
        yield at, "lacks 'set' for a secret field"
    if keys and keys.kept not in made.set:
        yield f"{at}.set", f"lacks '{keys.kept}', by which the list knows the key"
    if made.by not in _WITHOUT_NEW:
        yield f"{at}.by", f"must be {_WITHOUT_NEW_WORDS}: there is no new key yet"
    known = known_fields(method, old=_there(method), new=[fields[name] for name in here if name in fields])
    if made.look_up:
        asked = known_fields(method, old=_there(method))
        yield from _problems_in_look_up(method, made.look_up, made.request, asked, f"{at}.look_up")
        known |= _found_by(made.look_up)
    yield from problems_in_sent(method, made.request, f"{at}.request", known)


def _problems_in_look_up(
    method: Method, asked: KeyLookUp, request: RequestSpec, known: dict[str, Field], at: str
) -> Iterator[Found]:
    """Check the question that comes before a request, which has to name all that it finds."""
    yield from _problems_in_answer(asked, at)
    if asked.by not in _WITHOUT_NEW:
        yield f"{at}.by", f"must be {_WITHOUT_NEW_WORDS}"
    if not asked.set:
        yield f"{at}.set", "is empty"
    named = {name for place in request.places("") for name in _names(place.template)}
    for name, expression in asked.set.items():
        if problem := problem_in_expression(expression):
            yield f"{at}.set.{name}", problem
        elif f"found.{name}" not in named:
            yield f"{at}.set.{name}", f"is nowhere in the request, as {{found.{name}}}"
    yield from problems_in_sent(method, asked.request, f"{at}.request", known)


def _there(method: Method) -> list[Field]:
    """Return the fields of the old key: each has its value where a request names it, or else that is not sent."""
    return [replace(field, required=True) for field in method.fields]


def _found_by(asked: KeyLookUp) -> dict[str, Field]:
    return {f"found.{name}": Field(name=name, label=name) for name in asked.set}


def _problems_in_make(fields: Mapping[str, Field], here: Mapping[str, int], at: str) -> Iterator[Found]:
    for name, length in here.items():
        field = fields.get(name)
        if field is None or not field.secret or field.kind != "text" or field.parts:
            yield f"{at}.{name}", "is not a secret field of kind text without parts"
        elif not _SHORTEST_MADE <= length <= _LONGEST_MADE:
            yield f"{at}.{name}", f"must be from {_SHORTEST_MADE} to {_LONGEST_MADE} characters"


def _problems_in_set(
    fields: Mapping[str, Field], found: Mapping[str, str], leading: set[str], at: str
) -> Iterator[Found]:
    for name, expression in found.items():
        if name not in fields:
            yield f"{at}.{name}", "is not a field"
        elif name in leading or fields[name].kind in ("url", "path"):
            yield f"{at}.{name}", "decides where the credential is sent, which no answer may"
        elif problem := problem_in_expression(expression):
            yield f"{at}.{name}", problem


def _leading(method: Method) -> set[str]:
    """Return the fields on which it depends where a credential is sent, by themselves or by a part of them."""
    named = {name for host in host_templates(method) for name in _names(host)}
    parted = {field.name for field in method.fields if any(part.name in named for part in field.parts)}
    return named | parted | {field.default_by for field in method.fields}


def _problems_in_list(method: Method, keys: KeyList, at: str) -> Iterator[Found]:
    for name in ("each", "id", "created", "used", "ours"):
        expression = getattr(keys, name)
        if expression and (problem := problem_in_expression(expression)):
            yield f"{at}.{name}", problem
    for name in ("each", "id"):
        if not getattr(keys, name):
            yield f"{at}.{name}", "is empty"
    kept = method.find(keys.kept)
    if kept is None or kept.name != keys.kept or kept.secret or kept.kind != "text":
        yield f"{at}.kept", "is not a field of kind text that is no secret"
    if keys.by not in _WITHOUT_NEW:
        yield f"{at}.by", f"must be {_WITHOUT_NEW_WORDS}"
    yield from problems_in_sent(method, keys.request, f"{at}.request", known_fields(method, old=_there(method)))


def _problems_in_old_key(
    connector: Connector, method: Method, rotate: Rotate, revoke: Revoke, at: str
) -> Iterator[Found]:
    """Check how the rotation ends the old key, and a key of which nobody knows the secret."""
    for name in ("settle_s", "outlives", "outlives_s", "where"):
        if getattr(revoke, name) not in (None, "", 0):
            table = "the method's 'revoke'" if name == "where" else "'rotate' itself"
            yield f"{at}.{name}", f"belongs into {table}"
    if revoke.by == "client":
        yield f"{at}.by", "is for the method's own 'revoke'"
    kept = rotate.list.kept if rotate.list else ""
    yield from _problems_in_ending_call(connector, method, revoke, at, new=method.fields)
    if not kept or revoke.request is None:
        return
    if revoke.look_up:
        yield (
            f"{at}.look_up",
            "asks about a key that has a secret, and a lost key, which has none, is revoked by it too",
        )
    named = {name for place in revoke.request.places("") for name in _names(place.template)}
    secret = {f"old.{field.name}" for field in method.fields if field.secret}
    if f"old.{kept}" not in named or named & secret:
        yield f"{at}.request", f"must name the key by {{old.{kept}}} alone, since a lost key is revoked by it too"


def _problems_in_revoke(connector: Connector, method: Method, revoke: Revoke, at: str) -> Iterator[Found]:
    yield from _problems_in_ending(revoke, at)
    yield from _problems_in_answer(revoke, at)
    yield from _problems_in_ending_call(connector, method, revoke, at)
    if revoke.by == "client":
        if not isinstance(method.auth, TokenEndpoint):
            yield f"{at}.by", "'client' is for schemes that have a token endpoint"
        if revoke.request and revoke.request.form is None and revoke.request.json is None:
            yield f"{at}.request", "is sent by a client: it needs a 'form' or a 'json'"


def _problems_in_ending_call(
    connector: Connector, method: Method, revoke: Revoke, at: str, *, new: tuple[Field, ...] = ()
) -> Iterator[Found]:
    if revoke.engine and revoke.request:
        yield at, "has an engine and a request: one of them revokes the key"
    if revoke.engine:
        yield from _problems_in_engine(revoke.engine, method, f"{at}.engine")
    if revoke.request is None:
        for name in ("look_up", "by", "accept_status", "expect", "message", "already", "done"):
            if getattr(revoke, name) != getattr(Revoke(), name):
                yield f"{at}.{name}", "belongs to a 'request'"
    if revoke.page:
        yield from problems_in_page(connector, method, revoke.page, f"{at}.page")
    if revoke.already and (problem := problem_in_expression(revoke.already)):
        yield f"{at}.already", problem
    if revoke.request is not None:
        yield from _problems_in_ending_request(method, revoke, revoke.request, at, new=new)


def _problems_in_ending_request(
    method: Method, revoke: Revoke, request: RequestSpec, at: str, *, new: tuple[Field, ...]
) -> Iterator[Found]:
    known = known_fields(method, old=_there(method), new=new, tokens=_TOKENS if method.auth.lives_in_session else ())
    begins = sole_name(parts_or_whole(request.url)[0][0])
    if begins in known:  # where it has no value a person revokes the key
        known[begins] = replace(known[begins], required=True)
    if revoke.look_up:
        yield from _problems_in_look_up(method, revoke.look_up, request, known, f"{at}.look_up")
        known |= _found_by(revoke.look_up)
    yield from problems_in_sent(method, request, f"{at}.request", known)


def _problems_in_answer(call: KeyCall | Revoke, at: str) -> Iterator[Found]:
    """Check by which answers a call has done what it should."""
    if problem := problem_in_status(call.accept_status):
        yield f"{at}.accept_status", problem
    for name in ("expect", "message"):
        expression = getattr(call, name)
        if expression and (problem := problem_in_expression(expression)):
            yield f"{at}.{name}", problem


def _problems_in_ending(ending: Ending, at: str) -> Iterator[Found]:
    if ending.settle_s is not None and not 0 <= ending.settle_s <= _DAY_S:
        yield f"{at}.settle_s", f"must be from 0 to {_DAY_S}, a day"
    if bool(ending.outlives) != bool(ending.outlives_s):
        yield f"{at}.outlives", "says what, and 'outlives_s' for how long: both or neither"
    if not 0 <= ending.outlives_s <= _YEAR_S:
        yield f"{at}.outlives_s", f"must be from 0 to {_YEAR_S}, a year"


def _problems_in_engine(engine: str, method: Method, at: str) -> Iterator[Found]:
    if engine in _ENGINES:
        scheme, words = _ENGINES[engine]
        if not isinstance(method.auth, scheme):
            yield at, f"'{engine}' is for {words}"
    elif not isinstance(method.auth, LoginAuth) or method.auth.driver != engine:
        yield at, f"'{engine}' is for the scheme 'login' with that driver"


def _names(template: str) -> tuple[str, ...]:
    try:
        return names_in(template)
    except ValueError:  # which is told as such
        return ()
