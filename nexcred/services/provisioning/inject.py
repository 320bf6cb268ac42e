"""Fill a template's references, `{{ nexcred://NAME/FIELD }}`: all of them, or nothing."""

import re
from collections.abc import Iterator
from copy import copy

from nexcred.errors import InvalidData, NexcredError, Problem
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.reference import SCHEME, Reference, parse_reference
from nexcred.model.secret import Secret
from nexcred.services.values.get import get_value
from nexcred.vault.vault import Vault

MAX_TEMPLATE_BYTES = 16 * 1024 * 1024
# Up to the end of its line where nothing closes it, so that it can be told.
_REFERENCE = re.compile(rb"\{\{[ \t]*nexcred://(?P<inside>[^\r\n]*?)(?P<end>\}\}|(?=[\r\n])|\Z)")


class Filled(NamedTuple):
    """The template with its values in it, and what they were of."""

    data: bytes
    used: tuple[tuple[Credential, str], ...]

    def __repr__(self) -> str:
        return f"Filled({len(self.used)} references)"


def fill_template(vault: Vault, template: bytes) -> Filled:
    """Put every value in its place, byte for byte, without escaping it for what stands around it.

    What a value holds is never read as a reference. Raises InvalidData, or FieldNotFound and its kin, with every
    reference that leads nowhere and its line.
    """
    values: list[bytes] = []
    used: dict[tuple[str, str], tuple[Credential, str]] = {}
    failures: list[tuple[str, NexcredError]] = []
    matches = list(_REFERENCE.finditer(template))
    for match, reference in zip(matches, map(_reference, matches), strict=True):
        try:
            if isinstance(reference, NexcredError):
                raise reference
            credential, value = get_value(vault, reference)
        except NexcredError as error:
            line = template.count(b"\n", 0, match.start()) + 1
            failures.append((f"line {line}", error))
            continue
        used[credential.id, reference.field] = (credential, reference.field)
        values.append(value.reveal_bytes() if isinstance(value, Secret) else str(value).encode())
    if failures:
        raise _refusal(failures)
    if not matches:
        raise InvalidData(
            "there is no reference in the template", hint="write one as {{ nexcred://NAME/FIELD }}, percent-encoded"
        )
    return Filled(b"".join(_joined(template, matches, values)), tuple(used.values()))


def _reference(match: re.Match[bytes]) -> Reference | NexcredError:
    if not match["end"]:
        return InvalidData("a reference is not closed on its line: }} is missing")
    try:
        return parse_reference(SCHEME + match["inside"].decode().strip(" \t"))
    except UnicodeDecodeError:
        return InvalidData("a reference must be UTF-8")
    except NexcredError as error:
        return error


def _joined(template: bytes, matches: list[re.Match[bytes]], values: list[bytes]) -> Iterator[bytes]:
    at = 0
    for match, value in zip(matches, values, strict=True):
        yield template[at : match.start()]
        yield value
        at = match.end()
    yield template[at:]


def _refusal(failures: list[tuple[str, NexcredError]]) -> NexcredError:
    """Make one failure of all, of the kind of the gravest."""
    problems = tuple(Problem(place, error.message) for place, error in failures)
    place, gravest = max(failures, key=lambda failure: failure[1].exit_code)
    told = f"{place}: {gravest.message}" if len(failures) == 1 else f"{len(failures)} references were not found"
    refusal = copy(gravest)
    refusal.message, refusal.problems = f"nothing was written: {told}", problems
    refusal.args = (refusal.message,)
    return refusal
