"""`nexcred login`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, Name
from nexcred.cli.dialogs.login import LoginFlags, log_in
from nexcred.cli.render.credential import saved_line
from nexcred.errors import UsageError
from nexcred.model.shell_word import shell_word
from nexcred.probing.outcome import refuse_unproved, warning_for
from nexcred.services.grants.login import keep_login, needs_login
from nexcred.services.proving.probe_many import probe_many
from nexcred.services.proving.prober import Prober
from nexcred.services.values.decoded import open_details
from nexcred.wire.credential import credential_shape

EXAMPLES = (
    "nexcred login aha",
    "nexcred login aha --no-browser      # over SSH: open the address elsewhere, paste the one you land on",
    "nexcred login github                # enter the code that is shown in a browser on any machine",
)


def command(
    ctx: typer.Context,
    name: Name,
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            metavar="N",
            min=1,
            max=65535,
            help="The port for the browser's answer, if not the registered one.",
        ),
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address instead of opening a browser.")
    ] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    credential = context.find(name)
    vault = context.vault
    vault.require_writable()
    vault.require_writer(credential)
    connector, method, details, _ = open_details(vault, credential)
    if not needs_login(method.auth):
        raise UsageError(
            f"'{credential.name}' needs no login: its method is '{method.name}'",
            hint=f"prove it with: nexcred probe {shell_word(credential.name)}",
        )
    context.note_use("login", [credential])
    session = log_in(context, connector, method, details, LoginFlags(port, not no_browser))
    credential = keep_login(vault, credential, session)
    report = probe_many(vault, [credential], Prober(context.environment), context.sessions, now=context.now())
    result = report.probed[0].result if report.probed else None
    refuse_unproved(result, connector, method, credential.name)
    warning = warning_for(result, connector, method)
    if warning:
        context.streams.warn(warning)
    credential = vault.find(credential.name)
    if json:
        context.streams.json(credential_shape(credential))
        return
    context.streams.line(saved_line("logged in", credential))
