"""How what nexcred does without is installed beside it."""

import shlex
import sys
from importlib.util import find_spec
from pathlib import Path


def install_command(extra: str) -> str:
    """Return the command that installs what an extra stands on for this very Python.

    It names those packages and not nexcred, which may have come from a clone that no index of packages knows.
    """
    from importlib.metadata import PackageNotFoundError, requires  # only for what is missing: it takes 20 ms

    try:
        wanted = requires("nexcred") or ()
    except PackageNotFoundError:  # run from its source
        return f"pip install '.[{extra}]'"
    packages = [shlex.quote(one.partition(";")[0].strip()) for one in wanted if _is_of(one, extra)]
    return " ".join((*_installer(Path(sys.prefix)), *packages))


def _is_of(requirement: str, extra: str) -> bool:
    return requirement.partition(";")[2].replace("'", '"').strip() == f'extra == "{extra}"'


def _installer(prefix: Path) -> tuple[str, ...]:
    if (prefix / "pipx_metadata.json").exists():
        return "pipx", "inject", shlex.quote(prefix.name)
    python = shlex.quote(sys.executable)
    if find_spec("pip") is None:  # as uv makes its environments
        return "uv", "pip", "install", "--python", python
    return python, "-m", "pip", "install"
