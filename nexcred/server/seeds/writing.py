"""Adding, changing and removing credentials. Nobody is asked whether they work: that is what the probe is for."""

from nexcred.connectors.values import choose_method
from nexcred.errors import InvalidData, Problem
from nexcred.model.credential import Credential
from nexcred.model.times import to_rfc3339, utc_now
from nexcred.nexla.data_credentials import NEEDED, BodyOfChange, parse_body, parse_change
from nexcred.nexla.lookup import connector_of, translate
from nexcred.server.call import Call, Reply, json_reply
from nexcred.server.seeds.numbered import NumberedCredentials, refuse_reader, type_named
from nexcred.server.seeds.reading import PATH
from nexcred.server.seeds.repeats import Answer, RepeatedRequests
from nexcred.services.credentials.add import save_new
from nexcred.services.credentials.draft import prepare_new
from nexcred.services.credentials.merged_values import UpdateInput
from nexcred.services.credentials.remove import removals_of, remove
from nexcred.services.credentials.update import prepare_update, save_update
from nexcred.services.values.decoded import open_details
from nexcred.vault.trash import KEPT
from nexcred.vault.vault import Vault
from nexcred.wire.data_credentials import DoneShape


def create(numbered: NumberedCredentials, repeats: RepeatedRequests, call: Call) -> Reply:
    """Answer `POST /data_credentials`, for who may write every credential."""
    call.principal.require_all("write")
    call.access.read(refuse_reader)
    return repeats.answer(call, PATH, lambda: _created(numbered, call), lambda one: _is_current(numbered, call, one))


def update(numbered: NumberedCredentials, repeats: RepeatedRequests, call: Call) -> Reply:
    """Answer `PUT /data_credentials/ID`."""

    def allow(vault: Vault) -> None:
        numbered.find(vault, call, "write")
        refuse_reader(vault)

    call.access.read(allow)
    path = f"{PATH}/{call.path['id']}"
    return repeats.answer(call, path, lambda: _updated(numbered, call), lambda one: _is_current(numbered, call, one))


def delete(numbered: NumberedCredentials, call: Call) -> Reply:
    """Answer `DELETE /data_credentials/ID`: into the trash."""
    until = utc_now() + KEPT

    def act(vault: Vault) -> Credential:
        credential = numbered.find(vault, call, "delete")
        refuse_reader(vault)
        remove(vault, removals_of([credential], until))
        return credential

    removed = call.access.read(act)
    call.note("serve delete", [removed], names=(removed.name,))
    message = f"'{removed.name}' lies in the trash until {to_rfc3339(until)}; its keys still work at their provider"
    done: DoneShape = {"status": "ok", "message": message}
    return json_reply(done)


def _created(numbered: NumberedCredentials, call: Call) -> Answer:
    def act(vault: Vault) -> tuple[Credential, Reply]:
        body = parse_body(call.body, needed=("name", *NEEDED))
        connector, translated = translate(body)
        new = prepare_new(
            connector,
            translated.values,
            is_taken=vault.has,
            method_name=translated.method,
            name=body.name,
            description=body.description,
            tags=body.tags,
            public=body.public,
        )
        saved = save_new(vault, new, None)
        return saved, json_reply(numbered.shape(vault, saved))

    saved, reply = call.access.read(act)
    call.note("serve write", [saved], (*saved.public, *saved.secret_fields))
    return Answer(reply, saved.id, saved.revision)


def _updated(numbered: NumberedCredentials, call: Call) -> Answer:
    def act(vault: Vault) -> tuple[Credential, Credential, Reply]:
        credential = numbered.find(vault, call, "write")
        change = parse_change(call.body, type_named(credential.connector))
        saved = save_update(vault, prepare_update(vault, credential, _wanted(vault, credential, change)), None)
        shows = any(call.principal.may(right, saved.id) for right in ("list", "show"))
        return credential, saved, json_reply(numbered.shape(vault, saved, shows_values=shows))

    before, saved, reply = call.access.read(act)
    names = () if before.name == saved.name else (before.name, saved.name)
    call.note("serve write", [saved], saved.changed if saved.version != before.version else (), names)
    return Answer(reply, saved.id, saved.revision)


def _is_current(numbered: NumberedCredentials, call: Call, answer: Answer) -> bool:
    """True while nobody has written to the credential since that answer."""

    def look(vault: Vault) -> bool:
        return any((one.id, one.revision) == (answer.record, answer.revision) for one in numbered.all(vault))

    return call.access.read(look)


def _wanted(vault: Vault, credential: Credential, change: BodyOfChange) -> UpdateInput:
    """Return what a body asks for; raise InvalidData for another type, and what `translate` does."""
    body, named = change
    if connector_of(body.connector).name != credential.connector:
        problem = f"cannot be changed: it is {type_named(credential.connector)}"
        raise InvalidData(f"credentials_type {problem}", problems=(Problem("credentials_type", problem),))
    labels = UpdateInput(
        {},
        name=body.name,
        description=body.description if "description" in named else None,
        tags=body.tags,
        untag=tuple(tag for tag in credential.tags if tag not in body.tags) if "tags" in named else (),
    )
    if "credentials" not in named:
        return labels
    connector, translated = translate(body)
    method = choose_method(connector, translated.values.keys(), translated.method)
    given = {field.name if (field := method.find(name)) else name for name in translated.values}
    present = open_details(vault, credential).details.fields
    return UpdateInput(
        translated.values,
        unset=tuple(name for name in present if name not in given),
        method=method.name,
        description=labels.description,
        tags=labels.tags,
        untag=labels.untag,
        secrecy=dict.fromkeys(body.public, False),
        name=labels.name,
    )
