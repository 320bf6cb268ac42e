"""Making a credential one of another connector; what that needs besides is asked for at a terminal."""

from dataclasses import replace

from nexcred.cli.app.context import Context
from nexcred.cli.dialogs.allowed_hosts import ask_until_allowed
from nexcred.cli.dialogs.candidate import Updated
from nexcred.cli.dialogs.proving import Choices
from nexcred.cli.dialogs.update import UpdateFlags, save_probed
from nexcred.cli.input.settings import together_with
from nexcred.cli.input.values import field_finder, read_values, secrecy_said
from nexcred.cli.prompt.credential import ask_fields
from nexcred.cli.prompt.prompter import Tone
from nexcred.errors import MissingField, UsageError
from nexcred.model.credential import Credential
from nexcred.model.text import make_visible
from nexcred.services.credentials.merged_values import UpdateInput
from nexcred.services.credentials.retype import Retyped, method_for, prepare_retype
from nexcred.services.credentials.update import Prepared
from nexcred.services.values.decoded import open_details


def parse_map(connector: str | None, settings: list[str]) -> Retyped | None:
    """Read `--connector` and each `--map OLD=NEW`; None where neither is said. Raise UsageError."""
    fields: dict[str, str] = {}
    for setting in settings:
        old, equals, new = setting.partition("=")
        if not equals or not old or not new:
            raise UsageError("--map takes FIELD=FIELD: the present one, then the other connector's")
        if old in fields:
            raise UsageError(f"--map {make_visible(old)}=… is given twice")
        fields[old] = new
    if connector is None and fields:
        raise UsageError("--map goes with --connector")
    return None if connector is None else Retyped(connector, fields)


def retype(context: Context, credential: Credential, said: UpdateFlags, to: Retyped, choices: Choices) -> Updated:
    """Change it as the flags say, asking for what is missing where somebody can be asked."""
    present = open_details(context.vault, credential).details.fields
    connector, method = method_for(present, said.others, to)
    secrecy = secrecy_said(said.settings)
    values, problems = read_values(context, said.settings, field_finder(connector, method.name, secrecy))
    wanted = replace(said.others, values=values, method=method.name, secrecy=secrecy)
    while True:
        try:
            with together_with(problems):
                prepared = _prepared(context, credential, wanted, to)
        except MissingField as error:
            fields = [field for problem in error.problems if (field := method.find(problem.field))]
            if not context.terminal.interactive or not fields:
                raise
            context.prompter.tell(f"{connector.title} needs more:", Tone.CAREFUL)
            answers = ask_fields(context.prompter, connector, method, fields, {})
            wanted = replace(wanted, values={**wanted.values, **answers})
        else:
            return save_probed(context, prepared, choices)


def _prepared(context: Context, credential: Credential, wanted: UpdateInput, to: Retyped) -> Prepared:
    return ask_until_allowed(
        context,
        wanted.allow_hosts,
        lambda hosts: prepare_retype(context.vault, credential, replace(wanted, allow_hosts=hosts), to),
    )
