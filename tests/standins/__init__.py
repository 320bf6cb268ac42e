"""Local stand-ins of the providers: strict, quick to start, and able to misbehave on request."""

from tests.standins.aha import Aha
from tests.standins.amperity import Amperity
from tests.standins.aventri import Aventri
from tests.standins.exchange import Answer, Fault, Received, html, json_answer
from tests.standins.resci import Resci
from tests.standins.rest import Rest
from tests.standins.server import StandIn

__all__ = [
    "Aha",
    "Amperity",
    "Answer",
    "Aventri",
    "Fault",
    "Received",
    "Resci",
    "Rest",
    "StandIn",
    "html",
    "json_answer",
]
