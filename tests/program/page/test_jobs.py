"""What goes on, as the script of the page is told of it."""

import json

from tests.support.opened import Opened
from tests.support.running_ui import Browser, RunningUi
from tests.support.standins.aha import Aha
from tests.support.waiting import wait_until


def test_what_a_provider_says_hides_nothing_in_the_live_lines_either(opened: Opened, ui: RunningUi, aha: Aha) -> None:
    aha.email = "ada\u202egro.elpmaxe\u200b@x"
    assert opened.add(aha).code == 0
    browser = Browser(ui)
    path = browser.path_to(browser.post("/probe"))

    def told() -> str:
        return browser.get(f"{path}/progress", X_Nexcred_Token=browser.token).text

    wait_until(lambda: json.loads(told())["state"] == "over")
    (line,) = json.loads(told())["lines"]
    assert line["said"] == "Aha! accepted this credential: ada\\u202egro.elpmaxe\\u200b@x"
    assert line["said"] in browser.get(path).text
