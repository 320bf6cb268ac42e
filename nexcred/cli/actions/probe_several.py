"""Probe credentials of several vaults, one vault after the other, and tell of them together."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from nexcred.cli.actions.probe import (
    ProbedVault,
    ProbeRequest,
    choose_in,
    exit_code,
    not_probed,
    probe_in,
    refuse_nothing_said,
    shape_of,
    tell_beside,
)
from nexcred.cli.app.context import Context
from nexcred.cli.app.several_vaults import OneOfSeveral, SeveralVaults
from nexcred.errors import CredentialNotFound, Interrupted
from nexcred.services.credentials.patterns import Selection
from nexcred.services.proving.probe_many import Probed
from nexcred.wire.probe import ProbeShape


def probe_several(context: Context, asked: ProbeRequest, junit: Path | None, *, json: bool) -> int:
    """Print what each provider said; return the exit code, and raise for the vaults that do not open."""
    refuse_nothing_said(asked)
    several = SeveralVaults(context)
    selected = _choose(several, asked)
    done = _probe(several, asked, selected)
    if junit is not None:
        from nexcred.cli.actions.probe_junit import write_junit

        write_junit(junit, [(one.name, found) for one, found in done], context.now())
    for one, found in done:
        tell_beside(one.context, found.report)
    if json and done:
        context.streams.json([_shape(one.name, probed) for one, found in done for probed in found.report.probed])
    elif done:
        _print(context, done)
    if any(found.report.interrupted for _, found in done):
        probed = sum(len(found.report.probed) for _, found in done)
        chosen = sum(len(selection.credentials) for _, selection in selected.values())
        raise Interrupted(f"interrupted: {probed} of {chosen} were probed")
    for one, found in done:
        if found.report.wrong:
            several.fail(one, not_probed(found.report))
    several.raise_failures()
    return exit_code([probed for _, found in done for probed in found.counted])


def _choose(several: SeveralVaults, asked: ProbeRequest) -> dict[str, tuple[ProbeRequest, Selection]]:
    """Return what the line means in each; a name need be in one of them alone. Raise CredentialNotFound."""
    missing: dict[str, CredentialNotFound] = {}
    found: set[str] = set()

    def choose(context: Context) -> tuple[ProbeRequest, Selection]:
        here = []
        for name in asked.names:
            try:
                choose_in(context, asked._replace(names=[name]))
            except CredentialNotFound as error:
                missing[name] = error
            else:
                here.append(name)
        found.update(here)
        only = asked._replace(names=here)
        return only, choose_in(context, only) if here or not asked.names else Selection((), is_by_name=True)

    given = several.gather(choose)
    nowhere = [missing[name] for name in asked.names if name in missing and name not in found]
    if nowhere and not several.failures:  # in a vault that does not open it may be
        raise nowhere[0]
    return {one.name: chosen for one, chosen in given}


def _probe(
    several: SeveralVaults, asked: ProbeRequest, selected: dict[str, tuple[ProbeRequest, Selection]]
) -> list[tuple[OneOfSeveral, ProbedVault]]:
    done = []
    for one in list(several.vaults):
        only, selection = selected[one.name]
        if asked.names and not selection.credentials:
            continue
        found = several.attempt(one, partial(probe_in, one.context, only, selection))
        if found is not None:
            done.append((one, found))
            if found.report.interrupted:
                break
    return done


def _shape(vault: str, probed: Probed) -> ProbeShape:
    shape = shape_of(probed)
    shape["vault"] = vault
    return shape


def _print(context: Context, done: Sequence[tuple[OneOfSeveral, ProbedVault]]) -> None:
    from nexcred.cli.app.same_vault import with_vault
    from nexcred.cli.render.probe import HEADINGS_OF_SEVERAL, hints, rows_of_several, totals
    from nexcred.cli.render.table import print_table

    pairs = [(one.name, probed) for one, found in done for probed in found.report.probed]
    if not pairs:
        context.streams.note("no credential matches")
        return
    print_table(context.streams, context.terminal, HEADINGS_OF_SEVERAL, rows_of_several(pairs, context.now()))
    context.streams.note(totals([probed for _, probed in pairs]))
    for one, found in done:
        for hint in hints(found.report.probed):
            context.streams.hint(f"in {one.name}, {with_vault(hint, one.name)}")
