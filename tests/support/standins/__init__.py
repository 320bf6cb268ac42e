"""Local stand-ins of the providers: strict, quick to start, and able to misbehave on request."""

from tests.support.standins.aha import Aha
from tests.support.standins.amperity import Amperity
from tests.support.standins.aventri import Aventri
from tests.support.standins.databricks import Databricks
from tests.support.standins.exchange import Answer, Fault, Received, html, json_answer
from tests.support.standins.github import GitHub
from tests.support.standins.hubspot import HubSpot
from tests.support.standins.kubernetes import Kubernetes
from tests.support.standins.resci import Resci
from tests.support.standins.rest import Rest
from tests.support.standins.salesforce import Salesforce
from tests.support.standins.server import StandIn
from tests.support.standins.slack import Slack
from tests.support.standins.stripe import Stripe

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
