"""What a connector may be called."""

import re

CONNECTOR_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
