"""The lines of a project file that an import leads to: shown, and written where somebody says yes."""

from pathlib import Path

from nexcred.cli.app.context import Context
from nexcred.errors import StoreFailed
from nexcred.local.files import reason
from nexcred.model.text import make_visible
from nexcred.project.file import FILE_NAME
from nexcred.services.importing.project_lines import ProjectLines


def offer_project_file(context: Context, lines: ProjectLines, folder: Path, *, asks: bool) -> None:
    """Show what `run` needs to give the same variables, and write it after a yes; raise StoreFailed."""
    if not lines.text:
        return
    context.streams.note(f"for the same variables by 'nexcred run', put into {FILE_NAME}:")
    if not context.streams.quiet:
        for line in lines.text.splitlines():
            context.streams.plain_error_line(f"  {line}" if line else "")
    if lines.parted:
        named = make_visible(", ".join(lines.parted))
        context.streams.note(f"not among them, since what they held was taken apart: {named}")
    path = folder / FILE_NAME
    if not asks or path.exists() or not context.prompter.confirm(f"Write {make_visible(str(path))}?"):
        return
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(lines.text)
    except OSError as error:
        raise StoreFailed(f"{make_visible(str(path))} cannot be written: {reason(error)}") from None
    context.streams.note(f"wrote {make_visible(str(path))}")
