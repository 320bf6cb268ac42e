"""`list` and `show` for people."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from nexcred.cli.render.former import superseded_cell
from nexcred.cli.render.pairs import pair_lines
from nexcred.cli.render.style import BOLD, QUIET, RED, YELLOW, Cell, paint, status_cell
from nexcred.model.credential import Credential, Value
from nexcred.model.moments import ago, day, minute, until
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.secret import DOTS, Secret
from nexcred.model.shell_word import shell_word
from nexcred.services.audit.usage import NEVER_USED, Usage
from nexcred.services.credentials.exposed import command_to_mend, who_and_why
from nexcred.vault.roster import TEAM_PREFIX

if TYPE_CHECKING:
    from nexcred.model.lifecycle import Exposure
    from nexcred.services.rotation.former import Superseded
    from nexcred.services.vaults.proof import Holder, Proof
    from nexcred.vault.candidate import Candidate
    from nexcred.vault.journal import Journal

HEADINGS = ("NAME", "CONNECTOR", "STATUS", "IDENTITY", "CHECKED", "EXPIRES", "TAGS", "TEAM", "DESCRIPTION")
_SOON_DAYS = 14


def list_rows(credentials: Sequence[Credential], now: datetime) -> list[list[Cell]]:
    return [_row(credential, now) for credential in credentials]


def _row(credential: Credential, now: datetime) -> list[Cell]:
    probe = credential.probe
    return [
        Cell(credential.name, BOLD),
        Cell(credential.connector),
        status_cell(probe.status if probe else None),
        Cell((probe.identity if probe else None) or ""),
        Cell(ago(probe.checked_at, now) if probe else "", QUIET),
        expiry_cell(credential.expires_at, now),
        Cell(", ".join(credential.tags)),
        Cell(", ".join(role[len(TEAM_PREFIX) :] for role in credential.access_roles if role.startswith(TEAM_PREFIX))),
        Cell(credential.description, QUIET),
    ]


def expiry_cell(moment: datetime | None, now: datetime) -> Cell:
    if moment is None:
        return Cell("")
    days_left = (moment - now).total_seconds() / 86400
    style = RED if days_left <= 0 else YELLOW if days_left < _SOON_DAYS else ""
    return Cell(until(moment, now), style)


def show_lines(
    credential: Credential,
    now: datetime,
    *,
    colour: bool,
    revealed: Mapping[str, Value] | None = None,
    proof: "Proof | None" = None,
    usage: Usage = NEVER_USED,
    candidate: "Candidate | None" = None,
    rotation: "Journal | None" = None,
    page: str = "",
    superseded: "Sequence[Superseded]" = (),
    rotator: str = "",
) -> list[str]:
    """Lay out one credential; `revealed` are all its values, to be shown as they are, `proof` who may see them.

    The `candidate` is told of, and not its values; the `rotation` is one that is on its way. `page` is where its key is
    managed. Of former secrets those are told that may work still, and what was issued with them. `rotator` is the name
    of the credential that can make keys for it.
    """
    rows = [
        ("connector", Cell(credential.connector)),
        ("method", Cell(credential.method)),
        ("description", Cell(credential.description)),
        ("status", _status(credential.probe, now)),
        ("detail", Cell(credential.probe.detail if credential.probe else "")),
        ("candidate", _candidate(candidate, credential.name, now)),
        ("rotation", _rotation(rotation, credential.name)),
        ("superseded", superseded_cell(superseded, credential.name, now)),
        ("expires", _ends(credential, now)),
        *_policy_rows(credential, rotator, now),
        ("tags", Cell(", ".join(credential.tags))),
        ("page", Cell(page)),
        ("allowed hosts", Cell(", ".join(credential.allowed_hosts), YELLOW)),
        ("owner", Cell(credential.owner.full_name)),
        *_proof_rows(proof, credential.owner.full_name),
        ("last used", Cell(f"{ago(usage.last_used_at, now)}, from here" if usage.last_used_at else "")),
        ("projects", Cell("\n".join(usage.projects))),
        ("version", Cell(f"{credential.version}, changed {minute(credential.updated_at)}")),
    ]
    values = [(name, Cell(shown)) for name, shown in _values(credential, revealed)]
    heading: list[str] = [paint(credential.name, BOLD, colour=colour)]
    return [*heading, *pair_lines(rows, colour=colour), "", *pair_lines(values, colour=colour)]


def _ends(credential: Credential, now: datetime) -> Cell:
    """Say when it ends, by whose word, and what the others say."""
    cell, terms = expiry_cell(credential.expires_at, now), credential.terms
    if terms is None:
        return cell
    ends = [
        (end, whose)
        for end, whose in (
            (terms.entered_at, "as entered"),
            (terms.default_at, "as the vault's settings say"),
            (terms.provided_at, "as the provider says"),
        )
        if end is not None
    ]
    told = [f"{until(end, now)}, {whose}" for end, whose in sorted(ends)]
    return Cell("\n".join(told), cell.style)


def _policy_rows(credential: Credential, rotator: str, now: datetime) -> list[tuple[str, Cell]]:
    """Say when its secret is due, who makes its keys, and who knows it."""
    terms, policy = credential.terms, credential.policy
    rows = []
    if terms is not None and terms.rotate_every_days and terms.due_at is not None:
        whose = ", as the vault's settings say" if terms.is_rotate_default else ""
        is_due = terms.due_at <= now
        told = f"due since {day(terms.due_at)}" if is_due else f"due {until(terms.due_at, now)}"
        rows.append(("rotate every", Cell(f"{terms.rotate_every_days} days{whose}: {told}", YELLOW if is_due else "")))
    rows.append(("rotator", Cell(rotator)))
    if policy is not None:
        exposed = "\n".join(
            line for one in policy.exposed for line in (exposure_text(one, now), command_to_mend(credential, one))
        )
        rows.append(("exposed", Cell(exposed, RED)))
    return rows


def exposure_text(exposure: "Exposure", now: datetime) -> str:
    """Say who has which revision, and why: left: bob (revision 2), 3 days ago."""
    return f"{who_and_why(exposure)} (revision {exposure.revision}), {ago(exposure.at, now)}"


def _candidate(candidate: "Candidate | None", name: str, now: datetime) -> Cell:
    """Name the new value that is kept until it is proved, and what proves it."""
    if candidate is None:
        return Cell("")
    found = f" ({candidate.probe.status.value})" if candidate.probe else ""
    told = f"a new value, kept {ago(candidate.kept_at, now)}, not proved{found}"
    return Cell(f"{told}\nnexcred update {shell_word(name)} --retry", YELLOW)


def _rotation(journal: "Journal | None", name: str) -> Cell:
    """Say how far a rotation has come, and what goes on with it."""
    if journal is None:
        return Cell("")
    is_in_grace = journal.step == "switched" and journal.kind == "add" and journal.grace_until is not None
    until = f", both keys work until {minute(journal.grace_until)}" if is_in_grace and journal.grace_until else ""
    told = f"{journal.step}{until}" + (f": {journal.hangs}" if journal.hangs else "")
    return Cell(f"{told}\nnexcred rotate --resume {shell_word(name)}", YELLOW)


def _proof_rows(proof: "Proof | None", owner: str) -> list[tuple[str, Cell]]:
    """Say who holds and wrote it, where that is somebody else than its owner alone."""
    if proof is None:
        return []
    holders = [_held_by(holder) for holder in proof.holders]
    author = proof.author or "nobody known, from before the upgrade"
    pinned = f", as pinned by {proof.pinned_by}" if proof.pinned_by else ""
    return [
        ("held by", Cell(", ".join(holders) if holders != [owner] else "")),
        ("teams", Cell(", ".join(proof.teams))),
        ("written by", Cell(f"{author}{pinned}" if (author, pinned) != (owner, "") else "")),
    ]


def _held_by(holder: "Holder") -> str:
    """Name a holder, with the teams through which they hold it where they are not named themselves."""
    through = f"by {', '.join(holder.teams)}" if holder.teams else ""
    more = ", ".join(filter(None, ("" if holder.is_writer else "reads", through)))
    return f"{holder.full_name} ({more})" if more else holder.full_name


def saved_line(verb: str, credential: Credential) -> str:
    """Say in one line what was done and what is known."""
    probe = credential.probe
    known = probe.status.value if probe else "not probed"
    if probe and probe.status is ProbeStatus.UNSUPPORTED:
        known = "kept as it is, since nobody can be asked about it"
    who = f", {probe.identity}" if probe and probe.identity else ""
    return f"{verb} {credential.name}: {known}{who}"


def end_stays(credential: Credential, end: datetime) -> str:
    """Say that the end which was entered for the former secret still counts."""
    name = shell_word(credential.name)
    return f"the end that was entered for the old secret stays, {day(end)}: nexcred update {name} --expires DATE"


def _values(credential: Credential, revealed: Mapping[str, Value] | None) -> list[tuple[str, str]]:
    if revealed is None:
        public = [(name, str(value)) for name, value in credential.public.items()]
        return [*public, *((name, DOTS) for name in credential.secret_fields)]
    return [(name, _plain(value)) for name, value in revealed.items()]


def _plain(value: Value) -> str:
    if not isinstance(value, Secret):
        return str(value)
    plain = value.reveal()
    return plain if isinstance(plain, str) else f"({value.size} bytes that are no text: use nexcred get)"


def _status(probe: ProbeResult | None, now: datetime) -> Cell:
    cell = status_cell(probe.status if probe else None)
    if probe is None:
        return cell
    who = f" - {probe.identity}" if probe.identity else ""
    return Cell(f"{cell.text}{who}, {ago(probe.checked_at, now)}", cell.style)
