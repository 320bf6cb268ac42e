"""The way that `nexcred ui` leads a browser: by a file, which asks for the link by itself."""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.opened import Opened
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NOTES_WHERE = """
import os, sys
with open({noted!r} + ".part", "w") as file:
    file.write(sys.argv[1])
os.rename({noted!r} + ".part", {noted!r})
"""


def test_a_browser_that_opens_the_file_is_on_the_page(opened: Opened, drawn: "Browser", tmp_path: Path) -> None:
    noted, script = tmp_path / "noted", tmp_path / "browser.py"
    script.write_text(_NOTES_WHERE.format(noted=str(noted)))
    environment = {**opened.environment, "BROWSER": f"{sys.executable} {script} %s"}
    context = drawn.new_context()
    with subprocess.Popen(
        opened.command("ui"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=opened.home
    ) as process:
        try:
            wait_until(noted.exists)
            page = context.new_page()
            page.goto(noted.read_text())
            page.get_by_role("heading", name="Credentials", level=1).wait_for()
            page.reload()
            page.get_by_role("link", name="Board").click()
            page.get_by_role("heading", name="Board", level=1).wait_for()
            assert not Path(noted.read_text().removeprefix("file://")).exists()
        finally:
            context.close()
            process.send_signal(2)
            process.communicate(timeout=60)
    assert process.returncode == 0
