"""Hostile names, values and answers stay text; and what a browser that was tricked sends does nothing."""

from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.live.page.person import Person
from tests.support.opened import Opened
from tests.support.standins.aha import Aha
from tests.support.standins.in_thread import InThread
from tests.support.standins.resci import Resci

SCRIPT = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
NAME = "<b>'\"-{{7-7}}"


class _Elsewhere(BaseHTTPRequestHandler):
    """Another page of this machine, on a port of its own: it frames what it is told to, and posts there."""

    def do_GET(self) -> None:
        target = self.path.partition("?")[2]
        body = (
            f"<!doctype html><title>elsewhere</title><iframe src='{target}/credentials'></iframe>"
            f"<form id=f method=post action='{target}/probe'><button>go</button></form>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""


def test_names_descriptions_tags_and_answers_stay_text(person: Person, opened: Opened, aha: Aha) -> None:
    aha.email = f"ada{SCRIPT}"
    added = opened.add(aha, "--description", SCRIPT, "--tag", "<i>tag</i>")
    assert added.code == 0, added.err
    assert opened("rename", "aha", NAME).code == 0
    for path in ("/credentials", "/board"):
        person.go(path)
        assert "owned" not in person.page.title()
    person.open(NAME)
    assert SCRIPT in person.text
    assert f"ada{SCRIPT}"[:20] in person.text
    assert person.page.locator("main img, main script, main b, main i").count() == 0
    person.press("Test")
    person.page.get_by_role("heading", name="Accepted").wait_for()
    assert "owned" not in person.page.title()


def test_a_refusal_in_html_stays_text(person: Person, resci: Resci) -> None:
    person.go("/add/resci")
    person.page.get_by_label("Credential name").fill(NAME)
    person.page.get_by_label("Credential description").fill(SCRIPT)
    person.fill(api_key="wrong-EXAMPLE", base_url=f"{resci.base_url}/{SCRIPT}")
    person.press("Test")
    assert person.page.get_by_label("Credential name").input_value() == NAME
    assert person.page.get_by_label("Credential description").input_value() == SCRIPT
    assert "owned" not in person.page.title()


def test_what_would_hide_is_visible(person: Person, opened: Opened, resci: Resci) -> None:
    assert opened.add(resci).code == 0
    person.go("/credentials?q=resci%E2%80%AEgnp")
    person.page.get_by_label("Find a credential").wait_for()
    assert person.page.get_by_label("Find a credential").input_value() == "resci\u202egnp"
    assert "\u202e" not in person.text


@pytest.mark.parametrize("path", ["/credentials/zz", "/credentials/00", "/jobs/none", "/add/no-such"])
def test_what_is_not_there_is_told_as_a_page(person: Person, path: str) -> None:
    person.go(path)
    person.page.get_by_role("heading", name="Not done").wait_for()


def test_another_port_of_this_machine_can_neither_frame_nor_post(person: Person, opened: Opened) -> None:
    with InThread(HTTPServer(("127.0.0.1", 0), _Elsewhere)) as elsewhere:
        tab = person.page.context.new_page()
        tab.goto(f"http://{elsewhere.host}/?{person.base}")
        assert "Credentials" not in tab.frames[1].content()
        with tab.expect_navigation():
            tab.click("button")
        assert "no other page may ask this one" in tab.content()
        tab.close()
    person.complaints.clear()  # of the frame that was refused
