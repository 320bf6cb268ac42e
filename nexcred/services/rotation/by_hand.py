"""A rotation that a person does on the provider's page: the new key is kept before it is used, and proved."""

from nexcred.connectors.key_page import page_for
from nexcred.connectors.language.spec import Field, Method
from nexcred.model.credential import Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.services.rotation.advance import advance
from nexcred.services.rotation.holders import refuse_siblings
from nexcred.services.rotation.making import Wanted, new_journal, refuse_begun
from nexcred.services.rotation.outcome import RotationOutcome
from nexcred.services.rotation.work import Work
from nexcred.services.values.decoded import Decoded
from nexcred.vault.rotation_writes import JournalEntry


class HandPlace(NamedTuple):
    """Where a person makes a key: the page, "" where none is known that is the provider's, and the steps there."""

    title: str
    page: str
    steps: tuple[str, ...]

    def __repr__(self) -> str:
        return repr_of(self, "title")


def hand_place(values: Decoded) -> HandPlace:
    """Say it by the connector; the page only where it is the provider's, whatever the values say."""
    connector, method = values.connector, values.method
    page = page_for(connector, method, values.details.public)
    return HandPlace(connector.title, page, method.steps or connector.steps)


def fields_of_new_key(values: Decoded) -> tuple[Field, ...]:
    """Return what a new key is: the secrets, and the public values that it comes with."""
    method, present = values.method, values.details.fields
    return tuple(field for field in method.fields if field.name in present and _comes_with_key(method, field))


def _comes_with_key(method: Method, field: Field) -> bool:
    rotate = method.rotate
    made = rotate.create.set if rotate is not None and rotate.create is not None else {}
    return field.secret or field.name in made or field.name.endswith("key_id")


def rotate_by_hand(work: Work, details: Details, wanted: Wanted) -> RotationOutcome:
    """Keep what a person made, prove it, switch to it, and go on as far as it goes; raise Conflict, NotPermitted."""
    candidate = work.new_candidate(details)
    if work.has_journal and work.journal.kind == "by_hand" and work.journal.step == "made":  # given once more
        journal = work.journal._replace(hangs="")
    else:
        refuse_begun(work)
        work.tools.vault.require_writer(work.credential)
        refuse_siblings(work.tools.vault, work.credential, work.values().details)
        journal = new_journal(work, "by_hand", wanted)._replace(step="made")
    work.write(JournalEntry(journal, candidate))
    return advance(work)
