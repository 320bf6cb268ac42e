"""What the user's settings run after a switch: a command for a credential, as a list of words, and no shell."""

from collections.abc import Mapping

from nexcred.model.text import make_visible

AFTER = "after"
_SWITCH = "switch"
_FORM = 'must be a list of words, as in ["kubectl", "apply", "-f", "key.yaml"]'

Commands = Mapping[str, tuple[str, ...]]


def decode_after(table: object) -> tuple[Commands, list[tuple[str, str]]]:
    """Return the commands by the credential's name, and what is wrong, each with the path of its key."""
    if not isinstance(table, dict):
        return {}, [(AFTER, "must be a table, as in [after.switch]")]
    found = [(f"{AFTER}.{make_visible(key)}", f"is nothing; there is {_SWITCH}") for key in table if key != _SWITCH]
    commands = table.get(_SWITCH, {})
    if not isinstance(commands, dict):
        return {}, [*found, (f"{AFTER}.{_SWITCH}", "must be a table, with a command for the name of a credential")]
    for name, words in commands.items():
        is_right = (
            isinstance(words, list) and words and all(isinstance(word, str) and "\0" not in word for word in words)
        )
        if not is_right or not words[0]:
            found.append((f"{AFTER}.{_SWITCH}.{make_visible(name)}", _FORM))
    return ({} if found else {name: tuple(words) for name, words in commands.items()}), found
