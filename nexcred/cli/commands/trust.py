"""`nexcred trust`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, Name
from nexcred.cli.prompt.confirm import require_yes
from nexcred.model.text import make_visible
from nexcred.services.credentials.trust import Doubted, look_at, trust
from nexcred.wire.sharing import TrustedShape

EXAMPLES = (
    "nexcred trust aventri",
    "nexcred trust aventri --yes",
)


def command(
    ctx: typer.Context,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask: you have looked at it.")] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    doubted = look_at(context.vault, context.find(name).name)
    if not yes:
        question = "Is this the credential that you mean, and are its values right?"
        require_yes(context, _told(doubted), question, doing="trusting a credential", declined="nothing was changed")
    confirmed = trust(context.vault, doubted)
    found = doubted.credential.name
    if json:
        shape: TrustedShape = {"name": found, "id": doubted.credential.id, "confirmed": bool(confirmed)}
        context.streams.json(shape)
    elif confirmed:
        context.streams.line(make_visible(f"confirmed {found}: you vouch for its values from now on, for everybody"))
    else:
        context.streams.line(make_visible(f"trusted {found}, on this machine"))


def _told(doubted: Doubted) -> list[str]:
    credential, details = doubted.credential, doubted.present
    lines = [f"{credential.name}: connector {details.connector}, method {details.method}"]
    if doubted.is_moved:
        former = "" if doubted.former is None else f", which is '{doubted.former}' now"
        lines.append(f"the name led to another record on this machine before{former}")
    lines.append(f"added by {credential.owner.full_name}; values written by {doubted.author or 'nobody known'}")
    lines.append(f"hosts {', '.join(details.allowed_hosts) or 'those of its connector'}")
    lines += [f"{field} {value}" for field, value in details.public.items()]
    lines += [f"{field} (secret)" for field in details.secret_fields]
    return lines
