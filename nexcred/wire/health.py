"""Whether the service can answer."""

from typing import Literal, TypedDict


class HealthShape(TypedDict):
    status: Literal["ok", "unavailable"]
