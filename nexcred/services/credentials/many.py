"""Descriptions, tags, ends and how often to rotate of many, changed in one write; values are changed one by one."""

from collections.abc import Sequence

from nexcred.connectors.load.loader import load_connector
from nexcred.errors import SpecError, UnknownConnector
from nexcred.model.credential import Credential
from nexcred.model.name import is_pattern, normalise_name
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.services.credentials.entered import NOTHING_ENTERED, Entered
from nexcred.services.credentials.labels import check_description, check_tags, merge_tags
from nexcred.vault.changes import Changes
from nexcred.vault.edit import Edit
from nexcred.vault.vault import Vault


class Labels(NamedTuple):
    """What is to be changed; None and empty keep what is there."""

    description: str | None = None
    tags: tuple[str, ...] = ()
    untag: tuple[str, ...] = ()
    entered: Entered = NOTHING_ENTERED

    def __repr__(self) -> str:
        return repr_of(self)


def update_labels(vault: Vault, credentials: Sequence[Credential], labels: Labels) -> list[Credential]:
    """Change all of them or none; return each as it is now. Raises InvalidData, ChangedMeanwhile, NotPermitted."""
    description = None if labels.description is None else check_description(labels.description)
    check_tags((*labels.tags, *labels.untag))

    def apply(edit: Edit) -> list[Credential]:
        return [_updated(edit, edit.find_same(one), labels, description) for one in credentials]

    vault.require_writable()
    return vault.edit(apply)


def means_many(vault: Vault, name: str, others: Sequence[str]) -> bool:
    """True where `update` is given credentials, by patterns or several names: not one name, and fields of it."""
    first = vault.find_if_there(normalise_name(name))
    if first is None:
        return is_pattern(name)
    fields = _fields_of(first)
    return any(is_pattern(one) or one not in fields for one in others) and all(
        is_pattern(one) or ("/" not in one and one not in fields and vault.has(normalise_name(one))) for one in others
    )


def _updated(edit: Edit, present: Credential, labels: Labels, description: str | None) -> Credential:
    tags = merge_tags(present.tags, labels.tags, labels.untag)
    changes = Changes(
        description=None if description in (None, present.description) else description,
        tags=None if tags == present.tags else tags,
    )
    if changes != Changes():
        present = edit.update(present, changes)
    return present if labels.entered == NOTHING_ENTERED else edit.set_policy(present, labels.entered.over)


def _fields_of(credential: Credential) -> set[str]:
    known = {*credential.public, *credential.secret_fields}
    try:
        method = load_connector(credential.connector).method(credential.method)
    except (UnknownConnector, SpecError):
        return known
    return known | ({field.name for field in method.fields} if method else set())
