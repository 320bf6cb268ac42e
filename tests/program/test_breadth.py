"""A credential of each further system: added by flags, proved, and proved again with all others at once."""

import contextlib
import json

from tests.support.opened import Opened
from tests.support.standins import Databricks, GitHub, HubSpot, Kubernetes, Salesforce, Slack, Stripe
from tests.support.standins.google import BigQuery, Gcs
from tests.support.standins.snowflake import Snowflake

KINDS = (BigQuery, Databricks, Gcs, GitHub, HubSpot, Kubernetes, Salesforce, Slack, Snowflake, Stripe)


def test_each_is_added_and_all_are_probed(opened: Opened) -> None:
    with contextlib.ExitStack() as running:
        providers = [running.enter_context(kind()) for kind in KINDS]
        for provider in providers:
            added = opened.add(provider)
            assert (added.code, added.out) == (0, f"added {provider.name}: accepted, {provider.identity}\n"), added.err
        probed = json.loads(opened("probe", "--all", "--json").out)
    assert {one["name"]: one["status"] for one in probed} == {kind.name: "accepted" for kind in KINDS}
