"""`nexcred serve`."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.input.durations import parse_seconds
from nexcred.errors import UsageError
from nexcred.local.extras import install_command

EXAMPLES = (
    "nexcred serve --socket $XDG_RUNTIME_DIR/nexcred.sock --for 8h",
    "nexcred serve                      # on http://127.0.0.1:6392",
    "nexcred serve --listen 10.0.0.7 --tls-cert service.pem --tls-key service.key",
)
_NEEDS = ("starlette", "uvicorn", "h11", "anyio")


def command(
    ctx: typer.Context,
    port: Annotated[
        int | None,
        typer.Option("--port", metavar="N", min=0, max=65535, help="The port [6392]; 0 takes one that is free."),
    ] = None,
    listen: Annotated[
        str | None,
        typer.Option("--listen", metavar="ADDRESS", help="Listen here and not on 127.0.0.1; needs a certificate."),
    ] = None,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", metavar="FILE", help="The certificate, with those above it, in PEM.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", metavar="FILE", help="Its key, in PEM.")] = None,
    socket: Annotated[
        Path | None,
        typer.Option("--socket", metavar="FILE", help="Listen on a Unix socket that only you can reach."),
    ] = None,
    longest: Annotated[
        str | None, typer.Option("--for", metavar="SPAN", help="End after this time: 30m, 8h, 2d.")
    ] = None,
    idle: Annotated[
        str | None, typer.Option("--idle", metavar="SPAN", help="End when nobody has asked for this long.")
    ] = None,
) -> None:
    if not all(map(find_spec, _NEEDS)):
        raise UsageError(
            "this nexcred was installed without what serves", hint=f"install it with: {install_command('serve')}"
        )
    if socket is not None and (port, listen, tls_cert, tls_key) != (None,) * 4:
        raise UsageError("--socket stands alone: nothing but this user reaches it")
    if (tls_cert is None) != (tls_key is None):
        raise UsageError("a certificate needs its key: give both --tls-cert FILE and --tls-key FILE")
    from nexcred.cli.commands.serve.place import ListeningOptions, open_place
    from nexcred.cli.commands.serve.service import serve

    context: Context = ctx.obj
    spans = parse_seconds(longest, "--for"), parse_seconds(idle, "--idle")
    serve(context, open_place(ListeningOptions(port, listen, tls_cert, tls_key, socket)), *spans)
