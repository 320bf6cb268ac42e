"""The text of a file that a connector makes of several values."""

from collections.abc import Mapping

from nexcred.connectors.load.fast_reader import Lines, MadeFile
from nexcred.errors import InvalidData, Problem
from nexcred.model.credential import Credential
from nexcred.model.option_file import problem_in_option, quoted_option
from nexcred.model.template import TemplateContext, names_in, render_optional


def compose(made: MadeFile, texts: Mapping[str, str], credential: Credential) -> bytes:
    """Fill the lines that are due, each value quoted, and give the file its form.

    Raises InvalidData for a value that its reader would cut.
    """
    quoted = {name: quoted_option(text) for name, text in texts.items()}
    lines = []
    for template in (template for part in made.parts if _is_due(part, texts) for template in part.templates):
        line = render_optional(template, quoted, TemplateContext.TEXT)
        if line is not None and (problem := problem_in_option(line)):
            field = " or ".join(names_in(template))
            raise InvalidData(f"{field} of '{credential.name}' {problem}", problems=(Problem(field, problem),))
        lines += [] if line is None else [f"{line}\n".encode()]
    if made.form == "text":
        return b"".join(lines)
    from nexcred.auth.login_path_file import login_path_file  # takes a cipher

    return login_path_file(lines)


def _is_due(part: Lines, texts: Mapping[str, str]) -> bool:
    return part.when is None or part.when.holds(texts)
