"""Make recovery-v1.json: recovery keys as they stand on paper, and a slot that one opens.

It was run once. A file that is there is never overwritten: a new format version gets a new file.
"""

import json
from pathlib import Path

from nexcred.vault.identity import Identity
from nexcred.vault.recovery_key import write_recovery_key
from nexcred.vault.slot import make_recovery_slot

OUT = Path(__file__).with_name("recovery-v1.json")
KEYS = [bytes(32), b"\xff" * 32, bytes(range(32)), b"EXAMPLE of a key on paper, 32 B."]
ADA = Identity(b"EXAMPLE of a seed with 32 bytes.", b"EXAMPLE vault id")


def main() -> None:
    if OUT.exists():
        raise SystemExit(f"{OUT.name} is frozen")
    example = {
        "paper": [{"key": key.hex(), "text": write_recovery_key(key)} for key in KEYS],
        "identity": ADA.secret_string,
        "slot": make_recovery_slot(KEYS[-1], ADA).hex(),
    }
    OUT.write_text(json.dumps(example, indent=1) + "\n")


if __name__ == "__main__":
    main()
