"""Writing the files that tools look for, beside what is exported: each credential's in a folder of its own."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from nexcred.errors import StoreFailed
from nexcred.local.files import reason, shown
from nexcred.local.private_file import write_private_file
from nexcred.services.exporting.exported import Exported
from nexcred.services.provisioning.environment import provision
from nexcred.services.provisioning.variables import values_to_set
from nexcred.vault.vault import Vault

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def place_files(vault: Vault, exported: Sequence[Exported], folder: Path) -> list[Exported]:
    """Write all that `run` would lend, for their owner alone, in the place of what is there; raise StoreFailed."""
    return [one._replace(placed=_placed(vault, one, folder / one.credential.id)) for one in exported]


def wants_files(one: Exported) -> bool:
    """True for a credential of which tools want something in a file."""
    method = one.quick_method
    return bool(method.files) or any(
        field.wants_file and field.name in one.fields for field, _ in values_to_set(method, one.fields)
    )


def _placed(vault: Vault, one: Exported, folder: Path) -> dict[str, str]:
    paths: dict[str, str] = {}
    for variable, file in provision(vault, [one.name], {}).files.items():
        path = folder / file.name
        for one_of_ours in dict.fromkeys((folder, path.parent)):
            _make_own(one_of_ours)
        write_private_file(path, file.write(folder))
        paths[variable] = str(path.parent if file.in_folder else path)
    return paths


def _make_own(folder: Path) -> None:
    """Make a folder of this user alone; raise StoreFailed for one where others could exchange the files later."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise StoreFailed(f"the folder {shown(folder)} cannot be made: {reason(error)}") from None
    is_own = not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & _OTHERS_WRITE)
    if not stat.S_ISDIR(found.st_mode) or not is_own:
        raise StoreFailed(
            f"{shown(folder)} is there, and not a folder of yours alone: others could exchange what is written there",
            hint="remove it, or name another folder",
        )
