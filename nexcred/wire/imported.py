"""The JSON of `import`."""

from typing import TypedDict

from nexcred.services.importing.plan import Item


class ImportShape(TypedDict):
    """One credential of the source. `outcome` is added, updated, identical, conflict, refused or rejected.

    `same_secret_as` names up to three fields of other credentials, as NAME/FIELD, that hold one of its secrets too.
    """

    place: str
    name: str | None
    credentials_type: str | None
    outcome: str
    detail: str
    verified: bool | None
    same_secret_as: list[str]


def import_shape(item: Item, *, verified: bool | None) -> ImportShape:
    return {
        "place": item.place,
        "name": item.name or None,
        "credentials_type": item.connector or None,
        "outcome": item.fate.value,
        "detail": item.why,
        "verified": verified,
        "same_secret_as": list(item.same_as),
    }
