"""What a member may put into a record that others are handed: names, values and labels meant for another reader."""

from collections.abc import Mapping
from typing import Any

from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.load.names import CATALOGUE, Folders
from nexcred.model.credential import Details, Value
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.changes import NewRecord
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from tests.support.opened import Opened

ESCAPES = "\x1b]0;title\x07\x1b[31m\x9b2J\x7f"
BIDI = "\u202eevil\u2066\u200b"
LINES = "one\nEVIL=1\r\nexport EVIL=1\u2028\x85last"
YAML = "x: 1\nevil: 1\n---\n- &a !!python/object/apply:os.getcwd []\n# '\" "
JINJA = "{{ env_var('HOME') }}{% raw %}{# x #} $$$DBT_SECRET_START$$$HOME$$$DBT_SECRET_END$$$"
SHELL = "'; touch pwned; #\"; touch pwned; $(touch pwned) `touch pwned` ${HOME} ]\\"
# Most formats can hold this one, and each has to quote it.
QUIET = 'it is: "quoted" # \\ {{ 1 + 1 }} [x] ; é = *'
ALL = {
    "escapes": ESCAPES,
    "bidi": BIDI,
    "lines": LINES,
    "yaml": YAML,
    "jinja": JINJA,
    "shell": SHELL,
    "quiet": QUIET,
}


def open_vault(program: Opened) -> Vault:
    """Open the vault of a program, beside it."""
    (path,) = program.home.rglob("vault.db")
    return Vault(SqliteStore(path), Identity.parse(program.environment["NEXCRED_IDENTITY"]))


def keep(
    program: Opened, name: str, connector: str, fields: Mapping[str, Value], method: str | None = None, **more: Any
) -> None:
    """Keep a record as a program of one's own could, which checks nothing. `more` is for the draft."""
    spec = load_connector(connector, Folders(CATALOGUE, program.home / ".config/nexcred/connectors"))
    chosen = method if method is not None else spec.methods[0].name
    details = Details(spec.name, spec.digest, chosen, more.pop("allowed_hosts", ()), fields)
    draft = NewRecord(name, more.pop("description", ""), more.pop("tags", ()), details, **more)
    open_vault(program).edit(lambda edit: edit.add(draft))
