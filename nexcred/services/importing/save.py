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


def save_items(vault: Vault, items: Sequence[Item], results: Results) -> list[Credential]:
    """Add all of them in one write, or none; raise NameTaken, NotPermitted."""
    added = [(item.new, results.get(item.name)) for item in items if item.new is not None]
    drafts = [draft_of(new, result) for new, result in added]
    for connector in {new.connector.digest: new.connector for new, _ in added}.values():
        note_used(vault, connector)

    def apply(edit: Edit) -> list[Credential]:
        return [edit.add(draft) for draft in drafts]

    saved = vault.edit(apply) if drafts else []
    keep_names(vault, ((credential, new) for credential, (new, _) in zip(saved, added, strict=True)))
    return saved


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
