"""`nexcred connectors check`."""

from pathlib import Path
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, Method, Settings
from nexcred.cli.dialogs.allowed_hosts import ask_until_allowed
from nexcred.cli.input.settings import together_with
from nexcred.cli.input.values import field_finder, read_values
from nexcred.cli.render.connector_check import check_lines
from nexcred.cli.terminal.streams import to_json
from nexcred.connectors.hosts import declared_hosts
from nexcred.connectors.language.spec import Connector
from nexcred.connectors.load.loader import load_to_check
from nexcred.connectors.load.names import SUFFIX, find_connector
from nexcred.connectors.load.template_file import is_example
from nexcred.connectors.values import choose_method
from nexcred.errors import NotProved, Rejected, UnknownConnector, UsageError
from nexcred.local.private_file import write_private_file
from nexcred.model.credential import Details
from nexcred.model.probe import ProbeStatus
from nexcred.model.text import make_visible
from nexcred.services.grants.sessions import Subject
from nexcred.services.proving.prober import Authorize, Prober
from nexcred.services.proving.try_connector import Trial, credential_to_try, try_connector, values_to_try
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S
from nexcred.services.values.decoded import details_to_try
from nexcred.version import __version__
from nexcred.wire.connector_check import connector_check_shape, connector_report_shape

EXAMPLES = (
    "nexcred connectors check acme.toml",
    "nexcred connectors check acme.toml --set tenant=mine --set api_key=env:ACME_API_KEY",
    "nexcred connectors check acme --credential acme --json | jq .probe.decided_by",
)


def command(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A connector file, or the name of one in your folder.")],
    credential: Annotated[
        str | None, typer.Option("--credential", metavar="CREDENTIAL", help="Try it with this credential's values.")
    ] = None,
    settings: Settings = None,
    method: Method = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="HOST[:PORT]", help="Allow sending to this host, for this check."),
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", help="The longest that trying it may take.")
    ] = DEFAULT_TIMEOUT_S,
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="FILE", help="Write how the key fared, without the key."),
    ] = None,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    if report is not None and credential is None and not settings:
        raise UsageError("--report tells how a key fared", hint="try one, with --credential or --set")
    if credential is not None and settings:
        raise UsageError("--credential and --set do not go together")
    path = _path_of(file)
    connector = load_to_check(path)
    warnings = _warnings(connector)
    for warning in warnings:
        context.streams.warn(warning)
    trial = None
    if credential is not None or settings:
        hosts = tuple(allow_host or ())
        details, authorize = (
            _of_values(context, connector, settings or [], method, hosts)
            if credential is None
            else _of_credential(context, connector, credential, method, hosts)
        )
        trial = try_connector(
            connector,
            details,
            path,
            lambda watch: Prober(context.environment, watch=watch),
            timeout_s=timeout,
            authorize=authorize,
        )
    if report is not None and trial is not None:
        shape = connector_report_shape(connector, trial, f"{context.now():%Y-%m-%d}", __version__)
        written = report.expanduser()
        write_private_file(written, f"{to_json(shape)}\n".encode())
        context.streams.note(f"wrote {make_visible(str(written))}")
    if json:
        context.streams.json(connector_check_shape(connector, str(path), warnings, trial))
    else:
        for line in check_lines(connector, trial, colour=context.terminal.colour_out):
            context.streams.line(line)
        if trial is None:
            context.streams.hint("try it: give it the values, with --set, or a credential, with --credential")
    raise typer.Exit(_exit_code(trial))


def _path_of(file: str) -> Path:
    """Return the file: as it is called, else that of a connector of the user's own, or a built-in one."""
    path = Path(file)
    if path.exists() or path.name != file or path.suffix == SUFFIX:
        return path
    try:
        found = find_connector(file)
    except UnknownConnector:
        return path
    chosen = found.own or found.built_in
    assert chosen is not None
    return chosen


def _warnings(connector: Connector) -> tuple[str, ...]:
    found = {host for method in connector.methods for host in declared_hosts(method) if is_example(host)}
    return tuple(f"it still sends keys to {host}, which is an example" for host in sorted(found))


def _of_credential(
    context: Context, connector: Connector, name: str, method: str | None, hosts: tuple[str, ...]
) -> tuple[Details, Authorize | None]:
    """Return the values of a credential, and what grants out of its session where it lives in one."""
    found = context.find(name)
    context.note_use("connectors check", [found])

    def check(kept: Details) -> Details:
        return ask_until_allowed(context, hosts, lambda allowed: credential_to_try(connector, kept, method, allowed))

    details = details_to_try(context.vault, found, check)
    return details, context.sessions.authorize(Subject(found, choose_method(connector, (), details.method), details))


def _of_values(
    context: Context, connector: Connector, settings: list[str], method: str | None, hosts: tuple[str, ...]
) -> tuple[Details, None]:
    values, problems = read_values(context, settings, field_finder(connector, method))
    with together_with(problems):
        details = ask_until_allowed(context, hosts, lambda allowed: values_to_try(connector, values, method, allowed))
    return details, None


def _exit_code(trial: Trial | None) -> int:
    if trial is None or trial.result.status is ProbeStatus.ACCEPTED:
        return 0
    return Rejected.exit_code if trial.result.status.is_refusal else NotProved.exit_code
