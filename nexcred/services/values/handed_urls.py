"""Whether the addresses in a credential may be handed to a program, which sends the secret wherever they lead.

Commands that send check the host themselves. Whoever may write a record can write any address into it: one that
neither its connector names nor anybody allowed is no honest program's, and nobody is handed it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from nexcred.errors import SpecError, UnknownConnector
from nexcred.services.values.kept_details import quick_method

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nexcred.connectors.load.fast_reader import QuickMethod
    from nexcred.model.credential import Credential, Details
    from nexcred.vault.vault import Vault


def check_handed(vault: Vault, credential: Credential, details: Details, names: Iterable[str]) -> None:
    """Raise HostRefused for an address among these fields, with the command that allows it.

    Where one person alone could ever write there is nobody else's to doubt, and without the connector none is known.
    """
    if vault.had_one_writer:
        return
    method = None
    with suppress(UnknownConnector, SpecError):
        method = quick_method(details.connector, details.method)
    urls = {} if method is None else _urls(method, details, names)
    if method is not None and urls:
        _check(credential, method, details, urls)


def _urls(method: QuickMethod, details: Details, names: Iterable[str]) -> dict[str, str]:
    kinds = {field.name for field in method.fields if field.kind == "url" and not field.secret}
    return {name: str(details.fields[name]) for name in names if name in kinds and name in details.fields}


def _check(credential: Credential, method: QuickMethod, details: Details, urls: Mapping[str, str]) -> None:
    from nexcred.errors import HostRefused
    from nexcred.model.shell_word import shell_word
    from nexcred.services.values.policy import policy_of  # for what few credentials have

    policy = policy_of(method.hosts, method, details)
    for name, url in urls.items():
        try:
            policy.check(url)
        except HostRefused as refused:
            command = f"nexcred update {shell_word(credential.name)} --allow-host {refused.authority}"
            hint = f"if you trust that host with it: {command}" if refused.authority else refused.hint
            told = f"{name} is handed to nobody: {refused.message}"
            raise HostRefused(told, hint=hint, authority=refused.authority) from None
