"""All stand-ins as one process: `python -m tests.support.standins --ports-file FILE`; says "ready", ends with stdin."""

import argparse
import json
import sys
from pathlib import Path

from tests.support.standins import Aha, Amperity, Aventri, Resci, Rest, StandIn


def describe(stand_in: StandIn) -> dict[str, str]:
    """Return how to reach it, and the credential it accepts."""
    fields = ("account_id", "api_key", "tenant_id", "access_token", "account_domain", "username", "password")
    known = {name: str(getattr(stand_in, name)) for name in fields if hasattr(stand_in, name)}
    return {"base_url": stand_in.base_url, "allow_host": stand_in.host, **known}


def main() -> None:
    """Start all, write where they are once they listen, and wait."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.support.standins", description="Local stand-ins of the providers."
    )
    parser.add_argument("--ports-file", type=Path, required=True, help="where to write the addresses, as JSON")
    options = parser.parse_args()
    running = [kind().start() for kind in (Aventri, Resci, Amperity, Aha, Rest)]
    listing = json.dumps({stand_in.name: describe(stand_in) for stand_in in running}, indent=2)
    unfinished = options.ports_file.with_suffix(".part")
    unfinished.write_text(listing)
    unfinished.rename(options.ports_file)
    print("ready", flush=True)
    sys.stdin.buffer.read()
    for stand_in in running:
        stand_in.stop()


if __name__ == "__main__":
    main()
