"""`add --replace` over a credential that is there: what was given changes it as `update` does, and no more."""

from nexcred.cli.app.context import Context
from nexcred.cli.dialogs.candidate import Updated
from nexcred.cli.dialogs.proving import Choices
from nexcred.cli.dialogs.update import UpdateFlags, prepare_change, save_probed, tell_updated, update_by_asking
from nexcred.cli.input.new_credential import CredentialInput
from nexcred.cli.input.settings import together_with
from nexcred.errors import Problem
from nexcred.model.credential import Credential
from nexcred.services.credentials.merged_values import UpdateInput

__all__ = ["replace_present", "tell_updated"]


def replace_present(
    context: Context, present: Credential, request: CredentialInput, problems: tuple[Problem, ...], choices: Choices
) -> Updated:
    """Change the values and labels that were given; with none at a terminal, ask for each value as `update` does.

    Raises what adding and updating raise: all that is bad at once, Rejected, HostRefused, NotPermitted.
    """
    context.vault.require_writable()
    wanted = UpdateInput(
        request.values,
        method=request.method,
        description=request.description,
        tags=request.tags,
        allow_hosts=request.allow_hosts,
        secrecy=request.secrecy,
        entered=choices.entered,
    )
    if context.terminal.interactive and not problems and not wanted.touches_values:
        return update_by_asking(context, present, choices, UpdateFlags(others=wanted))
    with together_with(problems):
        prepared = prepare_change(context, present, wanted)
    return save_probed(context, prepared, choices)
