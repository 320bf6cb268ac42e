"""`nexcred helper docker`, which docker calls as `docker-credential-nexcred`."""

from typing import Annotated

import typer

from nexcred.cli.actions.helper.docker import act

EXAMPLES = (
    "echo ghcr.io | docker-credential-nexcred get",
    "echo ghcr.io | nexcred helper docker get    # the same",
)


def command(
    ctx: typer.Context,
    operation: Annotated[str, typer.Argument(metavar="get|list|store|erase", help="What docker passes.")],
) -> int:
    return act(ctx.obj, operation)
