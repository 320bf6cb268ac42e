"""`nexcred run`."""

from typing import Annotated

import typer

from nexcred.cli.actions.run import OWN_FAILURE, act
from nexcred.cli.app.shared_options import AsJson, Profile, ProjectFile

__all__ = ["EXAMPLES", "OWN_FAILURE", "SETTINGS", "command"]

EXAMPLES = (
    "nexcred run -c 'S3 Production' --mask -- aws s3 ls",
    "nexcred run --env API_KEY=resci/api_key -- ./report.sh",
    "nexcred run --profile prod -- dbt build        # what nexcred.toml says",
)
# What stands after the command's name is the command's own.
SETTINGS = {"allow_interspersed_args": False}


def command(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="COMMAND", help="What to run, after --; it does not go through a shell."),
    ] = None,
    credential: Annotated[
        list[str] | None,
        typer.Option("--credential", "-c", metavar="CREDENTIAL", help="Pass on this credential; repeatable."),
    ] = None,
    env: Annotated[
        list[str] | None,
        typer.Option("--env", metavar="VAR=NAME/FIELD", help="Set a variable to one value; repeatable."),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", metavar="VAR", help="Leave this variable as it is, whatever -c wants; repeatable."),
    ] = None,
    profile: Profile = None,
    project: ProjectFile = None,
    mask: Annotated[bool, typer.Option("--mask", help="Replace secrets with dots in its output.")] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Run nothing: list what would be set, unset and lent, without values."),
    ] = False,
    json: AsJson = False,
) -> int:
    return act(
        ctx.obj,
        words or [],
        credential=credential,
        env=env,
        keep=keep,
        profile=profile,
        project=project,
        mask=mask,
        dry_run=dry_run,
        json=json,
    )
