"""Which fields that a credential names itself set the variables that they are called after."""

from typing import Protocol

from nexcred.connectors.load.fast_reader import QuickMethod
from nexcred.model.credential import Credential, Details
from nexcred.model.run_variables import is_run
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.model.variable_name import own_variable, prefixed_name
from nexcred.vault.vault import Vault

# What a login sets, and programs take for who and where they are: no field called `user` changes that.
_OF_THE_LOGIN = frozenset({"USER", "LOGNAME", "USERNAME", "HOSTNAME", "PWD", "OLDPWD", "UID", "LANG", "LANGUAGE", "TZ"})


class _Method(Protocol):
    @property
    def free_fields(self) -> bool: ...


def sets_own(vault: Vault, credential: Credential, method: _Method, details: Details) -> bool:
    """True where fields are named by the credential, and this person chose these names, or said yes to them here."""
    if not method.free_fields:
        return False
    is_chosen = vault.chose_field_names(credential, details)
    if not is_chosen:
        name = shell_word(credential.name)
        vault.warn(
            f"somebody else named the fields of '{make_visible(credential.name)}': they are set as"
            f" {prefixed_name(credential.name, '')}_…; if you want them by their own names: nexcred trust {name}"
        )
    return is_chosen


def with_own_variables(method: QuickMethod) -> QuickMethod:
    """Return the method with the variable of its own name for each field that its credential names."""
    fields = (
        field._replace(env=variable) if field.free and _is_plain(variable := own_variable(field.name)) else field
        for field in method.fields
    )
    return method._replace(fields=tuple(fields))


def _is_plain(variable: str) -> bool:
    """False for one by which programs run something: such a name is no more than a field's, whoever chose it."""
    known = variable.upper()
    return not is_run(variable) and known not in _OF_THE_LOGIN and not known.startswith("LC_")
