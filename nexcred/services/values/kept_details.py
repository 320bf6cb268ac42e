"""The one way to a credential's values: decoded by the method that their connector declares, on every read.

Whoever may write to a record may write anything into it. What no honest program would have kept ends here, before a
command's environment, a file, a terminal or a provider sees it. `decoded` is the same for who needs the whole spec.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from nexcred.connectors.kept_values import problems_in_kept, readable
from nexcred.connectors.load.fast_reader import quick_look
from nexcred.connectors.load.names import find_connector
from nexcred.errors import InvalidData, Problem, SpecError, UnknownConnector, WrongDetails
from nexcred.model.sha256 import sha256
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nexcred.connectors.language.checked import CheckedField
    from nexcred.connectors.load.fast_reader import QuickMethod
    from nexcred.model.credential import Credential, Details
    from nexcred.vault.vault import Vault

_LONGEST_NAME = 64
_MOST_TOLD = 3


class MethodGone(InvalidData):
    """The connector no longer has this method."""


def quick_details(vault: Vault, credential: Credential) -> tuple[QuickMethod, Details]:
    """Return the values, and how a program is handed them; a built-in connector's file is only looked at quickly.

    What a login found out is among them. Raises NotPermitted, UnknownConnector, SpecError, MethodGone, WrongDetails.
    """
    method, details = _looked_at(vault, credential, vault.details(credential))
    return method, with_kept_found(vault, credential, method.found, method.fields, details)


def _looked_at(vault: Vault, credential: Credential, details: Details) -> tuple[QuickMethod, Details]:
    found = quick_look(details.connector, details.method)
    if found is None:
        from nexcred.services.values.decoded import quick_details_by_spec

        return quick_details_by_spec(vault, credential, details)
    found = _with_its_own_fields(found, details)
    present = partial(_digest_of_built_in, details.connector)
    return found, fitted(vault, credential, details, found.fields, present)


def with_kept_found(
    vault: Vault, credential: Credential, wanted: Sequence[str], fields: Sequence[CheckedField], details: Details
) -> Details:
    """Return the details with what a login found out, as its session has it; what no such field takes is left out.

    What was given stays. Where a URL among them may lead is decided where something is sent.
    """
    if not wanted:
        return details
    from nexcred.auth.tokens import Tokens  # for what few methods have

    kept = Tokens.of(vault.session(credential)).found
    found = {name: kept[name] for name in wanted if name in kept and name not in details.fields}
    wrong = {problem.field for problem in problems_in_kept(fields, found)}
    right = {name: text for name, text in found.items() if name not in wrong}
    return details._replace(fields={**details.fields, **right})


def quick_method(connector: str, method: str) -> QuickMethod | None:
    """Return how a program is handed the values of a method; None when its connector has no such method.

    Raises UnknownConnector, SpecError.
    """
    found = quick_look(connector, method)
    if found is not None:
        return found
    from nexcred.services.values.decoded import quick_method_by_spec

    return quick_method_by_spec(connector, method)


def served_details(vault: Vault, credential: Credential, version: int | None = None) -> Details:
    """Return the values, undecoded where the connector is missing: for people who look at them.

    Those of a past version are proved as those are that are restored; raises RevisionNotFound too.
    """
    details = kept_details(vault, credential, version)
    try:
        method, details = _looked_at(vault, credential, details)
        return details if version else with_kept_found(vault, credential, method.found, method.fields, details)
    except (UnknownConnector, SpecError, MethodGone):
        return details


def compared_details(vault: Vault, credential: Credential) -> Details:
    """Return the values to hold them against others, and for nothing else: nobody is asked, nothing is remembered.

    Raises NotPermitted, Damaged and their kin.
    """
    return vault.examine(credential)[1]


def compared_past(vault: Vault, credential: Credential) -> dict[int, Details]:
    """Return the values of the past revisions that open to this identity, by number, to be compared in the same way."""
    return vault.examine_past(credential)


def kept_details(vault: Vault, credential: Credential, version: int | None = None) -> Details:
    """Return the values undecoded: only for `decoded`, which checks them."""
    return vault.details(credential) if version is None else vault.details_at(credential, version)


def fitted(
    vault: Vault,
    credential: Credential,
    details: Details,
    fields: Sequence[CheckedField],
    present_digest: Callable[[], str],
    *,
    is_present: bool = True,
) -> Details:
    """Return the details, all of whose values are as their fields say; raise WrongDetails.

    Who wrote them is said of the present ones. A spec that became stricter since they were written is told: what it
    cannot read any more is left out.
    """
    problems = list(problems_in_kept(fields, details.fields))
    if not problems:
        return details
    if not is_excused(vault, details, present_digest()):
        raise wrong_details(credential, problems, who_wrote(vault, credential) if is_present else "")
    told = f"'{make_visible(credential.name)}' was saved by another version of its connector: {_told(problems)}"
    vault.warn(f"{told}; save it again with: nexcred update {shell_word(credential.name)}")
    return details._replace(fields=readable(fields, details.fields))


def is_excused(vault: Vault, details: Details, present_digest: str) -> bool:
    """True for what another version of the connector wrote: one that nexcred shipped, or that this machine used."""
    from nexcred.connectors.load.shipped import is_shipped

    if details.digest == present_digest:
        return False
    return is_shipped(details.connector, details.digest) or vault.memory.knows_connector(
        details.connector, details.digest
    )


def _with_its_own_fields(method: QuickMethod, details: Details) -> QuickMethod:
    """Return the method, with the fields that the credential names itself where it lets it."""
    if not method.free_fields:
        return method
    from nexcred.connectors.free_fields import secrecy_of, with_free_fields  # which few credentials have

    return with_free_fields(method, secrecy_of(details.fields))


def judge_of(vault: Vault) -> Callable[[Details], str]:
    """Return what says what is wrong with values, "" where they fit, or no connector is there to say it.

    It warns of nothing, so that it can be asked in other processes. Where one person alone could ever write, nobody can
    have forged what an earlier nexcred wrote, and nothing is wrong.
    """
    if vault.had_one_writer:
        return lambda _: ""
    methods: dict[tuple[str, str], QuickMethod | None] = {}

    def judge(details: Details) -> str:
        of = details.connector, details.method
        try:
            if of not in methods:
                methods[of] = quick_method(*of)
            method = methods[of]
            if method is None:
                problems = [Problem("method", f"is none of {details.connector}'s")]
            else:
                problems = list(problems_in_kept(_with_its_own_fields(method, details).fields, details.fields))
            if not problems or is_excused(vault, details, _digest_of(details.connector)):
                return ""
        except (UnknownConnector, SpecError):
            return ""
        return _refused(problems)

    return judge


def who_wrote(vault: Vault, credential: Credential) -> str:
    """Return whose word the present values are, as it is proved; "" where nobody can say."""
    from nexcred.vault.doubts import author_of  # where something is wrong

    proved = vault.proved(credential)
    return "" if proved is None else author_of(vault.state, proved)


def wrong_details(credential: Credential, problems: Sequence[Problem], who: str) -> WrongDetails:
    """Return the error; it holds no value. `who` wrote them, "" where that is not known."""
    name = shell_word(credential.name)
    written = f"; written by {who}" if who else ""
    return WrongDetails(
        f"'{credential.name}' {_refused(problems)}{written}",
        hint=f"see who wrote it with: nexcred history {name}, and restore an earlier revision with: nexcred restore"
        f" {name} --revision N",
        problems=tuple(problem._replace(field=_shown(problem.field)) for problem in problems),
    )


def _refused(problems: Sequence[Problem]) -> str:
    return f"holds what its connector does not accept: {_told(problems)}"


def _told(problems: Sequence[Problem]) -> str:
    told = [f"{_shown(problem.field)} {problem.problem}" for problem in problems[:_MOST_TOLD]]
    left = len(problems) - len(told)
    return "; ".join([*told, f"and {left} more"] if left else told)


def _shown(name: str) -> str:
    return make_visible(name[:_LONGEST_NAME])


def _digest_of(connector: str) -> str:
    if find_connector(connector).own:
        from nexcred.connectors.load.loader import load_connector

        return load_connector(connector).digest
    return _digest_of_built_in(connector)


def _digest_of_built_in(connector: str) -> str:
    path = find_connector(connector).built_in
    return sha256(path.read_bytes()).hex() if path else ""
