"""A recovery key on its way to paper and back."""

from nexcred.cli.prompt.prompter import Prompter, Tone
from nexcred.errors import Locked
from nexcred.vault.recovery_key import read_recovery_key

_GROUPS_IN_A_ROW = 5


def show_recovery_key(prompter: Prompter, text: str) -> None:
    """Show the groups in rows that are easily copied by hand."""
    groups = text.split("-")
    prompter.tell()
    for start in range(0, len(groups), _GROUPS_IN_A_ROW):
        prompter.tell("  " + "  ".join(groups[start : start + _GROUPS_IN_A_ROW]), Tone.TITLE)
    prompter.tell()


def have_typed_back(prompter: Prompter, text: str) -> None:
    """Ask for the key until it is the one that was shown."""
    wanted = read_recovery_key(text)
    while True:
        try:
            if read_recovery_key(prompter.text("Type it back from the paper")) == wanted:
                return
        except Locked as error:
            prompter.tell(error.message, Tone.BAD)
        else:
            prompter.tell("this is another recovery key", Tone.BAD)


def ask_recovery_key(prompter: Prompter) -> str:
    """Ask until something is typed that can be a recovery key."""
    while True:
        text = prompter.secret("Recovery key")
        try:
            read_recovery_key(text)
        except Locked as error:
            prompter.tell(error.message, Tone.BAD)
        else:
            return text
