"""A Ctrl-C that Python forgets."""

import subprocess
import sys

SWALLOWED = """
import os, signal
from nexcred.cli.terminal.interrupts import raise_forgotten, remember_interrupts

class Finalised:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            pass

remember_interrupts()
raise_forgotten()
thing = Finalised()
del thing
print("goes on", flush=True)
try:
    raise_forgotten()
except KeyboardInterrupt:
    print("ends before the next question", flush=True)
"""


def test_it_ends_the_program_before_the_next_question() -> None:
    done = subprocess.run([sys.executable, "-c", SWALLOWED], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("goes on\nends before the next question\n", "")
