from nexcred.model.line_end import without_line_end


def test_one_line_end_is_dropped_of_text_and_of_bytes_alike() -> None:
    for text, kept in (
        ("a\n", "a"),
        ("a\r\n", "a"),
        ("a\n\n", "a\n"),
        ("a\r", "a\r"),
        ("a", "a"),
        ("\n", ""),
        ("", ""),
    ):
        assert without_line_end(text) == kept
        assert without_line_end(text.encode()) == kept.encode()
