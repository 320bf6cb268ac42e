"""`nexcred inject`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.input.files import read_input
from nexcred.cli.render.output_file import write_output
from nexcred.services.provisioning.inject import MAX_TEMPLATE_BYTES, fill_template

EXAMPLES = (
    "nexcred inject -i settings.yml.in -o settings.yml",
    "echo 'key = {{ nexcred://resci/api_key }}' | nexcred inject -i -",
)


def command(
    ctx: typer.Context,
    template: Annotated[
        str,
        typer.Option("--input", "-i", metavar="FILE|-", help="The template, with {{ nexcred://NAME/FIELD }} in it."),
    ],
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE|-", help="Write to this file, readable by you alone.")
    ] = None,
) -> None:
    context: Context = ctx.obj
    data = read_input(context, template, "--input", MAX_TEMPLATE_BYTES)
    filled = fill_template(context.vault, data)
    context.note_use("inject", [one for one, _ in filled.used], dict.fromkeys(field for _, field in filled.used))
    write_output(context, output, filled.data)
