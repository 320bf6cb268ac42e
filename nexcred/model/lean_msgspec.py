"""Imports msgspec without typing_extensions, which it takes where that is installed.

Python's own typing has all that it wants of it since 3.11, and its import takes a tenth of a short command.
"""

import sys
import typing

_NAME = "typing_extensions"
if sys.modules.setdefault(_NAME, typing) is typing:
    try:
        import msgspec  # noqa: F401
    finally:
        del sys.modules[_NAME]
