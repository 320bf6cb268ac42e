"""What flags, variables, the project file and the user's settings say, for one call of the program."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nexcred.cli.app.global_options import GlobalOptions
    from nexcred.local.settings import Effective, SettingValue
    from nexcred.local.settings_file import UserSettings
    from nexcred.local.vault_names import VaultChoice
    from nexcred.project.spec import Project


class CallSettings:
    """Each is read when it is first asked for."""

    def __init__(self, environment: Mapping[str, str], options: GlobalOptions) -> None:
        self.environment = environment
        self.options = options
        self.is_called_by_program = False

    @cached_property
    def user_settings(self) -> UserSettings:
        """Read the user's settings; raise InvalidData for a file that is wrong, or that others may write."""
        from nexcred.local.settings_file import read_settings

        return read_settings()

    def setting(self, key: str, flag: SettingValue | None = None) -> Effective:
        """Return what holds here: by flag, variable, project file, file or default; raise InvalidData."""
        from nexcred.local.settings import DEFAULT, FILE, PROJECT, Effective, effective

        said = self.options.setting(key) if flag is None else flag
        found = effective(key, self.environment, self.user_settings.kept, flag=said)
        if key == "vault" and found.origin in (DEFAULT, FILE) and self.project is not None and self.project.vault:
            return Effective(self.project.vault, PROJECT, str(self.project.path))
        return found

    @cached_property
    def project(self) -> Project | None:
        """The project file by which this command goes, or else the one here, if it names a vault.

        What other programs start, wherever they stand, goes by none.
        """
        if self.is_called_by_program:
            return None
        from nexcred.project.file import find_project_with_vault

        return find_project_with_vault()

    def forget_settings(self) -> None:
        """Read them anew when they are next asked for."""
        self.__dict__.pop("user_settings", None)

    def excuse_settings(self) -> None:
        """Go by the defaults where the settings are wrong: what mends them, or tells of what is wrong, can go on."""
        from nexcred.errors import InvalidData

        try:
            _ = self.user_settings
        except InvalidData:
            from nexcred.local.settings_file import UserSettings

            self.__dict__["user_settings"] = UserSettings()

    @cached_property
    def vault_choice(self) -> VaultChoice:
        """Decide which vault is meant; raise VaultNotFound for a name that is none of the user's."""
        from nexcred.local.settings import FILE, FLAG
        from nexcred.local.vault_names import choose_vault

        found = self.setting("vault")
        by = {FLAG: "", FILE: "the setting vault"}.get(found.origin, found.where)
        return choose_vault(None if found.value is None else str(found.value), self.user_settings.vaults, by=by)
