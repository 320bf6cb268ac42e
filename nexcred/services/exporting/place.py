"""Writing the files that tools look for, beside what is exported: each credential's in a folder of its own."""

from collections.abc import Sequence
from pathlib import Path

from nexcred.connectors.load.quick_by_spec import quick_of_spec
from nexcred.errors import StoreFailed
from nexcred.local.files import reason, shown
from nexcred.local.private_file import write_private_file
from nexcred.services.exporting.exported import Exported
from nexcred.services.provisioning.environment import provision
from nexcred.vault.vault import Vault


def place_files(vault: Vault, exported: Sequence[Exported], folder: Path) -> list[Exported]:
    """Write all that `run` would lend, for their owner alone, in the place of what is there; raise StoreFailed."""
    return [one._replace(placed=_placed(vault, one, folder / one.credential.id)) for one in exported]


def wants_files(one: Exported) -> bool:
    """True for a credential of which tools want something in a file."""
    method = quick_of_spec(one.method)
    return bool(method.files) or any(field.wants_file and field.name in one.fields for field in method.fields)


def _placed(vault: Vault, one: Exported, folder: Path) -> dict[str, str]:
    paths: dict[str, str] = {}
    for variable, file in provision(vault, [one.name], {}).files.items():
        path = folder / file.name
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreFailed(f"the folder {shown(path.parent)} cannot be made: {reason(error)}") from None
        write_private_file(path, file.write(folder))
        paths[variable] = str(path.parent if file.in_folder else path)
    return paths
