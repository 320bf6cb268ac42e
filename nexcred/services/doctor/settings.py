"""The user's settings: whether they can be read, and are nobody else's."""

from nexcred.local.settings_file import read_settings, settings_path
from nexcred.model.text import make_visible
from nexcred.services.doctor.check import Check, Status

NAME = "settings"


def check_settings() -> Check:
    """Say which there are; raises InvalidData for a file that is wrong."""
    settings = read_settings()
    found = [*settings.kept, *(f"the vault {name}" for name in settings.vaults)]
    if not found:
        return Check(NAME, Status.OK, "none, so the defaults hold")
    return Check(NAME, Status.OK, f"{', '.join(found)} in {make_visible(str(settings_path()))}")
