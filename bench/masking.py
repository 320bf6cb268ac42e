"""What `run --mask` takes: a program's log, with a secret of the usual length and with a long one."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from bench.measure import Timed, medians_ms
from bench.progress import say
from bench.row import Row
from bench.stage import PROGRAM

_MIB = 64
TITLE = f"masking {_MIB} MiB of a log"
# 20 MB a second, whatever the length of the secret.
_MOST_S = 3.3
_ROUNDS = 3
_LONG = 16 * 1024


def masking_rows(folder: Path, stage: Mapping[str, str], short: str) -> list[Row]:
    """Time it with the secret of a credential that is there, and with one of 16 KiB that is added."""
    log = folder / "log"
    line = '2026-01-01T00:00:{:02} INFO request id={:08x} in {} ms path=/api/v1/things%2F{} "user": "ada\\n"\n'
    lines = "".join(
        line.format(number % 60, number * 2654435761 % 2**32, number % 900, number) for number in range(9000)
    )
    with log.open("w") as file:
        while file.tell() < _MIB * 1024 * 1024:
            file.write(lines)
    secret = "".join(f"{number:06x}-EXAMPLE-" for number in range(_LONG // 15 + 1))[:_LONG]
    long = [str(PROGRAM), "add", "aventri", "long", "--set", "account_id=1", "--set", "api_key=env:LONG", "--no-probe"]
    subprocess.run(long, env={**stage, "LONG": secret}, check=True, stdout=subprocess.DEVNULL)
    say("masking")
    names = {"`run --mask` with a short secret": short, f"`run --mask` with one of {_LONG // 1024} KiB": "long"}
    timed = {
        kind: Timed([str(PROGRAM), "run", "-c", name, "--mask", "--", "cat", str(log)], stage)
        for kind, name in names.items()
    }
    rows = [Row(kind, took_ms / 1000, "s", _MOST_S) for kind, took_ms in medians_ms(timed, _ROUNDS).items()]
    log.unlink()
    return rows
