"""`my.cnf` (MySQL manual, Using Option Files), as `run` makes it: its groups may have a suffix of one's own.

`--defaults-group-suffix=NAME` has a program read `[clientNAME]` and its kin too.
"""

import re
from collections.abc import Sequence

from nexcred.connectors.load.quick_by_spec import quick_of_spec
from nexcred.services.exporting.exported import Exported, require, texts, unfit
from nexcred.services.exporting.server_authorities import authorities_for
from nexcred.services.provisioning.made_file import compose

_GROUP = re.compile(r"^\[(.*)\]$", re.MULTILINE)


def write_my_cnf(exported: Sequence[Exported]) -> str:
    require(exported, "mysql", "my.cnf")
    return "\n".join(_groups(one, "" if len(exported) == 1 else one.name) for one in exported)


def _groups(one: Exported, suffix: str) -> str:
    if set(suffix) & set("]\r\n\0"):
        raise unfit(one, "name", "holds ']', which ends the name of a group")
    made = next(file for file in quick_of_spec(one.method).files if file.form == "text")
    values = {**texts(one), "ca_certificate": authorities_for(one)}
    written = compose(made, {name: value for name, value in values.items() if value}, one.credential)
    return _GROUP.sub(lambda found: f"[{found[1]}{suffix}]", written.decode())
