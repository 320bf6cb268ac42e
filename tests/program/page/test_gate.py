"""Who gets in: one browser, by a link that serves once, and no other page, port or name."""

import stat

import pytest

from nexcred.server.page.launch_file import LaunchFile
from nexcred.server.page.session import LINK_LIFE_S, OneTimeLink
from tests.support.running_ui import NAVIGATION, OWN, Browser, RunningUi

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def test_a_link_serves_once(ui: RunningUi) -> None:
    assert ui.send("GET", ui.path).status == 200
    again = ui.send("GET", ui.path)
    assert again.status == 410
    assert "set-cookie" not in again.headers
    assert "This link has been used" in again.text
    assert "the link of the page a second time" in ui.end()


def test_a_link_of_another_word_opens_nothing_and_leaves_the_right_one(ui: RunningUi) -> None:
    wrong = ui.send("GET", ui.path[:-1] + ("A" if ui.path[-1] != "A" else "B"))
    assert (wrong.status, "set-cookie" in wrong.headers) == (410, False)
    assert ui.send("GET", ui.path).status == 200


def test_a_browser_that_looks_ahead_does_not_use_the_link(ui: RunningUi) -> None:
    assert (
        ui.send(
            "GET", ui.path, headers={**NAVIGATION, "Sec-Fetch-Site": "cross-site", "Sec-Purpose": "prefetch"}
        ).status
        == 403
    )
    assert ui.send("HEAD", ui.path).status == 405
    assert ui.send("GET", ui.path).status == 200


def test_a_file_leads_to_the_link(ui: RunningUi) -> None:
    """Where a browser is led on by a file, it says that another site asks."""
    assert ui.send("GET", ui.path, headers={**NAVIGATION, "Sec-Fetch-Site": "cross-site"}).status == 200


def test_a_link_ends_within_a_minute() -> None:
    now = [100.0]
    link = OneTimeLink(lambda: now[0])
    now[0] += LINK_LIFE_S + 1
    assert link.use(link.word) == "late"


def test_the_cookie_lies_below_the_path_alone(ui: RunningUi) -> None:
    cookie = ui.send("GET", ui.path).headers["set-cookie"]
    assert "; Path=/page/" in cookie
    assert cookie.endswith("; HttpOnly; SameSite=Strict")


def test_the_path_without_the_cookie_and_the_cookie_without_the_path_open_nothing(browser: Browser) -> None:
    ui = browser.ui
    assert browser.get("/credentials").status == 200
    for path, headers in (
        (browser.base, {}),
        (browser.base, {"Cookie": "nexcred=stolen"}),
        (browser.base, {"Cookie": f"{browser.cookie}; {browser.cookie}"}),
        ("/page/guessed", {"Cookie": browser.cookie}),
    ):
        assert ui.send("GET", f"{path}/credentials", headers={**OWN, **headers}).status == 404


def test_nothing_is_told_elsewhere(browser: Browser) -> None:
    for path in ("/", "/credentials", "/page", "/page/", "/page/%2e%2e/x", "/../page", "/openapi.json", "/healthz"):
        seen = browser.ui.send("GET", path)
        assert seen.status in (400, 404), path
        assert "nexcred=" not in str(seen.headers)


@pytest.mark.parametrize("site", ["cross-site", "same-site", ""])
def test_another_page_gets_nothing(browser: Browser, site: str) -> None:
    """Another port of this machine is the same site, and cookies know no ports."""
    seen = browser.get("/credentials", Sec_Fetch_Site=site)
    assert seen.status == 403
    assert "credentials" not in seen.text


@pytest.mark.parametrize(
    ("site", "origin"),
    [
        ("cross-site", "https://evil.example"),
        ("cross-site", "null"),
        ("same-site", "http://127.0.0.1:1"),
        ("same-origin", "https://evil.example"),
        ("same-origin", "http://localhost:1"),
        ("none", "null"),
    ],
)
def test_a_form_of_another_page_does_nothing(browser: Browser, site: str, origin: str) -> None:
    assert browser.post("/probe", headers={"Sec-Fetch-Site": site, "Origin": origin}).status == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example", ""])
def test_a_name_that_was_led_here_is_refused(browser: Browser, host: str) -> None:
    assert browser.get("/credentials", Host=host).status == 421


def test_a_form_without_its_token_does_nothing(browser: Browser) -> None:
    assert browser.post("/probe").status == 303
    for token in ("", "wrong", browser.cookie):
        refused = browser.post("/probe", token=token)
        assert refused.status == 403
        assert "nothing was done" in refused.text
    as_json = {"Content-Type": "application/json"}
    assert browser.post("/probe", headers=as_json).status == 403


def test_a_script_without_the_token_is_told_nothing(browser: Browser) -> None:
    job = browser.post("/probe").headers["location"].removeprefix(browser.base)
    assert browser.get(f"{job}/progress").status == 403
    assert browser.get(f"{job}/progress", X_Nexcred_Token=browser.token).status == 200


def test_no_page_frames_it_keeps_it_or_is_told_where_it_is(browser: Browser) -> None:
    headers = browser.get("/credentials").headers
    assert headers["content-security-policy"] == CSP
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


def test_no_page_has_a_style_or_a_script_of_its_own(browser: Browser) -> None:
    for path in ("/credentials", "/add", "/add/aha", "/add/secret", "/board"):
        text = browser.get(path).text
        assert "style=" not in text
        assert "onclick" not in text
        assert text.count("<script") == 1


def test_methods_that_the_page_does_not_take_are_refused(browser: Browser) -> None:
    for method in ("PUT", "DELETE", "OPTIONS", "PATCH"):
        assert (
            browser.ui.send(method, browser.base + "/credentials", headers={**OWN, "Cookie": browser.cookie}).status
            == 405
        )


def test_the_file_that_leads_there_is_the_users_alone_and_goes_away() -> None:
    launch = LaunchFile("http://127.0.0.1:1/open/EXAMPLE")
    path = launch.path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert "http://127.0.0.1:1/open/EXAMPLE" in path.read_text()
    launch.remove()
    launch.remove()
    assert not path.parent.exists()
