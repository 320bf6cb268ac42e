"""Prove what is to be imported, and add it in one write."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from nexcred.connectors.guidance import remedy_for
from nexcred.errors import Conflict, InvalidData, NexcredError, Problem, Rejected
from nexcred.model.credential import Credential
from nexcred.model.probe import ProbeResult
from nexcred.probing.outcome import sentence_for
from nexcred.services.credentials.add import draft_of, keep_names, probe_new
from nexcred.services.credentials.draft import NewCredential
from nexcred.services.credentials.update import Prepared, changes_of
from nexcred.services.importing.plan import Item, Outcome
from nexcred.services.proving.prober import Prober
from nexcred.services.values.used_connector import note_used
from nexcred.vault.edit import Edit
from nexcred.vault.vault import Vault

_JOBS = 16

Results = dict[str, ProbeResult]


def probe_items(items: Sequence[Item], prober: Prober, on_result: Callable[[], None]) -> tuple[list[Item], Results]:
    """Ask the providers about all that is to be added, and say which are rejected. Results are by name."""
    asked = [item for item in items if item.new is not None]
    judged: dict[str, Item] = {}
    results: Results = {}
    pool = ThreadPoolExecutor(_JOBS)
    try:
        for item, result in pool.map(lambda item: _probe(item, prober), asked):
            on_result()
            judged[item.name] = item
            if result is not None:
                results[item.name] = result
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return [judged[item.name] if item.new is not None else item for item in items], results


def refuse_hindered(items: Sequence[Item], *, leave_out: bool) -> None:
    """Raise what keeps an import from being whole: InvalidData for what cannot be taken, else Conflict, by name."""
    hindered = [item for item in items if item.is_hindrance]
    if not hindered or leave_out:
        return
    problems = tuple(Problem(_label(item), item.why) for item in hindered)
    hints = list(dict.fromkeys(item.hint for item in hindered if item.hint))
    if len(hindered) < len(items):
        hints.append(f"{'or ' if hints else ''}import the others with --partial")
    hint = "; ".join(hints)
    told = f"{problems[0].field}: {problems[0].problem}"
    if len(problems) > 1:
        told = f"{len(problems)} of {len(items)} credentials cannot be: {', '.join(found.field for found in problems)}"
    raise _kind_of(hindered)(f"nothing was imported: {told}", hint, problems)


def save_items(vault: Vault, items: Sequence[Item], results: Results, *, is_private: bool = False) -> list[Credential]:
    """Add and update all of them in one write, or none; raise NameTaken, NotPermitted, ChangedMeanwhile."""
    added = [(item.new, results.get(item.name)) for item in items if item.new is not None and item.update is None]
    drafts = [draft_of(new, result, is_private=is_private) for new, result in added]
    updated = [
        (item.update, item.new, results.get(item.name))
        for item in items
        if item.new is not None and item.update is not None
    ]
    connectors = [new.connector for new, _ in added] + [new.connector for _, new, _ in updated]
    for connector in {one.digest: one for one in connectors}.values():
        note_used(vault, connector)

    def apply(edit: Edit) -> list[Credential]:
        changed = [edit.update(one.credential, changes_of(_with_session(one, new), told)) for one, new, told in updated]
        return [*(edit.add(draft) for draft in drafts), *changed]

    saved = vault.edit(apply) if drafts or updated else []
    keep_names(vault, zip(saved, (new for new, _ in added), strict=False))
    knowing = [one.values is not None and one.values.knows_names for one, _, _ in updated]
    by_names = zip(saved[len(drafts) :], (new for _, new, _ in updated), strict=True)
    keep_names(vault, (pair for pair, knows in zip(by_names, knowing, strict=True) if knows))
    return saved


def _with_session(prepared: Prepared, new: NewCredential) -> Prepared:
    """Take what was granted to the new values when they were probed."""
    return replace(prepared, values=replace(prepared.values, session=new.session)) if prepared.values else prepared


def _probe(item: Item, prober: Prober) -> tuple[Item, ProbeResult | None]:
    new = item.new
    assert new is not None
    try:
        new, result = probe_new(new, prober)
    except NexcredError as error:  # HostRefused, or a value that cannot be sent
        return replace(item, fate=Outcome.REFUSED, new=None, why=error.message, hint=error.hint), None
    if not result.status.is_refusal:
        return replace(item, new=new), result
    remedy = remedy_for(new.connector, new.method, result.status)
    return replace(
        item, fate=Outcome.REJECTED, new=None, why=sentence_for(result, new.connector.title), hint=remedy
    ), None


def _label(item: Item) -> str:
    return f"'{item.name}' ({item.place})" if item.name else item.place


def _kind_of(hindered: Sequence[Item]) -> type[NexcredError]:
    """What nexcred cannot take wins over what a provider rejects, and that over a name that is taken."""
    fates = {item.fate for item in hindered}
    if Outcome.REFUSED in fates:
        return InvalidData
    return Rejected if Outcome.REJECTED in fates else Conflict
