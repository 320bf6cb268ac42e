"""A secret of any kind as it is typed at a prompt: itself, the file that it is in, or that a new one is to be made."""

from nexcred.cli.input.generated import GENERATE, generated
from nexcred.cli.prompt.document import read_document
from nexcred.cli.prompt.prompter import Prompter, Tone
from nexcred.errors import InvalidData
from nexcred.model.secret import Secret

HOW_TYPED = f"@PATH for a file, {GENERATE} for a new one"


def read_typed(prompter: Prompter, typed: str) -> str | Secret:
    """Return what was typed for a secret; what a file holds for @PATH, and a new secret for `generate`.

    Raises InvalidData.
    """
    if typed.startswith("@@"):
        return typed[1:]
    if typed.startswith("@"):
        return _read_file(typed[1:])
    if typed.partition(":")[0] != GENERATE:
        return typed
    made = generated(typed, InvalidData)
    prompter.tell(f"made a new secret of {len(made)} letters and digits", Tone.CAREFUL)
    return Secret.from_bytes(made)


def _read_file(path: str) -> Secret:
    try:
        return read_document(path)
    except InvalidData as error:
        raise InvalidData(f"{error.message}; write @@ for a secret that begins with '@'") from None
