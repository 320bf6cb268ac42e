"""Answer git (gitcredentials(7))."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from nexcred.cli.app.context import Context
from nexcred.errors import InvalidData, UsageError
from nexcred.model.git_credential import read_question, url_in, write_answer
from nexcred.services.helpers.sign_in import find_sign_in
from nexcred.stores.within_git import WITHIN_GIT

_LONGEST_QUESTION = 256 * 1024
# What git has found to be good or bad is no news for a vault: nothing is stored, and nothing forgotten, on its word.
_UNANSWERED = ("store", "erase", "capability")


def act(context: Context, words: Sequence[str]) -> None:
    """Do what the last of the words says; one before it names the credential."""
    context.never_ask()
    *names, operation = words
    if len(names) > 1:
        raise UsageError("git names one operation, and at most one credential stands before it")
    if operation == "get":
        _answer(context, next(iter(names), ""))
    elif operation not in _UNANSWERED and names:
        raise UsageError("git's operation must stand last: get, store or erase")


def _answer(context: Context, name: str) -> None:
    """Answer nothing at all where no credential fits: git goes on to the next helper."""
    if _is_asked_for_itself(context):
        return
    asked = context.streams.read_stdin("git's question", _LONGEST_QUESTION)
    with _spoken():
        question = read_question(asked)
        url = url_in(question)
    found = find_sign_in(context.vault, url, name=name, username=question.get("username", "")) if url else None
    if found is None:
        return
    with _spoken():
        answer = write_answer({"username": found.login.username, "password": found.login.password})
    context.note_use("helper git", [found.credential])
    context.streams.raw(answer)


def _is_asked_for_itself(context: Context) -> bool:
    """True where git asks on behalf of the vault that would answer, or of one that is asked for that one's login."""
    within = context.environment.get(WITHIN_GIT, "")
    return bool(within) and context.store.location in within.split("\n")


@contextmanager
def _spoken() -> Iterator[None]:
    """Tell what is wrong with git's own words; nothing else may be told so, since its text may hold a value."""
    try:
        yield
    except ValueError as error:
        raise InvalidData(f"git's credential protocol: {error}") from None
