"""Literals and names in statements: bytes and numbers alone, in forms that no setting of a server reads otherwise."""


def name_of(*parts: str) -> str:
    """Return a name, quoted, such as a table in its schema."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def text_of(text: str) -> str:
    """Return a text of ours; what holds a backslash would depend on a setting."""
    if "\\" in text or "\0" in text:
        raise ValueError("a text that a setting could change")
    return "'" + text.replace("'", "''") + "'"


def bytes_of(data: bytes) -> str:
    return f"pg_catalog.decode('{data.hex()}', 'hex')"


def required(condition: str, word: str) -> str:
    """Return a statement that is refused, with this word in the refusal, where a condition does not hold."""
    return f"SELECT CAST(CASE WHEN {condition} THEN '1' ELSE 'nexcred: {word}' END AS pg_catalog.int4)"
