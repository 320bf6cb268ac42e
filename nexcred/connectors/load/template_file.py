"""The file that a new connector begins as: complete, so that it is taken as it stands, and explained line by line."""

from pathlib import Path

from nexcred.connectors.language.connector_name import is_connector_name
from nexcred.errors import InvalidData, Problem
from nexcred.model.text import make_visible

_FILE = Path(__file__).with_name("template_file.toml")
# Names that nobody has (RFC 2606): a connector that still names them was not filled in.
_EXAMPLES = ("example.com", "example.org", "example.net")


def starting_point(name: str, *, schema: str = "") -> str:
    """Return the text for a connector of that name; editors find the schema by its first line. Raises InvalidData."""
    if not is_connector_name(name):
        problem = "must be lower-case letters, digits, '-' and '_', at most 64"
        shown = make_visible(name[:64])
        raise InvalidData(f"'{shown}' is not a connector's name: it {problem}", problems=(Problem("name", problem),))
    title = name.replace("-", " ").replace("_", " ").title()
    variable = name.upper().replace("-", "_")
    text = _FILE.read_text(encoding="utf-8").replace("ACME_", f"{'_' if variable[0].isdigit() else ''}{variable}_")
    text = text.replace("acme", name).replace("Acme", title)
    return f"#:schema {schema}\n{text}" if schema else text


def is_example(host: str) -> bool:
    """True for a host of the starting point, which leads nowhere."""
    return any(host == example or host.endswith(f".{example}") for example in _EXAMPLES)
