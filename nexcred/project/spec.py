"""What a project needs of a vault."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from nexcred.errors import ProjectNotFound, UsageError
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.reference import Reference
from nexcred.model.suggest import suggest
from nexcred.model.text import make_visible

PROFILE_VARIABLE = "NEXCRED_PROFILE"


class Needs(NamedTuple):
    """Credentials that are handed over whole, and variables that hold one value each."""

    credentials: tuple[str, ...] = ()
    variables: Mapping[str, Reference] = MappingProxyType({})

    def and_also(self, more: "Needs") -> "Needs":
        """Return both; where a variable stands in both, the second decides."""
        credentials = tuple(dict.fromkeys((*self.credentials, *more.credentials)))
        return Needs(credentials, {**self.variables, **more.variables})


class Project(NamedTuple):
    """A project file: what every profile needs, and what each needs besides."""

    path: Path
    shared: Needs
    profiles: Mapping[str, Needs]
    default_profile: str | None = None
    vault: str | None = None  # by a name of the user's own

    @property
    def folder(self) -> Path:
        return self.path.parent

    def needs(self, profile: str | None) -> Needs:
        """Return what a profile needs, or the default one; raise ProjectNotFound, and UsageError where none is."""
        chosen = profile if profile is not None else self.default_profile
        if chosen is None:
            if self.profiles:
                hint = f"name one of them with --profile or {PROFILE_VARIABLE}: {_listed(self.profiles)}"
                raise UsageError(f"{self.path.name} has profiles, and no default_profile", hint=hint)
            return self.shared
        if chosen not in self.profiles:
            meant = suggest(chosen, self.profiles)
            hint = f"did you mean '{meant}'?" if meant else f"it has: {_listed(self.profiles) or 'no profile at all'}"
            raise ProjectNotFound(f"{self.path.name} has no profile '{make_visible(chosen[:64])}'", hint=hint)
        return self.shared.and_also(self.profiles[chosen])


def _listed(profiles: Iterable[str]) -> str:
    return ", ".join(profiles)
