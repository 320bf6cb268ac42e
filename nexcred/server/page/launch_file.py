"""The file by which a browser is led to the page: the link stands in it, and in nobody's list of processes."""

import tempfile
from contextlib import suppress
from pathlib import Path

from nexcred.errors import StoreFailed
from nexcred.local.files import reason
from nexcred.local.new_file import NewFile

_HTML = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={link}">
<title>nexcred</title>
<p><a href="{link}">Open nexcred</a></p>
</html>
"""


class LaunchFile:
    """A file of 0600 in a folder of 0700 that redirects, until it is removed."""

    def __init__(self, link: str) -> None:
        """Write it; raise StoreFailed."""
        try:
            self._folder = Path(tempfile.mkdtemp(prefix="nexcred-"))
        except OSError as error:
            said = reason(error)
            raise StoreFailed(f"the file that opens the page cannot be written: {said}") from None
        self.path = self._folder / "open.html"
        with NewFile(self.path) as file:
            file.write(_HTML.format(link=link))

    def remove(self) -> None:
        """Take it away, also a second time."""
        with suppress(OSError):
            self.path.unlink()
        with suppress(OSError):
            self._folder.rmdir()
