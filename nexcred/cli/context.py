"""What a command reaches for, made when it is first wanted."""

import os
from collections.abc import Mapping
from functools import cached_property

from nexcred.cli.asking import Asker
from nexcred.cli.options import Options
from nexcred.cli.streams import Streams
from nexcred.cli.terminal import Terminal, decide_terminal


class Context:
    """The thunks that join streams, settings, store, unlocking and vault."""

    def __init__(self, streams: Streams, environment: Mapping[str, str] | None = None) -> None:
        self.streams = streams
        self.environment: Mapping[str, str] = os.environ if environment is None else environment
        self.options = Options()

    @cached_property
    def terminal(self) -> Terminal:
        """Decide what may be asked and coloured; the options are known by then."""
        options = self.options
        return decide_terminal(
            self.streams.ttys,
            self.environment,
            no_input=options.no_input,
            no_color=options.no_color,
            quiet=options.quiet,
        )

    @cached_property
    def asker(self) -> Asker:
        """Return what asks; only for an interactive terminal."""
        self.apply_options()
        if self.terminal.plain:
            from nexcred.cli.plain import PlainAsker

            return PlainAsker(self.streams)
        from nexcred.cli.prompts import TerminalAsker

        return TerminalAsker(self.streams)

    def apply_options(self) -> None:
        """Let the streams know what the options say of colour and quiet."""
        self.streams.quiet = self.options.quiet
        self.streams.colour_err = self.terminal.colour_err
