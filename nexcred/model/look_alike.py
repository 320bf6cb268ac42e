"""Names that an eye takes for each other, though they are not the same."""

import unicodedata

from nexcred.model.name import fold_name

# Small letters of Cyrillic and Greek, and digits, that look like a Latin letter in most fonts.
_LIKE = str.maketrans("авекмнорстухіјѕԁԛԝһӏαβεηικνορτυχγω01|", "abekmhopctyxijsdqwhlabenikvoptuxywoll")
# Capital letters that look like another letter than their small form does.
_LIKE_CAPITALS = str.maketrans("IΙІӀΒВΗНΡΥ", "llllbbhhpy")
_ACCENTS = dict.fromkeys(range(0x0300, 0x0370))
_DASHES = frozenset({"Pd", "Pc", "Zs"})


def look_alike(one: str, other: str) -> bool:
    """True for names that are the same or look it: `CI` and `Cl`, `on_call` and `on-call`, an `o` and a zero."""
    return fold_name(one) == fold_name(other) or _seen(one) == _seen(other)


def _seen(name: str) -> str:
    """Return what an eye makes of a name."""
    bare = unicodedata.normalize("NFKD", name).translate(_ACCENTS).translate(_LIKE_CAPITALS).casefold()
    return "".join("-" if unicodedata.category(sign) in _DASHES else sign for sign in bare.translate(_LIKE))
