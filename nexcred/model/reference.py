"""References to one field: `NAME/FIELD` by hand, `nexcred://NAME/FIELD` (percent-encoded) in files."""

from urllib.parse import quote, unquote

from nexcred.errors import UsageError
from nexcred.model.name import normalise_name
from nexcred.model.named_tuple import NamedTuple

SCHEME = "nexcred://"


class Reference(NamedTuple):
    """A field of a credential. A name holds no '/', so the last one parts them."""

    name: str
    field: str

    @property
    def url(self) -> str:
        return f"{SCHEME}{quote(self.name, safe='')}/{quote(self.field, safe='')}"


def parse_reference(text: str) -> Reference:
    """Read either form; raise UsageError when there is no field in it, or what is no text."""
    encoded = text.startswith(SCHEME)
    name, slash, field = text.removeprefix(SCHEME).rpartition("/")
    if not slash or not name or not field:
        raise UsageError(
            "a reference has the form NAME/FIELD", hint="see the fields of a credential with: nexcred show NAME"
        )
    try:
        if encoded:
            name, field = unquote(name, errors="strict"), unquote(field, errors="strict")
        field.encode()
    except UnicodeError:
        raise UsageError("a reference must be UTF-8") from None
    return Reference(normalise_name(name), field)
