"""What a token of the service may do with a credential. Nothing is implied: to read is not to show."""

from typing import Literal, get_args

Right = Literal["list", "show", "read", "token", "probe", "write", "delete", "share"]
RIGHTS: tuple[Right, ...] = get_args(Right)
