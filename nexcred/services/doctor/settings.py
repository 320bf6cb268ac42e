"""The user's settings: whether they can be read, and are nobody else's."""

from nexcred.local.settings_file import read_settings, settings_path
from nexcred.model.text import make_visible
from nexcred.services.doctor.check import Check, Status

NAME = "settings"


def check_settings() -> Check:
    """Say which there are; raises InvalidData for a file that is wrong."""
    kept = read_settings()
    if not kept:
        return Check(NAME, Status.OK, "none, so the defaults hold")
    return Check(NAME, Status.OK, f"{', '.join(kept)} in {make_visible(str(settings_path()))}")
