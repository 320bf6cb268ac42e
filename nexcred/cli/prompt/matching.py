"""Which of many choices somebody means by what was typed so far."""

from collections.abc import Sequence

from nexcred.cli.prompt.prompter import Choice


def matching(choices: Sequence[Choice], typed: str) -> list[Choice]:
    """Return those that have every typed word somewhere, the ones that begin so first; all where nothing was typed.

    A key finds those whose key it is.
    """
    if owners := [choice for choice in choices if choice.is_key and choice.is_key(typed)]:
        return owners
    words = typed.casefold().split()
    found = [choice for choice in choices if all(word in _text_of(choice) for word in words)]
    if words:
        found.sort(key=lambda choice: not _begins(choice, words[0]))  # stable: else in the order given
    return found


def _text_of(choice: Choice) -> str:
    return " ".join((choice.value, choice.label, choice.about, *choice.also)).casefold()


def _begins(choice: Choice, word: str) -> bool:
    return any(name.casefold().startswith(word) for name in (choice.value, choice.label, *choice.also))
