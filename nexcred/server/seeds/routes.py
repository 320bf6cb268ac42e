"""What there is of Nexla's API."""

from functools import partial

from nexcred.server.endpoint import Endpoint
from nexcred.server.seeds import accessors, audit_log, login, paging, probing, reading, writing
from nexcred.server.seeds.bodies import names_what_is_there
from nexcred.server.seeds.numbered import NumberedCredentials
from nexcred.server.seeds.repeats import RepeatedRequests
from nexcred.wire.data_credentials import (
    AcceptedByProviderShape,
    AccessorShape,
    AccessorsShape,
    AccessTokenShape,
    AuditEntryShape,
    ChangedDataCredentialShape,
    DataCredentialShape,
    DoneShape,
    NewDataCredentialShape,
)
from nexcred.wire.http_failure import HttpFailureShape

_ONE = f"{reading.PATH}/{{id}}"
_FAILED = HttpFailureShape


def endpoints(
    tokens: login.TokenIssuer,
    *,
    repeats: RepeatedRequests | None = None,
    probe_timeout_s: float = probing.LONGEST_S,
) -> list[Endpoint]:
    """Return them all; `tokens` issues what a service key is exchanged for."""
    numbered, repeats = NumberedCredentials(), repeats or RepeatedRequests()
    return [
        *_logins(tokens),
        *_credentials(numbered, repeats),
        *_probes(numbered, probe_timeout_s),
        *_accessors(numbered),
    ]


def _logins(tokens: login.TokenIssuer) -> list[Endpoint]:
    return [
        Endpoint(
            "POST",
            "/token",
            "exchange a service key for an access token",
            partial(login.log_in, tokens),
            {200: AccessTokenShape},
            scheme="basic",
        ),
        Endpoint("POST", "/token/logout", "end an access token", partial(login.log_out, tokens), {200: DoneShape}),
    ]


def _credentials(numbered: NumberedCredentials, repeats: RepeatedRequests) -> list[Endpoint]:
    expand = {reading.EXPAND: "1 adds what refers to it: nothing does"}
    filters = {
        reading.ROLE: f"those for which this identity is one of: {', '.join(reading.ROLES)}",
        reading.TYPE: "those of this type, by Nexla's name or nexcred's",
    }
    period = {
        audit_log.FROM: "a day, or a moment of RFC 3339",
        audit_log.TO: "a day, which is counted whole, or a moment of RFC 3339",
        audit_log.EVENT: "such as create, update, probe",
        audit_log.CHANGE: "a field that was changed",
    }
    create = names_what_is_there(partial(writing.create, numbered, repeats))
    update = names_what_is_there(partial(writing.update, numbered, repeats))
    shows, removes = partial(reading.show_credential, numbered), partial(writing.delete, numbered)
    listed, told = partial(reading.list_credentials, numbered), partial(audit_log.show_audit_log, numbered)
    answers = {200: DataCredentialShape}
    return [
        Endpoint(
            "GET",
            reading.PATH,
            "list credentials",
            listed,
            {200: list[DataCredentialShape]},
            query={**paging.QUERY, **filters},
        ),
        Endpoint("POST", reading.PATH, "add a credential", create, answers, takes=NewDataCredentialShape),
        Endpoint("GET", _ONE, "show a credential", shows, answers, query=expand),
        Endpoint("PUT", _ONE, "change a credential", update, answers, takes=ChangedDataCredentialShape),
        Endpoint("DELETE", _ONE, "put a credential into the trash", removes, {200: DoneShape}),
        Endpoint(
            "GET",
            f"{_ONE}/audit_log",
            "tell what happened to a credential",
            told,
            {200: list[AuditEntryShape]},
            query={**paging.QUERY, **period},
        ),
    ]


def _probes(numbered: NumberedCredentials, timeout_s: float) -> list[Endpoint]:
    probe = partial(probing.probe, numbered, timeout_s)
    refuse = partial(probing.refuse_to_look_inside, numbered)
    query = {"async": "taken, and the answer is waited for", "request_id": "taken, and means nothing"}
    answers = {200: AcceptedByProviderShape, 403: _FAILED, 424: _FAILED}
    asked = "ask its provider whether a credential works"
    return [
        Endpoint("PUT", f"{_ONE}/probe/authenticate", asked, probe, answers, is_slow=True),
        Endpoint("GET", f"{_ONE}/probe", asked, probe, answers, query=query, is_slow=True),
        Endpoint("POST", f"{_ONE}/probe/tree", "refuse to list what it opens", refuse, {501: _FAILED}, query=query),
        Endpoint("POST", f"{_ONE}/probe/sample", "refuse to read what it opens", refuse, {501: _FAILED}, query=query),
    ]


def _accessors(numbered: NumberedCredentials) -> list[Endpoint]:
    path, answers = f"{_ONE}/accessors", {200: list[AccessorShape]}
    show = partial(accessors.show_accessors, numbered)
    add = names_what_is_there(partial(accessors.add_accessors, numbered))
    replace = names_what_is_there(partial(accessors.replace_accessors, numbered))
    delete = names_what_is_there(partial(accessors.delete_accessors, numbered))
    return [
        Endpoint("GET", path, "tell who holds a credential", show, answers),
        Endpoint("PUT", path, "share a credential", add, answers, takes=AccessorsShape),
        Endpoint("POST", path, "share a credential with these alone", replace, answers, takes=AccessorsShape),
        Endpoint("DELETE", path, "share a credential no longer", delete, answers, takes=AccessorsShape | None),
    ]
