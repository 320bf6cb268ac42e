"""The timers of docs/notices.md: each is read as its own program reads it, and its commands are run."""

import plistlib
import re
import shlex
import subprocess

import pytest

from tests.docs.timers import files_of_page
from tests.support.opened import Opened
from tests.support.standins.resci import Resci


def _lines_of(text: str) -> list[str]:
    """Return the commands of a timer, as a shell or systemd gets them."""
    found = re.findall(r"nexcred -q [^;<\"\n]+", text)
    return [line.strip() for line in found]


@pytest.mark.parametrize("name", ["nexcred-watch.service", "nexcred.watch.plist", "crontab", "cronjob.yaml"])
def test_each_timer_goes_on_with_rotations_and_probes(name: str, opened: Opened, resci: Resci) -> None:
    assert opened.add(resci).code == 0
    assert opened("add", "webhook", "ops", "--set", f"base_url={resci.url}", "--allow-host", resci.host).code == 0
    resume, probe = _lines_of(files_of_page()[name])
    for line in (resume, probe):
        done = opened(*shlex.split(line)[1:])
        assert (done.code, done.err) == (0, ""), line


def test_the_property_list_is_one() -> None:
    plist = plistlib.loads(files_of_page()["nexcred.watch.plist"].encode())
    assert (plist["Label"], plist["StartInterval"]) == ("nexcred.watch", 3600)
    assert plist["ProgramArguments"][:2] == ["/bin/sh", "-c"]


def test_the_lines_of_shells_are_good_shell() -> None:
    (line,) = files_of_page()["crontab"].splitlines()
    fields = line.split(maxsplit=5)
    assert fields[:5] == ["17", "*", "*", "*", "*"]
    assert "%" not in fields[5]  # which cron reads as the end of a line
    subprocess.run(["sh", "-n", "-c", fields[5]], check=True)
