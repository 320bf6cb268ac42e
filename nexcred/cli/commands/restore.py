"""`nexcred restore`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, Name, NoProbe
from nexcred.cli.dialogs.proving import Choices
from nexcred.cli.dialogs.update import save_probed, tell_updated
from nexcred.errors import NotProved
from nexcred.model.credential import Credential
from nexcred.model.text import make_visible
from nexcred.services.credentials.exposed import who_and_why
from nexcred.services.credentials.update import prepare_restore
from nexcred.services.rotation.exposing import was_known

EXAMPLES = (
    "nexcred history aventri",
    "nexcred restore aventri --revision 2",
)


def command(
    ctx: typer.Context,
    name: Name,
    revision: Annotated[
        int,
        typer.Option("--revision", metavar="N", help="The revision to bring back.", show_default=False),
    ],
    no_probe: NoProbe = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    credential = context.find(name)
    context.vault.require_writable()
    prepared = prepare_restore(context.vault, credential, revision)
    told = _tell_what_is_known(context, credential, revision)
    choices = Choices(probe=not no_probe, save_unverified=False)
    done = save_probed(context, prepared, choices, anyway="--no-probe")
    context.note_use("restore", [credential], prepared.values.changed if prepared.values else ())
    tell_updated(context, credential, done, "restored", as_json=json, told=told)
    if done.is_kept:
        raise typer.Exit(NotProved.exit_code)
    context.streams.note(f"revision {revision} is back, as revision {done.credential.version}")


def _tell_what_is_known(context: Context, credential: Credential, revision: int) -> list[str]:
    """Say that somebody knows the secret who should not, or that it is dead: both stay so when it is back."""
    known = was_known(context.vault, credential, revision)
    if known.is_dead:
        context.streams.warn(f"the secret of revision {revision} was proved dead")
    for one in known.exposures:
        told = f"the secret of revision {revision} is exposed, and stays so when it is back: {who_and_why(one)}"
        context.streams.warn(make_visible(told))
    return [one.who for one in known.exposures]
