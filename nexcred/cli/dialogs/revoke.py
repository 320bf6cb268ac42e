"""Revoke a key: the yes that it needs, the provider or a person who ends it, and the proof that it is dead."""

import time
from datetime import timedelta

from nexcred.auth.server_login import LoginAuth
from nexcred.cli.app.context import Context
from nexcred.cli.prompt.confirm import require_yes
from nexcred.cli.prompt.prompter import Choice
from nexcred.cli.render.former import superseded_line
from nexcred.cli.render.proof_of_end import is_dead, probe_again, seconds, sentence_of, when_proved
from nexcred.cli.terminal.browser import has_browser, open_browser
from nexcred.cli.terminal.progress import Progress
from nexcred.errors import Conflict, Interrupted, NexcredError, NotProved, UsageError
from nexcred.model.credential import Credential
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.rotating.rotator import CallFailed, Revoker
from nexcred.services.proving.prober import Prober
from nexcred.services.rotation.asking import LONGEST_WAIT, FormerKey
from nexcred.services.rotation.former import revisions_with, superseded_by
from nexcred.services.rotation.holders import others_with
from nexcred.services.rotation.revoking import (
    consequences,
    could_be_asked,
    end_at_provider,
    ended_secrets,
    ending_place,
    note_by_hand,
    note_ended,
    refuse_present,
    refuse_rotating,
    revoker_of,
)

_DECLINED = "nothing was revoked"


def key_to_revoke(context: Context, credential: Credential, revision: int | None) -> FormerKey:
    """Return the key of a revision; where none is named and a former one may work, the one that a person picks.

    Raises RevisionNotFound, and UsageError where nobody can be asked.
    """
    vault = context.vault
    if revision is None:
        revision = _picked(context, credential)
    revisions = revisions_with(vault, credential, revision)
    if revision not in revisions:
        raise UsageError(
            f"revision {revision} of '{make_visible(credential.name)}' has the present key",
            hint=f"to revoke that: nexcred revoke {shell_word(credential.name)} --revision {credential.version}",
        )
    return FormerKey(vault, credential, revisions, Prober(context.environment))


def _picked(context: Context, credential: Credential) -> int:
    former = [one for one in superseded_by(context.vault, credential) if one.may_work]
    if not former:
        return credential.version
    if not context.terminal.interactive:
        which = ", ".join(str(one.revision) for one in former)
        raise UsageError(
            f"old keys of '{make_visible(credential.name)}' may still work, of revision {which}",
            hint=f"say which to revoke with --revision N; the present key is --revision {credential.version}",
        )
    choices = [Choice(str(one.revision), superseded_line(one, context.now())) for one in former]
    choices.append(Choice(str(credential.version), "the present one", "what uses it stops working"))
    return int(context.prompter.choose("Which key?", choices, choices[0].value))


def is_refused_now(key: FormerKey) -> bool:
    """Ask once with a key that is said to be dead: any member who may write may have said so."""
    return key.can_be_asked and key.ask().status.is_refusal


def revoke(context: Context, key: FormerKey, *, yes: bool, is_named: bool) -> None:
    """Ask, end the key, and prove that it is dead. `is_named`: the revision was said, not picked by default.

    Raises NotProved with what is known where that is less, UsageError, Conflict and what asking does.
    """
    revoker = revoker_of(context.vault, key, context.sessions, context.environment)
    _refuse_needed(context, key, yes=yes)
    if revoker is None:
        _end_by_hand(context, key, yes=yes)
    else:
        _ask(context, key, yes=yes, is_named=is_named)
        _end_by_call(context, key, revoker)
    if not key.can_be_asked:
        _tell_its_word(context, key)
        return
    result = _prove(context, key)
    _warn_unsaved(context, key)
    if not is_dead(key):
        raise _not_dead(key, result)
    context.streams.line(f"revoked {_named(key)}: {sentence_of(key, result)}")


def present_key(context: Context, credential: Credential) -> FormerKey:
    """Return the key that a credential has now."""
    return FormerKey(context.vault, credential, (credential.version,), Prober(context.environment))


def end_before_removal(context: Context, key: FormerKey, *, yes: bool) -> None:
    """Have the present key ended, after the yes; raise NotProved where its provider did not take that, or Conflict.

    A yes that nobody typed does not stand for a person's word that it is revoked.
    """
    vault = context.vault
    vault.require_writer(key.credential)
    revoker = revoker_of(vault, key, context.sessions, context.environment)
    _refuse_needed(context, key, yes=yes)
    if revoker is None:
        _end_by_hand(context, key, yes=yes)
    else:
        _end_by_call(context, key, revoker)
    result = key.ask() if key.can_be_asked else None
    if result is not None and result.status is ProbeStatus.ACCEPTED:
        if revoker is None:
            raise _not_dead(key, result)
        context.streams.warn(f"the key of '{make_visible(key.credential.name)}' still works for now")
    for one in superseded_by(vault, key.credential):
        if one.may_work:
            name = make_visible(key.credential.name)
            context.streams.warn(f"an old key of '{name}', of revision {one.revision}, may still work")


def told_before(key: FormerKey) -> list[str]:
    """Return what is to be known before the yes."""
    which = "what uses it stops working" if key.is_present else f"revision {key.revision}, which is not in use"
    return [f"the key of '{key.credential.name}' at {key.connector.title}: {which}", *consequences(key)]


def _ask(context: Context, key: FormerKey, *, yes: bool, is_named: bool) -> None:
    if yes and _ends_login(key) and not is_named:
        raise UsageError(
            "revoking the present password ends the login at the database, for all who use it",
            hint=f"say so with: --revision {key.revision} --yes",
        )
    if yes:
        return
    require_yes(context, told_before(key), "Revoke it?", doing="revoking", declined=_DECLINED)
    confirm_end_of_login(context, key)


def confirm_end_of_login(context: Context, key: FormerKey) -> None:
    """Ask a second time for the present password of a database; raise NexcredError for a no."""
    if not _ends_login(key):
        return
    name = make_visible(key.credential.name)
    if not context.prompter.confirm(f"This ends the login of '{name}' itself, for all who use it. Really?"):
        raise NexcredError(_DECLINED)


def _ends_login(key: FormerKey) -> bool:
    return key.is_present and isinstance(key.method.auth, LoginAuth)


def _refuse_needed(context: Context, key: FormerKey, *, yes: bool) -> None:
    """Let nobody revoke what a rotation is about, nor unseen what another credential uses."""
    refuse_rotating(context.vault, key)
    refuse_present(context.vault, key)
    holders = others_with(context.vault, key.credential, ended_secrets(key))
    names = [f"'{make_visible(other.name)}'" for other, _ in holders]
    if not names:
        return
    told = f"{', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''}"
    if yes or not context.terminal.interactive:
        raise Conflict(
            f"the key of '{make_visible(key.credential.name)}' is also that of {told}",
            hint="give those another key first, or revoke it at a terminal, which asks",
        )
    if not context.prompter.confirm(f"It is also the key of {told}. Go on?"):
        raise NexcredError(_DECLINED)


def _end_by_call(context: Context, key: FormerKey, revoker: Revoker) -> None:
    try:
        with Progress(context.streams, context.terminal, f"revoking at {key.connector.title}", 1):
            ended = end_at_provider(context.vault, key, revoker)
    except CallFailed as failed:
        if not _is_refused(key, failed):
            raise _not_ended(key, failed) from None
        ended = "taken"
    note_ended(context.vault, key, ended)
    said = "took the revocation" if ended == "taken" else "revoked it"
    context.streams.note(f"{key.connector.title} {said}")


def _is_refused(key: FormerKey, failed: CallFailed) -> bool:
    """True where the provider refused the call since it does not know the key any more, as asking with it tells."""
    if not failed.status.is_refusal or failed.is_unknown or not key.can_be_asked:
        return False
    return key.ask().status.is_refusal


def _not_ended(key: FormerKey, failed: CallFailed) -> NotProved:
    detail = failed.detail or failed.status.value
    name = shell_word(key.credential.name)
    if failed.is_unknown:
        told = f"{key.connector.title} may have revoked the key, or not: {detail}"
        return NotProved(told, hint=f"run it again: nexcred revoke {name} --revision {key.revision}")
    return NotProved(f"{key.connector.title} did not revoke the key: {detail}", hint=_where(key))


def _end_by_hand(context: Context, key: FormerKey, *, yes: bool) -> None:
    """Show where, and wait for a person's word; raise NotProved where there is none."""
    title = key.connector.title
    if yes or not context.terminal.interactive:
        nobody = f"nobody is named whose call revokes a key of {title}" if could_be_asked(key) else ""
        raise NotProved(f"{nobody or f'no call revokes a key of {title}'}: a person has to", hint=_where(key))
    prompter, place = context.prompter, ending_place(key)
    for line in told_before(key):
        prompter.tell(make_visible(line))
    prompter.tell(make_visible(f"Revoke it {place.where or f'at {title}'}{f': {place.page}' if place.page else ''}"))
    if place.page and has_browser(context.environment):
        try:
            open_browser(place.page, context.environment)
        except OSError:
            prompter.tell("no browser opens it")
    if not prompter.confirm("Have you revoked it?"):
        raise NotProved("not revoked yet", hint=f"then: nexcred revoke {shell_word(key.credential.name)}")
    note_by_hand(key)


def _where(key: FormerKey) -> str:
    """Say where a person revokes it, and what proves it then."""
    place = ending_place(key)
    there = ", ".join(filter(None, (place.where, place.page))) or f"at {key.connector.title}"
    name = f"name one with: nexcred update {shell_word(key.credential.name)} --rotator ADMIN, or "
    return f"{name if could_be_asked(key) else ''}revoke it {there}, then: {probe_again(key)}"


def _prove(context: Context, key: FormerKey) -> ProbeResult:
    """Ask until it is dead, as far as a command waits; Ctrl-C leaves what is known."""
    title, is_told = key.connector.title, False

    def told(result: ProbeResult) -> None:
        nonlocal is_told
        if not is_told and key.terms.settle:
            until = f"asking again over {seconds(key.terms.settle)}, which {title} may need to refuse it everywhere"
            context.streams.note(f"{sentence_of(key, result)}; {until}")
            is_told = True

    try:
        with Progress(context.streams, context.terminal, f"asking {title} with it", 1):
            return key.prove(_wait, told)
    except KeyboardInterrupt:
        raise Interrupted("interrupted: revoked, not yet proved dead", hint=probe_again(key)) from None


def _wait(time_left: timedelta) -> None:
    time.sleep(min(time_left, LONGEST_WAIT).total_seconds())


def _not_dead(key: FormerKey, result: ProbeResult) -> NotProved:
    said = sentence_of(key, result)
    if result.status is ProbeStatus.ACCEPTED:
        return NotProved(f"{said}, although it was revoked", hint=_where(key))
    return NotProved(
        f"revoked, not yet proved: {said}", hint=when_proved(key, result) or f"ask again: {probe_again(key)}"
    )


def _tell_its_word(context: Context, key: FormerKey) -> None:
    _warn_unsaved(context, key)
    if not is_dead(key):
        why = "since asking with it would harm" if key.terms.is_never else "since nobody can be asked about it"
        raise NotProved(f"revoked, and never to be proved, {why}", hint=_where(key))
    context.streams.line(make_visible(f"revoked {_named(key)}: gone, as {key.connector.title} says"))


def _warn_unsaved(context: Context, key: FormerKey) -> None:
    if key.unsaved:
        context.streams.warn(f"that it is revoked is not kept in the vault: {key.unsaved}")


def _named(key: FormerKey) -> str:
    name = make_visible(key.credential.name)
    return name if key.is_present else f"{name}, revision {key.revision}"
