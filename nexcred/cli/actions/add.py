"""Add a credential: at a terminal the first questions are put before what reads anything else is imported."""

from nexcred.cli.app.context import Context
from nexcred.cli.dialogs.add_begun import begin
from nexcred.cli.input.new_credential import CredentialInput
from nexcred.connectors.key_owner import owners_of_key
from nexcred.errors import UsageError


def act(
    context: Context,
    connector: str | None = None,
    name: str | None = None,
    *,
    method: str | None = None,
    settings: list[str] | None = None,
    description: str | None = None,
    tag: list[str] | None = None,
    body: str | None = None,
    allow_host: list[str] | None = None,
    expires: str | None = None,
    rotate_every: str | None = None,
    if_missing: bool = False,
    replace: bool = False,
    no_probe: bool = False,
    save_unverified: bool = False,
    private: bool = False,
    share_with: list[str] | None = None,
    json: bool = False,
) -> int:
    """Save what is given and asked for, unless its provider refuses it; return the exit code."""
    for word in filter(None, (connector, name)):
        _refuse_key(word)
    given = CredentialInput(connector, name, method, description, tuple(tag or ()), tuple(allow_host or ()))
    to_read = (settings or None, body, expires, rotate_every, if_missing or None, replace or None, share_with or None)
    begun = begin(context, given, private=private) if not any(one is not None for one in to_read) else None
    from nexcred.cli.actions.add_said import AddFlags, add_said

    flags = AddFlags(
        tuple(settings or ()),
        body,
        expires,
        rotate_every,
        tuple(share_with or ()),
        if_missing=if_missing,
        replace=replace,
        probe=not no_probe,
        save_unverified=save_unverified,
        private=private,
        json=json,
    )
    return add_said(context, given, flags, begun)


def _refuse_key(word: str) -> None:
    """Raise UsageError for a key where a name belongs, without repeating it."""
    if owners := owners_of_key(word):
        one, _ = owners[0]
        raise UsageError(
            f"that looks like a key of {one.title}, which now stands in your shell's history",
            hint=f"have it revoked; keys are asked for, or read by --set FIELD=-: nexcred add {one.name}",
        )
