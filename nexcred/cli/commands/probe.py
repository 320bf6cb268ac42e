"""`nexcred probe`."""

from pathlib import Path
from typing import Annotated

import typer

from nexcred.cli.actions.probe import act
from nexcred.cli.app.shared_options import AsJson, ByConnector, ByTag, Patterns
from nexcred.services.proving.probe_options import DEFAULT_JOBS, DEFAULT_PER_PLACE
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S

_JOBS_HELP = f"How many to probe at once, also to one host. [default: {DEFAULT_JOBS}, {DEFAULT_PER_PLACE} to one host]"
_TIMEOUT_HELP = f"The longest that one may take. [default: {DEFAULT_TIMEOUT_S:g}]"
EXAMPLES = (
    "nexcred probe aventri",
    "nexcred probe --all --max-age 1h --jobs 64 --junit probes.xml",
    "nexcred probe aventri --revision 2        # does the old one still work?",
)
TAKES_SEVERAL_VAULTS = True


def command(
    ctx: typer.Context,
    names: Patterns = None,
    everything: Annotated[bool, typer.Option("--all", help="All credentials.")] = False,
    connector: ByConnector = None,
    tag: ByTag = None,
    jobs: Annotated[int | None, typer.Option("--jobs", metavar="N", help=_JOBS_HELP, show_default=False)] = None,
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", metavar="SECONDS", help=_TIMEOUT_HELP, show_default=False),
    ] = None,
    max_age: Annotated[
        str | None, typer.Option("--max-age", metavar="1h", help="Reuse a result that is no older than this.")
    ] = None,
    control: Annotated[
        bool, typer.Option("--control", help="Also send a made-up secret, which must be refused.")
    ] = False,
    revision: Annotated[
        int | None,
        typer.Option(
            "--revision", metavar="N", help="Ask with an earlier revision: does it still work?", show_default=False
        ),
    ] = None,
    notify: Annotated[
        str | None, typer.Option("--notify", metavar="NAME", help="Tell what changed, by this credential of the vault.")
    ] = None,
    no_names: Annotated[
        bool, typer.Option("--no-names", help="With --notify: tell how many changed, and no names.")
    ] = False,
    json: AsJson = False,
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Also write the results as JUnit XML.")
    ] = None,
) -> int:
    if revision is not None:
        from nexcred.cli.actions.probe_revision import ask_revision  # which brings what keeps its answer

        others = {
            "all": everything,
            "connector": connector,
            "tag": tag,
            "jobs": jobs,
            "max-age": max_age,
            "notify": notify,
            "no-names": no_names,
            "junit": junit,
        }
        return ask_revision(ctx.obj, names or [], revision, others=others, timeout=timeout, control=control, json=json)
    return act(
        ctx.obj,
        names,
        everything=everything,
        connector=connector,
        tag=tag,
        jobs=jobs,
        timeout=timeout,
        max_age=max_age,
        control=control,
        notify=notify,
        no_names=no_names,
        json=json,
        junit=junit,
    )
