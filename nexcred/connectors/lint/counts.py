"""Find what a connector has more of than any system needs: much of it is looked at beside all the rest."""

from collections.abc import Iterator

from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.lint.structure import Found

_METHODS, _FIELDS, _CHOICES, _HOSTS, _STEPS, _FILES, _CLEARS = 64, 256, 1_024, 256, 64, 64, 256


def problems_in_counts(connector: Connector) -> Iterator[Found]:
    """Yield each list that is too long."""
    yield from _longer(len(connector.methods), _METHODS, "method")
    yield from _problems_in_lists(connector, "")
    for index, method in enumerate(connector.methods):
        yield from _problems_in_lists(method, f"method[{index}].")
        yield from _longer(len(method.files), _FILES, f"method[{index}].file")


def _problems_in_lists(part: Connector | Method, at: str) -> Iterator[Found]:
    yield from _longer(len(part.fields), _FIELDS, f"{at}field")
    yield from _longer(len(part.hosts), _HOSTS, f"{at}hosts")
    yield from _longer(len(part.clears), _CLEARS, f"{at}clears")
    yield from _longer(len(part.probe.steps) if part.probe else 0, _STEPS, f"{at}probe.step")
    for index, field in enumerate(part.fields):
        yield from _longer(len(field.choices), _CHOICES, f"{at}field[{index}].choices")
        yield from _longer(len(field.env_also), _CLEARS, f"{at}field[{index}].env_also")


def _longer(length: int, most: int, at: str) -> Iterator[Found]:
    if length > most:
        yield at, f"has more than {most:,} entries"
