import json

from nexcred.cli.streams import to_json


def test_json_keeps_letters_and_escapes_what_a_terminal_would_obey_or_hide() -> None:
    value = {"name": "Überblick – 報告", "evil": "\x1b]52;c;x\x07 \x9b31m \u202e \u200b \x7f \U000e0041 \ud800"}
    text = to_json(value)
    assert "Überblick – 報告" in text
    assert all(character == "\n" or character.isprintable() for character in text)
    assert json.loads(text) == value


def test_json_of_plain_values_is_indented() -> None:
    assert to_json([{"a": 1}]) == '[\n  {\n    "a": 1\n  }\n]'
