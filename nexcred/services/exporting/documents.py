"""JSON and YAML: `{NAME: {field: value}}`, numbers as numbers, and bytes that are no text as `{"base64": …}`."""

import json
import re
from collections.abc import Sequence

from nexcred.nexla.translate import json_value
from nexcred.services.exporting.exported import Exported

# What YAML 1.2 (5.1) does not let stand in a file as itself, above ASCII; JSON's escapes are YAML's own.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# YAML 1.2 (7.4.2): the most that a key may have without a '?' before it.
_LONGEST_KEY = 1024


def write_json(exported: Sequence[Exported]) -> str:
    return json.dumps(_values(exported), ensure_ascii=False, indent=2) + "\n"


def write_yaml(exported: Sequence[Exported]) -> str:
    """Write mappings of double-quoted scalars, so that no value is taken for a number, a date or a yes."""
    lines = []
    for name, fields in _values(exported).items():
        lines.append(f"{_key(name)}:{'' if fields else ' {}'}")
        lines += [f"  {_key(field, '  ')}: {scalar(value)}" for field, value in fields.items()]
    return "\n".join(lines) + "\n"


def _key(text: str, indent: str = "") -> str:
    key = scalar(text)
    return key if len(key) < _LONGEST_KEY else f"? {key}\n{indent}"


def scalar(value: object) -> str:
    """Write one value as both JSON and YAML read it."""
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def _values(exported: Sequence[Exported]) -> dict[str, dict[str, object]]:
    return {one.name: {field: json_value(value) for field, value in one.fields.items()} for one in exported}
