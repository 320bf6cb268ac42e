"""A question that stands on the terminal before there is anything that could read its answer."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from nexcred.cli.terminal.restoring import on_resuming, restored_on_signals
from nexcred.cli.terminal.silent import SilentTerminal
from nexcred.cli.terminal.visible import Visible


@contextmanager
def standing(terminal: int, screen: int, question: Visible, prepare: Callable[[], object]) -> Iterator[None]:
    """Show a question of one line while what reads the answer is prepared, and inside draws it anew in its place.

    `terminal` and `screen` are file descriptors of one terminal. Nothing shows of what is typed meanwhile, Ctrl-C
    included, and nothing of it is lost: it is for whoever reads. The terminal is in the end as it was.
    """
    with restored_on_signals(terminal, screen, drawn=True), SilentTerminal(terminal) as silent:

        def draw() -> None:
            silent.hush()
            os.write(screen, b"\r" + question.encode())

        draw()
        try:
            with on_resuming(draw):
                prepare()
        except BaseException:
            os.write(screen, b"\n")
            raise
        os.write(screen, b"\r")
        yield
