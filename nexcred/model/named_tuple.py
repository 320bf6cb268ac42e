"""`typing.NamedTuple` at a sixth of its price: it compiles a constructor for each class, of which a command has fifty.

What it makes is the same: a tuple whose items have names and defaults. Type checkers see the original.
"""

import sys
from typing import TYPE_CHECKING

# From 3.14 on a class body holds no annotations, only what makes them.
if TYPE_CHECKING or sys.version_info >= (3, 14):
    from typing import NamedTuple as NamedTuple
else:
    from collections import _tuplegetter

    _MOST_FIELDS = 32
    _ITEMS = [_tuplegetter(place, "") for place in range(_MOST_FIELDS)]

    class _Maker(type):
        """Makes a class of tuples out of what is annotated in a class body."""

        def __new__(cls, name, bases, body):
            fields = tuple(body.get("__annotations__", ()))
            body["_field_defaults"] = {field: body[field] for field in fields if field in body}
            body["_fields"] = body["__match_args__"] = fields
            body["__slots__"] = ()
            body |= {field: _ITEMS[place] for place, field in enumerate(fields)}
            return super().__new__(cls, name, bases, body)

    class NamedTuple(tuple, metaclass=_Maker):
        """A tuple whose items have names."""

        def __new__(cls, *values, **named):
            if named or len(values) != len(cls._fields):
                values = _complete(cls, values, named)
            return tuple.__new__(cls, values)

        def __repr__(self):
            items = ", ".join(f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({items})"

        def __getnewargs__(self):
            return tuple(self)

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def _replace(self, **changed):
            values = [changed.pop(field, value) for field, value in zip(self._fields, self, strict=True)]
            if changed:
                raise TypeError(f"{type(self).__name__} has no {', '.join(changed)}")
            return tuple.__new__(type(self), values)

    def _complete(cls, values, named):
        """Return a value for every field; raise TypeError as a function's call does."""
        left = cls._fields[len(values) :]
        given = {**cls._field_defaults, **named} if named else cls._field_defaults
        try:
            complete = (*values, *[given[field] for field in left])
        except KeyError as missing:
            raise TypeError(f"{cls.__name__} was not given its {missing}") from None
        if len(complete) != len(cls._fields) or not named.keys() <= {*left}:
            raise TypeError(f"{cls.__name__} was given more than its {', '.join(cls._fields)}")
        return complete
