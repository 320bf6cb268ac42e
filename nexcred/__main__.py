"""The program `nexcred`; `python -m nexcred` is the same."""

import sys

from nexcred.cli.main import main as run


def main() -> None:
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
