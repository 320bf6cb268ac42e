import pytest

from nexcred.cli.terminal.progress import Far, progress_line

NOTE = "398 accepted, 12 rejected"


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        (120, "  probing ━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 410/1000  398 accepted, 12 rejected  about 14 s left"),
        (80, "  probing ━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 410/1000  398 accepted, 12 rejected"),
        (60, "  probing 410/1000  398 accepted, 12 rejected"),
        (30, "  probing 410/1000"),
        (8, "410/100"),
    ],
)
def test_a_line_fits_the_window(columns: int, line: str) -> None:
    assert progress_line("probing", Far(410, 1000, NOTE), 10.0, columns) == line


def test_what_is_left_is_told_once_it_is_known() -> None:
    assert "left" not in progress_line("probing", Far(2, 1000), 60.0, 200)
    assert "left" not in progress_line("probing", Far(200, 1000), 0.5, 200)
    assert progress_line("probing", Far(100, 1000), 10.0, 200).endswith("  about 1 min 30 s left")


def test_one_thing_has_no_bar() -> None:
    assert progress_line("asking Aha!", Far(0, 1), 5.0, 80) == "  asking Aha! …"
