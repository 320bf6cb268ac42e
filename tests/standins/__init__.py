"""Local stand-ins of the providers: strict, quick to start, and able to misbehave on request."""

from tests.standins.aha import Aha
from tests.standins.amperity import Amperity
from tests.standins.aventri import Aventri
from tests.standins.databricks import Databricks
from tests.standins.exchange import Answer, Fault, Received, html, json_answer
from tests.standins.github import GitHub
from tests.standins.hubspot import HubSpot
from tests.standins.kubernetes import Kubernetes
from tests.standins.resci import Resci
from tests.standins.rest import Rest
from tests.standins.salesforce import Salesforce
from tests.standins.server import StandIn
from tests.standins.slack import Slack
from tests.standins.stripe import Stripe

__all__ = [
    "Aha",
    "Amperity",
    "Answer",
    "Aventri",
    "Databricks",
    "Fault",
    "GitHub",
    "HubSpot",
    "Kubernetes",
    "Received",
    "Resci",
    "Rest",
    "Salesforce",
    "Slack",
    "StandIn",
    "Stripe",
    "html",
    "json_answer",
]
