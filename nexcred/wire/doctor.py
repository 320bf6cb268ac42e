"""The JSON of `doctor`."""

from typing import TypedDict

from nexcred.services.doctor.check import Check


class CheckShape(TypedDict):
    """`status` is ok, warning or problem; `hint` says what mends it."""

    check: str
    status: str
    detail: str
    hint: str | None


def check_shape(check: Check) -> CheckShape:
    return {"check": check.name, "status": check.status.value, "detail": check.detail, "hint": check.hint or None}
