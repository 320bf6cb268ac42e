"""Changing what a credential is called and said to be, whom it is shared with, and putting it into the trash."""

from nexcred.errors import InvalidData, NameTaken, Problem, UsageError
from nexcred.model.credential import Credential
from nexcred.model.moments import day
from nexcred.server.call import Call, Reply
from nexcred.server.page.field_input import problems_of, problems_told, typed_tags
from nexcred.server.page.found import find_record
from nexcred.server.page.handling import SentForm, lead_to, render
from nexcred.server.page.site import PageSite
from nexcred.server.page.systems import title_of
from nexcred.services.credentials.labels import check_tags
from nexcred.services.credentials.merged_values import UpdateInput
from nexcred.services.credentials.remove import Removal, removals_of, remove
from nexcred.services.credentials.update import prepare_update, save_update
from nexcred.services.vaults.recipients import Recipients
from nexcred.services.vaults.share import Affected, completers, share, unshare
from nexcred.vault.trash import KEPT
from nexcred.vault.vault import Vault


def show_labels(site: PageSite, call: Call) -> Reply:
    """Show the form for name, description and tags."""
    credential = _found(call)
    call.principal.require("write", credential)
    typed = (credential.name, credential.description, ", ".join(credential.tags))
    return _labels(site, credential, typed, ())


def take_labels(site: PageSite, call: Call, form: SentForm) -> Reply:
    credential = _found(call)
    call.principal.require("write", credential)
    typed = (form.one("name").strip(), form.one("description"), form.one("tags"))
    try:
        saved, is_relabelled = call.access.read(lambda vault: _relabel(vault, credential, *typed))
    except (InvalidData, NameTaken) as error:
        return _labels(site, credential, typed, problems_of(error))
    if is_relabelled:
        call.access.note("update", [saved])
    if saved.name != credential.name:
        call.access.note("rename", [saved], names=(credential.name, saved.name))
    site.say("Saved.")
    return lead_to(site, "credentials", credential.id)


def _relabel(vault: Vault, credential: Credential, name: str, description: str, tags: str) -> tuple[Credential, bool]:
    """Return it with its new labels, all at once, and whether others than its name are among them."""
    wanted = check_tags(typed_tags(tags))
    dropped = tuple(tag for tag in credential.tags if tag not in wanted)
    new_name = None if name == credential.name else name
    change = UpdateInput({}, name=new_name, description=description, tags=wanted, untag=dropped)
    prepared = prepare_update(vault, credential, change)
    return save_update(vault, prepared, None), not prepared.has_no_labels


def _labels(
    site: PageSite, credential: Credential, typed: tuple[str, str, str], problems: tuple[Problem, ...]
) -> Reply:
    told = list(problems_told(None, problems))
    name, description, tags = typed
    return render(
        site, "labels.html", 422 if told else 200, at="credentials", credential=credential, problems=told, name=name,
        description=description, tags=tags,
    )  # fmt: skip


def take_share(site: PageSite, call: Call, form: SentForm) -> Reply:
    """Share it with a member or a team."""
    credential = _found(call)
    call.principal.require("share", credential)

    def apply(vault: Vault) -> str:
        whom = _recipients(vault, form.one("who"))
        affected = share(vault, [credential], whom, read_only=form.one("may") == "read")
        return _shared_words(vault, credential, whom, affected)

    site.say(call.access.read(apply))
    return lead_to(site, "credentials", credential.id)


def take_unshare(site: PageSite, call: Call, form: SentForm) -> Reply:
    """Seal it to them no more; what they read they know, which is told."""
    credential = _found(call)
    call.principal.require("share", credential)
    affected = call.access.read(lambda vault: unshare(vault, [credential], _recipients(vault, form.one("who"))))
    for one in affected:
        site.say(f"{credential.name} is no longer sealed to {_named(one.named)}.")
        knowing = ", ".join(person.full_name for person in one.people)
        where = removals_of([credential])[0].revoke
        site.say(f"{knowing} may have read what it held: give it a new key." if knowing else "")
        site.say(f"The old one is revoked {where}." if knowing and where else "")
    return lead_to(site, "credentials", credential.id)


def show_removal(site: PageSite, call: Call) -> Reply:
    """Say what it comes to, and ask."""
    credential = _found(call)
    call.principal.require("delete", credential)
    removal = removals_of([credential])[0]
    return render(
        site, "remove.html", at="credentials", credential=credential, title=title_of(credential.connector),
        revoke=removal.revoke, days=KEPT.days,
    )  # fmt: skip


def take_removal(site: PageSite, call: Call, _form: SentForm) -> Reply:
    """Put it into the trash."""
    credential = _found(call)
    call.principal.require("delete", credential)
    until = site.means.now() + KEPT
    removals: tuple[Removal, ...] = removals_of([credential], until)
    call.access.read(lambda vault: remove(vault, removals))
    call.access.note("remove", [credential], names=(credential.name,))
    site.say(f"{credential.name} is in the trash until {day(until)}, and can be restored from there.")
    revoke = removals[0].revoke
    site.say(f"Its key still works: revoke it {revoke}." if revoke else "")
    return lead_to(site, "credentials")


def _found(call: Call) -> Credential:
    return call.access.read(lambda vault: find_record(vault, call.path["record"]))


def _recipients(vault: Vault, said: str) -> Recipients:
    """Return whom a form means; raise UsageError for nobody who belongs to the vault."""
    kind, _, word = said.partition(":")
    members = tuple(one for one in vault.members if kind == "member" and one.id.hex() == word)
    teams = tuple(one for one in vault.teams if kind == "team" and one.id.hex() == word)
    if not members and not teams:
        raise UsageError("say whom: a member or a team of this vault")
    return Recipients(members, teams)


def _named(whom: Recipients) -> str:
    return ", ".join((*(one.full_name for one in whom.members), *(f"team {one.name}" for one in whom.teams)))


def _shared_words(vault: Vault, credential: Credential, whom: Recipients, affected: list[Affected]) -> str:
    if not affected:
        return f"{_named(whom)} held it already: nothing changed."
    able = completers(vault, credential, affected[0].named.people)
    if able is None:
        return f"{credential.name} is shared with {_named(whom)}."
    who = " or ".join(one.full_name for one in able) or "nobody"
    return f"{_named(whom)} is listed for it, and not sealed to yet: {who} completes it with nexcred share --complete."
