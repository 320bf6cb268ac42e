"""A report that wants to be told its days: a probe that names them is as good a year later."""

from datetime import UTC, datetime, timedelta

from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.server import StandIn

SPEC = """
name = "reports"
title = "Reports"
docs_url = "https://docs.reports.test/"

[[method]]
name = "api_key"
label = "API key"

  [[method.field]]
  name = "api_key"
  label = "API key"
  secret = true

  [[method.field]]
  name = "base_url"
  label = "Base URL"
  kind = "url"
  advanced = true
  required = false
  default = "https://api.reports.test"

  [method.auth]
  scheme = "headers"
  headers = { Authorization = "Bearer {api_key}" }

  [method.probe]
  request = { url = "{base_url}/report", query = { from = "{today-7d}", to = "{today}" } }
  expect = "rows"
"""


class Reports(StandIn):
    """Refuses a report of other days than the last seven, as the day is where it is."""

    api_key = "key-EXAMPLE"

    def answer(self, request: Received) -> Answer:
        if request.headers.get("authorization") != f"Bearer {self.api_key}":
            return json_answer({}, 401)
        try:
            first, last = (datetime.fromisoformat(request.query[name]).date() for name in ("from", "to"))
        except (KeyError, ValueError):
            return json_answer({"message": "from and to are days"}, 400)
        if last - first != timedelta(days=7) or datetime.now(UTC).date() - last > timedelta(days=1):
            return json_answer({"message": "no such report"}, 400)
        return json_answer({"rows": [1]})


def test_the_days_are_those_before_today(opened: Opened) -> None:
    put_connector(opened, "reports", SPEC)
    with Reports() as reports:
        words = ("--set", "api_key=env:KEY", "--set", f"base_url={reports.url}", "--allow-host", reports.host)
        added = opened("add", "reports", *words, environment={"KEY": reports.api_key})
        assert (added.code, added.out) == (0, "added reports: accepted\n"), added.err
        assert opened("probe", "reports").code == 0
