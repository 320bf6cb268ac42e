"""`nexcred member list`."""

from typing import TypedDict

import typer

from nexcred.cli.context import Context
from nexcred.cli.flags import AsJson
from nexcred.model.times import to_rfc3339
from nexcred.vault.vault import Vault

EXAMPLES = (
    "nexcred member list",
    "nexcred member list --json | jq -r '.[] | select(.role == \"guest\") | .full_name'",
)


class MemberShape(TypedDict):
    """Somebody who belongs to the vault; `id` stays, `fingerprint` and `public` are of the present keys."""

    id: str
    fingerprint: str
    full_name: str
    role: str
    public: str
    until: str | None
    you: bool


def command(ctx: typer.Context, json: AsJson = False) -> None:
    context: Context = ctx.obj
    vault = context.vault
    if json:
        context.streams.json(_shapes(vault))
        return
    from nexcred.cli.render.member import HEADINGS, member_rows
    from nexcred.cli.render.table import print_table

    print_table(context.streams, context.terminal, HEADINGS, member_rows(vault.members, vault.identity.fingerprint))


def _shapes(vault: Vault) -> list[MemberShape]:
    me = vault.identity.fingerprint
    return [
        {
            "id": member.id.hex(),
            "fingerprint": member.fingerprint.hex(),
            "full_name": member.full_name,
            "role": member.role,
            "public": member.public,
            "until": None if member.until is None else to_rfc3339(member.until),
            "you": member.fingerprint == me,
        }
        for member in vault.members
    ]
