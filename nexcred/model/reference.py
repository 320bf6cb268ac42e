"""References to one field: `NAME/FIELD` by hand, `nexcred://NAME/FIELD` (percent-encoded) in files."""

from nexcred.errors import UsageError
from nexcred.model.name import normalise_name
from nexcred.model.named_tuple import NamedTuple

SCHEME = "nexcred://"


class Reference(NamedTuple):
    """A field of a credential. A name holds no '/', so the last one parts them.

    Only `parse_name_or_reference` leaves the field empty, which means the credential's only secret.
    """

    name: str
    field: str

    @property
    def url(self) -> str:
        from urllib.parse import quote  # which few commands show

        return f"{SCHEME}{quote(self.name, safe='')}/{quote(self.field, safe='')}"


def parse_name_or_reference(text: str) -> Reference:
    """Read either form, or a name alone, whose field is then empty; raise as `parse_reference` does."""
    name = text.removeprefix(SCHEME)
    if "/" in name or not name:
        return parse_reference(text)
    return Reference(*_decoded(name, "", is_encoded=text.startswith(SCHEME)))


def parse_reference(text: str) -> Reference:
    """Read either form; raise UsageError when there is no field in it, or what is no text."""
    name, slash, field = text.removeprefix(SCHEME).rpartition("/")
    if not slash or not name or not field:
        raise UsageError(
            "a reference has the form NAME/FIELD", hint="see the fields of a credential with: nexcred show NAME"
        )
    return Reference(*_decoded(name, field, is_encoded=text.startswith(SCHEME)))


def _decoded(name: str, field: str, *, is_encoded: bool) -> tuple[str, str]:
    try:
        if is_encoded:
            from urllib.parse import unquote  # which what is typed by hand has no use for

            name, field = unquote(name, errors="strict"), unquote(field, errors="strict")
        field.encode()
    except UnicodeError:
        raise UsageError("a reference must be UTF-8") from None
    return normalise_name(name), field
