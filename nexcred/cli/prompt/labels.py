"""Introduce a system, and ask what a credential of it is to be called and is for."""

from collections.abc import Callable

from nexcred.cli.input.new_credential import CredentialInput
from nexcred.cli.prompt.prompter import Prompter, Tone
from nexcred.connectors.load.fast_reader import Introduction
from nexcred.errors import NexcredError
from nexcred.model.name import normalise_new_name
from nexcred.model.text import make_visible
from nexcred.services.credentials.free_name import free_name, refuse_taken
from nexcred.services.credentials.labels import check_description


def ask_labels(
    prompter: Prompter,
    introduction: Introduction,
    request: CredentialInput,
    is_taken: Callable[[str], bool],
    *,
    has_key: bool = False,
) -> CredentialInput:
    """Introduce the system, and ask for a name and a description where they were not given; `has_key` says so too."""
    _introduce(prompter, introduction)
    if has_key:
        prompter.tell()
        prompter.tell("The key that you pasted is taken.", Tone.GOOD)
    name, description = request.name, request.description
    if name is None:
        prompter.tell()
        name = ask_name(prompter, introduction.name, is_taken)
    if description is None:
        description = ask_description(prompter, introduction.description)
    return request._replace(connector=introduction.name, name=name, description=description)


def ask_name(prompter: Prompter, base: str, is_taken: Callable[[str], bool]) -> str:
    """Ask for a name that is free; the base is proposed, or one like it."""
    while True:
        try:
            name = normalise_new_name(prompter.text("Name", default=free_name(base, is_taken)).strip())
            refuse_taken(name, is_taken)
        except NexcredError as error:
            prompter.tell(error.message, Tone.BAD)
        else:
            return name


def ask_description(prompter: Prompter, about: str, present: str = "") -> str:
    """Say what a description is about, and ask for one, in a sentence."""
    prompter.tell()
    prompter.tell(about, Tone.QUIET)
    while True:
        try:
            return check_description(prompter.text("Description (optional)", default=present))
        except NexcredError as error:
            prompter.tell(error.message, Tone.BAD)


def _introduce(prompter: Prompter, introduction: Introduction) -> None:
    prompter.tell()
    prompter.tell(introduction.title, Tone.TITLE)
    prompter.tell(introduction.about, Tone.QUIET)
    if introduction.file:
        prompter.tell(f"A connector of your own: {make_visible(introduction.file)}", Tone.QUIET)
