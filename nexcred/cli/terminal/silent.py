"""A terminal that shows nothing of what is typed, and hands over each key."""

import os
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING or os.name == "posix":
    import termios


class SilentTerminal:
    """Is so while inside; `terminal` is its descriptor."""

    def __init__(self, terminal: int) -> None:
        self.terminal = terminal
        self._before = termios.tcgetattr(terminal)
        self._silent = termios.tcgetattr(terminal)
        self._silent[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG | termios.IEXTEN)
        self._silent[6][termios.VMIN], self._silent[6][termios.VTIME] = 1, 0

    def __enter__(self) -> Self:
        # Before the prompt stands, which is when people and programs begin to type.
        self.hush()
        return self

    def __exit__(self, *_: object) -> None:
        self.restore()

    def hush(self) -> None:
        """Show nothing from now on; what was typed before is kept."""
        termios.tcsetattr(self.terminal, termios.TCSADRAIN, self._silent)

    def restore(self) -> None:
        termios.tcsetattr(self.terminal, termios.TCSADRAIN, self._before)
