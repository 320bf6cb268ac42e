"""Answer docker.

The protocol is that of github.com/docker/docker-credential-helpers: a URL on standard input, JSON on standard output,
and there also what went wrong.
"""

import json

from nexcred.cli.app.context import Context
from nexcred.errors import UsageError
from nexcred.services.helpers.sign_in import find_sign_in

_LONGEST_QUESTION = 64 * 1024
# Docker takes any other words for a failure of the helper, and these for "pull without signing in".
_NOT_FOUND = "credentials not found in native keychain"


def act(context: Context, operation: str) -> int:
    """Do what docker asks for, and return the exit code that it expects."""
    context.never_ask()
    if operation == "get":
        return _answer(context)
    if operation == "list":
        # Docker hands all that is listed to the engine, for every build. It asks by `get` for what it needs.
        context.streams.line("{}")
        return 0
    if operation in ("store", "erase"):
        context.streams.line("nexcred: docker login and logout change nothing here; see nexcred add and nexcred remove")
        return 1
    raise UsageError("docker's operation must be get, list, store or erase")


def _answer(context: Context) -> int:
    question = context.streams.read_stdin("docker's question", _LONGEST_QUESTION).decode(errors="replace").strip()
    found = find_sign_in(context.vault, question if "://" in question else f"https://{question}")
    if found is None:
        context.streams.line(_NOT_FOUND)
        return 1
    context.note_use("helper docker", [found.credential])
    answer = {"ServerURL": question, "Username": found.login.username, "Secret": found.login.password}
    context.streams.raw(f"{json.dumps(answer)}\n".encode())
    return 0
