"""Somebody in front of the page, who does what people do: reads, types, presses buttons."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.support.opened import Opened
from tests.support.running_ui import RunningUi, running_ui

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page


class Person:
    """`page` is what the browser shows; `seen` is every answer that the browser was given as text."""

    def __init__(self, ui: RunningUi, page: "Page") -> None:
        self.ui, self.page = ui, page
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)
        page.goto(ui.link)
        page.wait_for_url("**/credentials")
        self.base = page.url.removesuffix("/credentials")

    def _hear(self, said: "ConsoleMessage") -> None:
        """Note what the browser refuses; that an answer is no 200 it calls an error, too."""
        if said.type == "error" and not said.text.startswith("Failed to load resource"):
            self.complaints.append(said.text)

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)

    def press(self, name: str) -> None:
        """Press the button of this name."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def open(self, name: str) -> None:
        """Open the screen of a credential."""
        self.go("/credentials")
        self.page.get_by_role("link", name=name, exact=True).click()
        self.page.get_by_role("heading", name=name, level=1).wait_for()

    def fill(self, **values: str) -> None:
        """Fill in the connector's fields by their names; those that are seldom asked for stand below a summary."""
        for name, value in values.items():
            field = self.page.locator(f"#f-{name}")
            if not field.is_visible():
                self.page.get_by_text("More settings").click()
            field.fill(value)

    def reads(self, text: str) -> None:
        """Wait until this is to be read."""
        self.page.get_by_text(text).first.wait_for()

    @property
    def text(self) -> str:
        return self.page.inner_text("main")


@contextmanager
def opened_page(program: Opened, browser: "Browser", **options: object) -> Iterator[Person]:
    """Open the page of this vault; a script of it that fails, or is refused, fails the test."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    try:
        with running_ui(program) as ui:
            person = Person(ui, context.new_page())
            yield person
            assert person.complaints == []
    finally:
        context.close()
