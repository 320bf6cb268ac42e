"""Fixtures for every test, and the rule that nothing is skipped where everything can be installed."""

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

from tests.live.aws import aws
from tests.live.gnome import gnome
from tests.live.mariadb import mariadb
from tests.live.postgresql import postgresql
from tests.support.opened import founded, opened
from tests.support.standins.fixtures import aha, amperity, authority, aventri, parcels, resci, rest, slack

__all__ = [
    "aha",
    "amperity",
    "authority",
    "aventri",
    "aws",
    "founded",
    "gnome",
    "mariadb",
    "opened",
    "parcels",
    "postgresql",
    "resci",
    "rest",
    "slack",
]

# A shell that starts a job in the background, and nohup, have it ignore signals, and so would every program that a test
# starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
for _number in (signal.SIGQUIT, signal.SIGHUP):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, signal.SIG_DFL)

# A busy machine is no reason to fail.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run twice as many tests at once as there are processors: half of what they do is waiting."""
    return 2 * (os.cpu_count() or 1)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run when a test was skipped under CI."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    # Workers of pytest-xdist have no terminal; their reports reach the one that does.
    if reporter is None or not os.environ.get("CI") or not reporter.stats.get("skipped"):
        return
    reporter.write_line("a skipped test is a failure under CI", red=True)
    if session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
