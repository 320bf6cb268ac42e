"""Paths find their lines, whatever form the TOML has."""

from nexcred.connectors.lint.toml_lines import line_of, lines_by_path

TEXT = '''\
name = "a" # a "comment" with [brackets]
steps = [
  "one, with a comma",
  """two
lines = 3""",
  'three',  # [[method]]
]
"quoted key" = 1
a.b = { c = 1, d = [1, { e = "}" }] }

[[method]]  # first
name = "x"
  [[method.field]]
  name = "f"
  [[method.field]]
  choices = [
    "p",
    "q",
  ]
[[method]]
  [method.auth]
  headers = { "X-Y" = "{z}" }
'''


def test_every_path_has_its_line() -> None:
    lines = lines_by_path(TEXT)
    assert {path: lines[path] for path in lines if path.startswith("steps")} == {
        "steps": 2,
        "steps[0]": 3,
        "steps[1]": 4,
        "steps[2]": 6,
    }
    assert (lines["name"], lines["quoted key"]) == (1, 8)
    assert [lines[path] for path in ("a.b", "a.b.c", "a.b.d", "a.b.d[1]", "a.b.d[1].e")] == [9] * 5
    assert (lines["method[0]"], lines["method[0].name"]) == (11, 12)
    assert (lines["method[0].field[0].name"], lines["method[0].field[1]"]) == (14, 15)
    assert lines["method[0].field[1].choices[1]"] == 18
    assert (lines["method[1]"], lines["method[1].auth"]) == (20, 21)
    assert lines["method[1].auth.headers.X-Y"] == 22


def test_a_path_that_is_not_there_has_the_line_of_what_is_around_it() -> None:
    lines = lines_by_path(TEXT)
    assert line_of("method[0].field[1].label", lines) == 15
    assert line_of("method[7].field[1]", lines) == 1


def test_windows_line_ends_count_as_one() -> None:
    assert lines_by_path('a = 1\r\nb = """x\r\ny"""\r\nc = 3\r\n') == {"a": 1, "b": 2, "c": 4}
