"""The vault that the first version wrote, and what is in it."""

import json
from pathlib import Path
from typing import Any

KEPT = Path(__file__).with_name("vault-v1.db")
EXPECTED: dict[str, Any] = json.loads(KEPT.with_suffix(".json").read_bytes())
