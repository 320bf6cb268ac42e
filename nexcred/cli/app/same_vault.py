"""What is told names commands: they are to reach the vault that this command line named."""

import re
import shlex

from nexcred.cli.app.command_table import COMMANDS, is_command
from nexcred.local.vault_names import holds_secret

# These open no vault, or are about names of several.
_NEED_NONE = ("config", "connectors", "completion", "help", "schema")
_OF_NAMES = ("vault list", "vault add", "vault use", "vault forget", "vault join")


def with_vault(text: str, said: str) -> str:
    """Return the text with `--vault` behind each command of nexcred that opens one; repeat no secret in a place."""
    if "nexcred " not in text or holds_secret(said):
        return text
    known = [one for one in COMMANDS if one.split()[0] not in _NEED_NONE and one not in _OF_NAMES]
    # The longest first, which may begin with another one.
    words = "|".join(re.escape(one) for one in sorted(known, key=len, reverse=True) if is_command(one))
    named = re.compile(rf"(?<![\w./'\"-])nexcred (?:{words})(?![\w-])(?! --vault)")
    return named.sub(lambda found: f"{found[0]} --vault {shlex.quote(said)}", text)
