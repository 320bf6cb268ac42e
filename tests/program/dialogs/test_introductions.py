"""What `add` says before it asks for the first field: nothing of what there is nothing to say of."""

import pyte

from tests.support.opened import Opened
from tests.support.terminal import Typed, lines_of, play


def shown_before(program: Opened, prompt: str, *arguments: str) -> list[str]:
    environment = {**program.environment, "TERM": "xterm"}
    del environment["NEXCRED_NO_INPUT"]
    screen = pyte.Screen(100, 60)
    typed = [Typed("Name", "\r"), Typed("Description", "\r"), Typed(prompt, "\x03")]
    ended = play(program.command("add", *arguments), typed, screen, environment=environment, folder=program.home)
    assert ended.code == 130, lines_of(screen)
    return lines_of(screen)


def test_a_method_that_nothing_is_said_about_is_in_the_list_alone(opened: Opened) -> None:
    shown = shown_before(opened, "OAuth 2.0", "jira")
    assert "  API token:" not in shown
    assert any(line.startswith("  OAuth 2.0 in the browser: For an app") for line in shown)


def test_without_warnings_one_empty_line_precedes_the_first_field(opened: Opened) -> None:
    shown = shown_before(opened, "Client ID", "github", "--method", "device")
    assert ("", "") not in zip(shown[1:], shown, strict=False)
