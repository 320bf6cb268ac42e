"""Who the provider says it is: a template whose braces hold JMESPath over the public fields and the `answer`."""

import re
from collections.abc import Mapping

from nexcred.auth.pick import pick_text

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def placeholders_in(template: str) -> tuple[str, ...]:
    return tuple(_PLACEHOLDER.findall(template))


def identity_of(template: str, public: Mapping[str, str | int], answer: object) -> str | None:
    """Fill the template, or return None when any part of it is not there."""
    document = {**public, "answer": answer}
    parts = {expression: pick_text(expression, document) for expression in placeholders_in(template)}
    if not parts or None in parts.values():
        return None
    return _PLACEHOLDER.sub(lambda match: parts[match[1]] or "", template)
