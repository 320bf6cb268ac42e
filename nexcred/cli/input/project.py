"""The project file that a command goes by, and the profile of it."""

from pathlib import Path

from nexcred.cli.app.context import Context
from nexcred.errors import ProjectNotFound
from nexcred.project.file import FILE_NAME, find_project, read_project
from nexcred.project.spec import PROFILE_VARIABLE, Needs, Project


def find_here(chosen: str | None) -> Project | None:
    """Return the project of the file that was chosen, or of the one that is found; None when there is none."""
    if chosen is not None:
        return read_project(Path(chosen).absolute(), chosen=True)
    path = find_project(Path.cwd())
    return read_project(path) if path is not None else None


def require_here(chosen: str | None) -> Project:
    """As `find_here`; raise ProjectNotFound when there is none."""
    project = find_here(chosen)
    if project is None:
        raise ProjectNotFound(
            f"there is no {FILE_NAME} here or above", hint="write one, or name the credentials with -c NAME"
        )
    return project


def needs_of(context: Context, project: Project, profile: str | None) -> Needs:
    """Return what the profile needs: that of the flag, of the variable, or the file's own default.

    From then on the command goes by this file's vault too.
    """
    context.project = project
    return project.needs(profile if profile is not None else context.environment.get(PROFILE_VARIABLE) or None)
