"""Whether a `when` or `unless` of a spec holds for a credential's values."""

from collections.abc import Mapping

from nexcred.connectors.filled_values import is_templated
from nexcred.connectors.language.condition import When
from nexcred.connectors.language.spec import Expectation, Method


def condition_holds(condition: When, values: Mapping[str, object], method: Method) -> bool:
    """True when the field has such a value, given or by default; a URL made of other fields counts only when given."""
    field = method.find(condition.field)
    default = field.default if field and not is_templated(field) else None
    value = values.get(condition.field, default)
    if value is None or value == "":
        return False
    return not condition.values or str(value) in condition.values


def applies(question: Expectation, values: Mapping[str, object], method: Method) -> bool:
    """True when this part of a probe is to be asked."""
    if question.when and not condition_holds(question.when, values, method):
        return False
    return not (question.unless and condition_holds(question.unless, values, method))
