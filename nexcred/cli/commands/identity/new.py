"""`nexcred identity new`."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, Until
from nexcred.cli.input.dates import parse_until
from nexcred.cli.render.member import completed_by, fingerprint_text
from nexcred.errors import UsageError
from nexcred.local.new_file import NewFile
from nexcred.model.credential import Credential
from nexcred.model.name import normalise_name
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.vaults.new_identity import make_identity
from nexcred.services.vaults.recipients import find_member
from nexcred.services.vaults.share import completers
from nexcred.vault.identity import Identity
from nexcred.vault.member_info import MemberInfo
from nexcred.vault.roster import GUEST
from nexcred.vault.vault import Vault
from nexcred.wire.vault_changes import NewIdentityShape

EXAMPLES = (
    "nexcred identity new ci --grant aventri --grant resci -o ci.identity",
    "nexcred identity new nightly --grant aventri | gh secret set NEXCRED_IDENTITY",
    "nexcred identity new bob --unbound -o bob.identity      # keys for somebody else's vault",
)


def command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who or what it is for.")],
    file: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Write the secret to a new file, and print the public identity."
        ),
    ] = None,
    grant: Annotated[
        list[str] | None,
        typer.Option("--grant", metavar="CREDENTIAL", help="Share this credential with it; repeatable."),
    ] = None,
    role: Annotated[
        str | None, typer.Option("--role", metavar="ROLE", help="One of owner, member, reader, guest [guest].")
    ] = None,
    until: Until = None,
    unbound: Annotated[
        bool, typer.Option("--unbound", help="Make keys only: an owner of a vault adds them with member add.")
    ] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    full_name = normalise_name(name)
    if unbound and (grant or role or until):
        raise UsageError("--unbound makes keys only", hint="who lets them in says the role, and shares with them")
    granted = [normalise_name(one) for one in grant or ()]
    given_role = None if unbound else role or GUEST
    with _Handing(context, file, _Told(full_name, given_role, granted) if json else None) as handing:
        if given_role is None:
            handing.out(Identity.generate())
            _tell_joiner(context, handing, full_name)
        else:
            ends = parse_until(until, given_role == GUEST, context.now())
            _make(context, handing, full_name, given_role, granted, ends)


class _Told(NamedTuple):
    """The JSON keys of an identity other than its cryptographic keys."""

    full_name: str
    role: str | None
    grants: list[str]

    def __repr__(self) -> str:
        return repr_of(self, "full_name", "role")


class _Handing(NewFile):
    """Hands a secret out, to a new file or to standard output."""

    def __init__(self, context: Context, file: str | None, as_json: _Told | None) -> None:
        super().__init__(Path(file or ""))
        self._streams = context.streams
        self._file = file
        self._as_json = as_json
        self.fingerprint = ""

    def out(self, identity: Identity) -> None:
        self.fingerprint = fingerprint_text(identity.fingerprint)
        if self._file is not None:
            self.write(f"{identity.secret_string}\n")
        if self._as_json is not None:
            self._streams.json(self._shape(identity, self._as_json))
        else:
            self._streams.line(identity.public_string if self._file is not None else identity.secret_string)
        self._streams.stdout.flush()  # what nobody could read must not be let in

    def _shape(self, identity: Identity, told: _Told) -> NewIdentityShape:
        shape: NewIdentityShape = {
            "full_name": told.full_name,
            "role": told.role,
            "public": identity.public_string,
            "fingerprint": identity.fingerprint.hex(),
            "file": self._file,
            "grants": told.grants,
        }
        return shape if self._file is not None else {**shape, "secret": identity.secret_string}

    @property
    def use(self) -> str:
        if self._file is None:
            return "NEXCRED_IDENTITY=… nexcred"
        return f"NEXCRED_IDENTITY_FILE='{make_visible(self._file)}' nexcred"


def _make(
    context: Context, handing: _Handing, full_name: str, role: str, names: list[str], until: datetime | None
) -> None:
    shared = make_identity(context.vault, full_name, role, names, handing.out, until=until)
    waiting = _waiting(context.vault, full_name, shared)
    shared = [credential for credential in shared if credential.name not in waiting]
    held = ", ".join(f"'{credential.name}'" for credential in shared)
    context.streams.note(
        f"{full_name} is a {role} of the vault, and {f'opens {held}' if held else 'opens no value yet'}"
    )
    for name, able in waiting.items():
        context.streams.note(make_visible(f"it is listed for '{name}', not sealed yet: {completed_by(able)}"))
    if shared:
        field = (*shared[0].secret_fields, *shared[0].public)[0]
        context.streams.note(f"use it like this: {handing.use} get {shell_word(f'{shared[0].name}/{field}')}")
    elif not waiting:
        context.streams.note(f"share with it: nexcred share NAME --with {shell_word(full_name)}")


def _waiting(vault: Vault, full_name: str, shared: Sequence[Credential]) -> dict[str, tuple[MemberInfo, ...]]:
    """Return what it is listed for and holds no key to yet, since who made it holds none, and who can seal it."""
    if not shared:
        return {}
    member = find_member(vault, full_name)
    found = {credential.name: completers(vault, credential, [member]) for credential in shared}
    return {name: able for name, able in found.items() if able is not None}


def _tell_joiner(context: Context, handing: _Handing, full_name: str) -> None:
    context.streams.note(f"fingerprint {handing.fingerprint}: an owner of the vault compares it with you")
    context.streams.note(
        f"the owner runs: nexcred member add {shell_word(full_name)} PUBLIC-ID; then you: {handing.use} list"
    )
