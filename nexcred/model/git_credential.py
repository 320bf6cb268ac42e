"""What git says to a credential helper, and hears (gitcredentials(7), git-credential(1), "INPUT/OUTPUT FORMAT")."""

import re
from collections.abc import Mapping

_FORBIDDEN = ("\n", "\r", "\0")
_PROTOCOL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
# A host and a port, in letters that end neither. Git decodes `%2f` in the host of a URL before it asks.
_HOST = re.compile(r"[A-Za-z0-9._-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")


def read_question(data: bytes) -> dict[str, str]:
    """Read `key=value` lines; raise ValueError for anything else.

    A carriage return or NUL is refused: what git and its server take it for is where keys have gone astray
    (CVE-2020-5260, CVE-2024-52006). Of a key that stands several times the last counts; names ending in `[]` are lists
    and are left out.
    """
    question: dict[str, str] = {}
    for line in data.decode("utf-8").split("\n"):
        if not line:
            break
        key, equals, value = line.partition("=")
        if not equals or not key:
            raise ValueError("a line is not of the form key=value")
        if any(character in line for character in _FORBIDDEN):
            raise ValueError("a value holds a carriage return or NUL")
        if not key.endswith("[]"):
            question[key] = value
    return question


def write_answer(answer: Mapping[str, str]) -> bytes:
    """Write `key=value` lines; raise ValueError for a value that would be taken for more than one."""
    for key, value in answer.items():
        if any(character in value for character in _FORBIDDEN):
            raise ValueError(f"the {key} holds a line break or NUL, which git takes for an end")
    return "".join(f"{key}={value}\n" for key, value in answer.items()).encode()


def url_in(question: Mapping[str, str]) -> str:
    """Return the URL that is asked about, "" when the question names no host. A path is left out.

    Raise ValueError for a protocol or a host that a URL would be read otherwise with than git means it.
    """
    protocol, host = question.get("protocol", ""), question.get("host", "")
    if not protocol or not host:
        return ""
    if not _PROTOCOL.fullmatch(protocol) or not _HOST.fullmatch(host):
        raise ValueError("the protocol and host are not those of a URL")
    return f"{protocol}://{host}"
