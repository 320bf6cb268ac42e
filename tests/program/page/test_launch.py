"""How the browser is led to the page: by a file of the user's own, and never by the link itself."""

import os
import re
import stat
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.opened import Opened
from tests.support.running_ui import NAVIGATION

_SCRIPT = "import sys\nopen({pipe!r}, 'w').write(sys.argv[1])\n"


def test_the_browser_is_given_a_file_that_goes_away(opened: Opened, tmp_path: Path) -> None:
    pipe, script = tmp_path / "pipe", tmp_path / "browser.py"
    os.mkfifo(pipe)
    script.write_text(_SCRIPT.format(pipe=str(pipe)))
    environment = {**opened.environment, "BROWSER": f"{sys.executable} {script} %s"}
    with subprocess.Popen(
        opened.command("ui"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=opened.home
    ) as process:
        try:
            given = pipe.read_text()
            assert given.startswith("file:///")
            file = Path(urlsplit(given).path)
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            found = re.search(r"url=(http://127\.0\.0\.1:(\d+)(/open/\S+))\"", file.read_text())
            assert found is not None
            # Who guesses takes nothing from the browser that is on its way.
            assert (_ask(int(found[2]), "/open/guessed"), file.exists()) == (410, True)
            seen = _ask(int(found[2]), found[3])
            assert (seen, file.exists(), file.parent.exists()) == (200, False, False)
        finally:
            process.send_signal(2)
            out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, b"")
    assert b"your browser opens the page" in err
    assert found[3].encode() not in err


def _ask(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers={**NAVIGATION, "Sec-Fetch-Site": "cross-site"})
        return connection.getresponse().status
    finally:
        connection.close()
