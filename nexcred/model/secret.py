"""A value that must not be printed by accident."""

DOTS = "••••"


def repr_of(record: object, *shown: str) -> str:
    """Return the repr of a record that says these attributes, and of the others that they are there."""
    told = (f"{name}={getattr(record, name)!r}" for name in shown)
    return f"{type(record).__name__}({', '.join((*told, DOTS))})"


class Secret:
    """Text or bytes that print as dots; `reveal` is called only where bytes leave nexcred."""

    __slots__ = ("_value",)

    def __init__(self, value: str | bytes) -> None:
        self._value = value

    @classmethod
    def from_bytes(cls, data: bytes) -> "Secret":
        """Keep UTF-8 as text and anything else as bytes."""
        try:
            return cls(data.decode())
        except UnicodeDecodeError:
            return cls(data)

    def reveal(self) -> str | bytes:
        return self._value

    def reveal_bytes(self) -> bytes:
        return self._value.encode() if isinstance(self._value, str) else self._value

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self.reveal_bytes())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        import hmac  # which loads a second OpenSSL, and secrets are rarely compared

        return hmac.compare_digest(self.reveal_bytes(), other.reveal_bytes())

    def __hash__(self) -> int:
        return hash((Secret, self.reveal_bytes()))

    def __repr__(self) -> str:
        return DOTS

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(DOTS, spec)

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not pickled")
