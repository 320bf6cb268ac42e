"""Keys as a terminal sends them: letters, and sequences for those that move."""

import codecs
import re
from collections.abc import Iterator

UP, DOWN, PAGE_UP, PAGE_DOWN = "up", "down", "page up", "page down"
_SEQUENCE = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O[@-~])")
_BEGUN = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*|O)?")
_MEANING = {"A": UP, "B": DOWN, "5~": PAGE_UP, "6~": PAGE_DOWN}


class KeyReader:
    """Parts what was read into keys; what is cut in the middle waits for the rest."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._left = ""

    def keys(self, data: bytes) -> Iterator[str]:
        """Yield letters and control characters as they are, and the names of keys that move; others are dropped."""
        text = self._left + self._decoder.decode(data)
        self._left = ""
        at = 0
        while at < len(text):
            if text[at] != "\x1b":
                yield text[at]
                at += 1
            elif sequence := _SEQUENCE.match(text, at):
                at = sequence.end()
                if key := _MEANING.get(sequence[0][2:]):
                    yield key
            elif (begun := _BEGUN.match(text, at)) and begun.end() == len(text):
                self._left, at = text[at:], len(text)
            else:
                at += 1  # an Escape of its own
