"""What the pages show is what the program says: every command, script and CI recipe in them is run."""

from pathlib import Path

import pytest

from scripts.pages import PAGES, differences, run_page

ROOT = Path(__file__).parents[2]
_FENCE = "```"


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_a_page_shows_what_the_program_says(page: Path) -> None:
    written = (ROOT / page).read_text()
    assert differences(written, run_page(written)) == [], "run: make docs"


def _page(kind: str, text: str) -> str:
    return f"# A page\n\n{_FENCE}{kind}\n{text}\n{_FENCE}\n"


def test_what_a_page_says_wrongly_is_replaced() -> None:
    assert run_page(_page("console", "$ nexcred connectors list | head -n 1 | cut -c1-4\nName")) == _page(
        "console",
        "$ nexcred connectors list | head -n 1 | cut -c1-4\nNAME",
    )


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("sh", "nexcred show nothing > /dev/null\necho not reached"),
        ("yaml", "jobs:\n  probe:\n    steps:\n      - run: pip install nexcred\n      - run: nexcred probe --all"),
        ("yaml", "credentials:\n  script:\n    - nexcred probe --all\n    - exit 0"),
    ],
)
def test_a_script_that_fails_fails_its_page(kind: str, text: str) -> None:
    with pytest.raises(AssertionError, match="exit 3"):
        run_page(_page(kind, text))


def test_a_secret_that_a_page_would_show_fails_it() -> None:
    with pytest.raises(AssertionError, match="RESCI_KEY shows"):
        run_page(_page("console", '$ echo "$RESCI_KEY"'))


def test_variables_and_exit_codes_go_on_from_command_to_command() -> None:
    page = _page("console", "$ WORD=kept\n$ echo $WORD\nkept\n$ nexcred get x/y\n$ echo $?\n3")
    assert "echo $WORD\nkept\n" in run_page(page)
    assert "echo $?\n3\n" in run_page(page)
