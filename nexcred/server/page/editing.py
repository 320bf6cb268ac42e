"""Other values for a credential: its form with what is there, its provider's verdict, and only then the vault."""

from collections.abc import Sequence
from dataclasses import replace

from nexcred.connectors.language.spec import Method
from nexcred.connectors.values import choose_method
from nexcred.errors import ChangedMeanwhile, HostRefused, InvalidData, MissingField, Problem, UsageError
from nexcred.model.credential import Credential
from nexcred.model.probe import ProbeResult
from nexcred.model.secret import Secret
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.server.call import Call, Reply
from nexcred.server.page.adding import saved_words
from nexcred.server.page.draft import EditDraft, TypedValues
from nexcred.server.page.field_input import problems_of
from nexcred.server.page.found import find_record
from nexcred.server.page.handling import SentForm, lead_to, render
from nexcred.server.page.site import PageSite
from nexcred.server.page.values_form import beside_the_same, may_be_saved, read_values, refuse_untyped, values_shown
from nexcred.services.credentials.candidate import keep_candidate, would_replace_proof
from nexcred.services.credentials.kept_secrets import refuse_elsewhere
from nexcred.services.credentials.merged_values import UpdateInput
from nexcred.services.credentials.update import Prepared, prepare_update, probe_update, save_update
from nexcred.services.proving.prober import Prober
from nexcred.services.values.decoded import Decoded, open_details


def show_values(site: PageSite, call: Call) -> Reply:
    """Show the form with the values that are there, secrets as dots; or as somebody left it."""
    credential, present = _opened(call)
    word = call.query.get("draft", "")
    edit = site.edits.get(word) if word else None
    if edit is None or (edit.record, edit.version) != (credential.id, credential.version):
        edit, word = _begun(credential, present), ""
    return _form(site, credential, present, edit, word)


def take_values(site: PageSite, call: Call, form: SentForm) -> Reply:
    """Do what the button says that was pressed: check, ask the provider, or save."""
    credential, present = _opened(call)
    if form.one("version") != str(credential.version):
        raise ChangedMeanwhile(
            f"the values of '{make_visible(credential.name)}' have changed since this form was opened",
            hint="nothing was saved: open the form anew",
        )
    word = form.one("draft")
    before = site.edits.get(word) if word else _begun(credential, present)
    if before is None or before.record != credential.id:
        raise UsageError("what was typed is not kept any more", hint="nothing was saved: begin anew")
    edit = _read(form, present, before)
    try:
        edit = _checked(call, credential, present, edit)
    except HostRefused as error:
        return _form(site, credential, present, edit, site.edits.put(edit, word), refused=error)
    except (MissingField, InvalidData) as error:
        return _form(site, credential, present, edit, site.edits.put(edit, word), problems=problems_of(error))
    return _act(site, call, edit, word, form.one("action"))


def _act(site: PageSite, call: Call, edit: EditDraft, word: str, action: str) -> Reply:
    prepared, result = edit.prepared, edit.result
    assert prepared is not None
    if prepared.values is None:
        site.edits.drop(word)
        site.say("Nothing changed.")
        return lead_to(site, "credentials", edit.record)
    if action == "save_unverified" or prepared.values.ends_login:
        return _save(site, call, prepared, result, word)
    if action == "keep" and would_replace_proof(prepared, result):
        return _keep(site, call, prepared, result, word)
    is_seen = result is not None and action == "save"
    if not is_seen:
        prepared, result = probe_update(prepared, Prober(site.means.environment))
    word = site.edits.put(replace(edit, prepared=prepared, result=result), word)
    assert prepared.values is not None
    if action == "save" and may_be_saved(prepared.values.connector, result, is_seen=is_seen):
        return _save(site, call, prepared, result, word)
    return lead_to(site, "credentials", edit.record, f"values?draft={word}")


def _save(site: PageSite, call: Call, prepared: Prepared, result: ProbeResult | None, word: str) -> Reply:
    """Write what is proved, or what somebody wants all the same."""
    saved = call.access.read(lambda vault: save_update(vault, prepared, result, save_unverified=True))
    assert prepared.values is not None
    site.say(saved_words(saved.name, result))
    site.say("Its login has ended with the former values: authorize it." if prepared.values.ends_login else "")
    return _done(site, call, saved, prepared, word)


def _keep(site: PageSite, call: Call, prepared: Prepared, result: ProbeResult | None, word: str) -> Reply:
    """Leave the proved values in use, and the new ones sealed beside them."""
    kept = call.access.read(lambda vault: keep_candidate(vault, prepared, result, site.means.now()))
    site.say(f"{kept.name} keeps its values; nexcred update {shell_word(kept.name)} --retry proves the new ones.")
    return _done(site, call, kept, prepared, word)


def _done(site: PageSite, call: Call, saved: Credential, prepared: Prepared, word: str) -> Reply:
    assert prepared.values is not None
    own = (*saved.public, *saved.secret_fields)
    call.access.note("update", [saved], [name for name in prepared.values.changed if name in own])
    site.edits.drop(word)
    return lead_to(site, "credentials", saved.id)


def _opened(call: Call) -> tuple[Credential, Decoded]:
    """Return it with its values, for who may change them."""
    credential = call.access.read(lambda vault: find_record(vault, call.path["record"]))
    call.principal.require("write", credential)
    call.access.read(lambda vault: vault.require_writer(credential))
    return credential, call.access.read(lambda vault: open_details(vault, credential))


def _begun(credential: Credential, present: Decoded) -> EditDraft:
    shown = present.details.public
    known = [field.name for field in _own_method(present).fields]
    typed = TypedValues(dict(shown), tuple(name for name in shown if name not in known))
    return EditDraft(credential.id, credential.version, typed, tuple(present.details.secret_fields))


def _read(form: SentForm, present: Decoded, before: EditDraft) -> EditDraft:
    """Return what was typed, over what is there; a secret that is kept is none that was typed."""
    kept = _kept(present, before)
    whole = read_values(form, _own_method(present), replace(before.typed, given={**before.typed.given, **kept}))
    stays = [name for name, value in whole.given.items() if name in kept and value is kept[name]]
    given = {name: value for name, value in whole.given.items() if name not in stays}
    return replace(before, typed=beside_the_same(before.typed, replace(whole, given=given)), kept=tuple(stays))


def _kept(present: Decoded, edit: EditDraft) -> dict[str, Secret]:
    fields = present.details.fields
    return {name: value for name in edit.kept if isinstance(value := fields.get(name), Secret)}


def _own_method(present: Decoded) -> Method:
    """Return the method without the fields that the credential names itself."""
    return choose_method(present.connector, (), present.method.name)


def _checked(call: Call, credential: Credential, present: Decoded, edit: EditDraft) -> EditDraft:
    """Check the whole; what the provider said of other values, or was granted to them, counts for nothing."""
    refuse_untyped(edit.typed)
    given, known = edit.typed.given, {field.name for field in present.method.fields}
    wanted = UpdateInput(
        given,
        unset=tuple(one for one in present.details.fields if one in known and one not in (*given, *edit.kept)),
        allow_hosts=edit.typed.allow_hosts,
        secrecy={name: name not in edit.typed.public for name in given},
    )
    prepared = call.access.read(lambda vault: prepare_update(vault, credential, wanted, present))
    new, before = prepared.values, edit.prepared.values if edit.prepared else None
    if new is not None:
        refuse_elsewhere(present, new, given)
    if new is not None and before is not None and before.details == new.details:
        return replace(edit, prepared=replace(prepared, values=replace(new, session=before.session)))
    return replace(edit, prepared=prepared, result=None)


def _form(
    site: PageSite,
    credential: Credential,
    present: Decoded,
    edit: EditDraft,
    word: str,
    *,
    problems: Sequence[Problem] = (),
    refused: HostRefused | None = None,
) -> Reply:
    typed = replace(edit.typed, given={**edit.typed.given, **_kept(present, edit)})
    prepared, result = edit.prepared, edit.result
    return render(
        site,
        "values.html",
        422 if problems else 409 if refused else 200,
        at="credentials",
        credential=credential,
        word=word,
        value_warnings=prepared.values.warnings if prepared and prepared.values else (),
        replaces_proof=prepared is not None and would_replace_proof(prepared, result),
        keeps_secrets=bool(edit.kept),
        **values_shown(present.connector, _own_method(present), typed, problems, refused, result),
    )
