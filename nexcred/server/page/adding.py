"""Adding a credential: the form in the connector's words, its provider's verdict, and only then the vault."""

from collections.abc import Sequence
from dataclasses import replace

from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import choose_method
from nexcred.errors import HostRefused, InvalidData, MissingField, NameTaken, Problem
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.server.call import Call, Reply
from nexcred.server.page.draft import Draft
from nexcred.server.page.field_input import problems_of, typed_tags
from nexcred.server.page.handling import SentForm, lead_to, render
from nexcred.server.page.logging_in import begin_login
from nexcred.server.page.site import PageSite
from nexcred.server.page.values_form import beside_the_same, may_be_saved, read_values, refuse_untyped, values_shown
from nexcred.services.credentials.add import is_ready, probe_new, save_new
from nexcred.services.credentials.draft import prepare_new
from nexcred.services.credentials.free_name import free_name
from nexcred.services.importing.same_secrets import places_with_same
from nexcred.services.proving.prober import Prober
from nexcred.services.vaults.defaults import shared_by_default
from nexcred.vault.vault import Vault


def show_form(site: PageSite, call: Call) -> Reply:
    """Show the form of a system: empty, or as somebody left it."""
    call.principal.require_all("write")
    word = call.query.get("draft", "")
    draft = site.drafts.get(word) if word else None
    if draft is None:
        connector = load_connector(call.path["connector"])
        method = choose_method(connector, (), call.query.get("method") or None)
        call.access.read(Vault.require_writable)
        name = call.access.read(lambda vault: free_name(connector.name, vault.has))
        draft, word = Draft(connector.name, method.name, name), ""
    return _form(site, call, draft, word)


def take_form(site: PageSite, call: Call, form: SentForm) -> Reply:
    """Do what the button says that was pressed: check, ask the provider, let somebody approve, or save."""
    call.principal.require_all("write")
    word = form.one("draft")
    draft = _read(call, form, site.drafts.get(word))
    action = form.one("action")
    if action.startswith("method:"):
        kept = replace(draft, method=action.removeprefix("method:"), new=None, result=None)
        return lead_to(site, "add", f"{draft.connector}?draft={site.drafts.put(kept, word)}")
    try:
        draft = _checked(call, draft)
    except HostRefused as error:
        return _form(site, call, draft, site.drafts.put(draft, word), refused=error)
    except (MissingField, InvalidData, NameTaken) as error:
        return _form(site, call, draft, site.drafts.put(draft, word), problems=problems_of(error))
    word = site.drafts.put(draft, word)
    return _act(site, call, draft, word, action)


def _act(site: PageSite, call: Call, draft: Draft, word: str, action: str) -> Reply:
    new = draft.new
    assert new is not None
    if action == "save_unverified":
        return _save(site, call, draft, word, save_unverified=True)
    if not is_ready(new):
        return begin_login(site, call, word)
    is_seen = draft.result is not None and action == "save"
    if not is_seen:
        new, result = probe_new(new, Prober(site.means.environment))
        draft = replace(draft, new=new, result=result)
        word = site.drafts.put(draft, word)
    if action == "save" and may_be_saved(new.connector, draft.result, is_seen=is_seen):
        return _save(site, call, draft, word, save_unverified=False)
    return lead_to(site, "add", f"{draft.connector}?draft={word}")


def _save(site: PageSite, call: Call, draft: Draft, word: str, *, save_unverified: bool) -> Reply:
    new, result = draft.new, draft.result
    assert new is not None

    def save(vault: Vault) -> tuple[str, tuple[str, ...]]:
        saved = save_new(vault, new, result, save_unverified=save_unverified, is_private=draft.is_private)
        return saved.id, places_with_same(vault, saved.name, new.details.fields)

    record, same = call.access.read(save)
    site.drafts.drop(word)
    site.say(saved_words(new.name, result))
    site.say(f"It holds the same secret as {', '.join(same)}: who has one has both." if same else "")
    return lead_to(site, "credentials", record)


def saved_words(name: str, result: ProbeResult | None) -> str:
    """Say what is known of what was saved."""
    if result is None:
        return f"{name} is saved, and not tested yet."
    if result.status is ProbeStatus.UNSUPPORTED:
        return f"{name} is kept as it is, since nobody can be asked about it."
    if result.status is ProbeStatus.ACCEPTED:
        return f"{name} is saved: accepted" + (f", {result.identity}." if result.identity else ".")
    return f"{name} is saved, and not verified."


def _read(call: Call, form: SentForm, before: Draft | None) -> Draft:
    """Return what was typed, over what was typed before."""
    connector = load_connector(call.path["connector"])
    if before is None or before.connector != connector.name:
        before = Draft(connector.name, "", "")
    method = choose_method(connector, (), form.one("method") or None)
    return Draft(
        connector.name,
        method.name,
        form.one("name").strip(),
        form.one("description"),
        form.one("tags"),
        is_private=form.one("private") == "yes",
        typed=beside_the_same(before.typed, read_values(form, method, before.typed)),
        new=before.new,
        result=before.result,
    )


def _checked(call: Call, draft: Draft) -> Draft:
    """Check the whole; what the provider said of other values, or was granted to them, counts for nothing."""
    call.access.read(Vault.require_writable)
    refuse_untyped(draft.typed)
    new = call.access.read(
        lambda vault: prepare_new(
            draft.connector,
            draft.typed.given,
            is_taken=vault.has,
            method_name=draft.method,
            name=draft.name or None,
            description=draft.description,
            tags=typed_tags(draft.tags),
            allow_hosts=draft.typed.allow_hosts,
            public=draft.typed.public,
        )
    )
    if draft.new is not None and draft.new.details == new.details:
        return replace(draft, new=replace(new, session=draft.new.session))
    return replace(draft, new=new, result=None)


def _form(
    site: PageSite,
    call: Call,
    draft: Draft,
    word: str,
    *,
    problems: Sequence[Problem] = (),
    refused: HostRefused | None = None,
) -> Reply:
    connector = load_connector(draft.connector)
    method = choose_method(connector, (), draft.method)
    return render(
        site,
        "add.html",
        422 if problems else 409 if refused else 200,
        at="add",
        draft=draft,
        word=word,
        value_warnings=draft.new.warnings if draft.new else (),
        shared_with=call.access.read(shared_by_default),
        **values_shown(connector, method, draft.typed, problems, refused, draft.result),
    )
