"""Profiles of Databricks and the tokens that it renews, as its documentation describes them."""

import json

from tests.unit.services.importing.tools.reading import read, told

TOKEN = "dapi" + "0123456789abcdef" * 2


def test_profiles_of_databricks() -> None:
    text = (
        f"[DEFAULT]\nhost = https://adb-1.7.azuredatabricks.net/\ntoken = {TOKEN}\n"
        "[m2m]\nhost = dbc-a1b2345c-d6e7.cloud.databricks.com\nclient_id = c\nclient_secret = s-EXAMPLE\n"
        "[person]\nhost = https://x.cloud.databricks.com\nauth_type = databricks-cli\n"
        "[__settings__]\ndefault_profile = m2m\n"
    )
    reading = read("databricks", text)
    assert told(reading) == {
        "databricks": (
            "databricks",
            {"base_url": "https://adb-1.7.azuredatabricks.net", "access_token": TOKEN},
        ),
        "m2m": (
            "databricks",
            {
                "base_url": "https://dbc-a1b2345c-d6e7.cloud.databricks.com",
                "client_id": "c",
                "client_secret": "s-EXAMPLE",
            },
        ),
    }
    assert reading.notes == ("left out, since they hold no secret: person, __settings__",)


def test_tokens_that_databricks_renews_are_named_and_left_out() -> None:
    cache = {
        "version": 1,
        "tokens": {"https://x.cloud.databricks.com": {"access_token": "a-EXAMPLE", "refresh_token": "r-EXAMPLE"}},
    }
    reading = read("databricks", json.dumps(cache), "cache")
    assert list(told(reading)) == ["databricks token x.cloud.databricks.com"]
    left = reading.without_renewed()
    assert left.found == []
    assert left.notes == (
        "left out without --with-tokens: databricks token x.cloud.databricks.com (databricks renews it)",
    )
