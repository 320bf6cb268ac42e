import pytest

from nexcred.errors import InvalidData
from nexcred.services.importing.tools.yaml_document import read_yaml

BOMBS = {
    "aliases": "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join('*' + chr(97 + n) for _ in range(9))}]\n" for n in range(9)
    ),
    "merges": "a0: &a0 {k: v}\n" + "".join(f"a{n + 1}: &a{n + 1}\n  <<: [*a{n}, *a{n}]\n" for n in range(40)),
    "itself": "a: &a [*a]\n",
    "deep": "[" * 100_000,
    "deep block": "- " * 5_000 + "x",
    "deep lines": "".join(" " * n + "a:\n" for n in range(2_000)),
    "object": "!!python/object/apply:os.system ['true']\n",
    "tag": "a: !secret x\n",
    "not yaml": "a: [\n",
    "key that is a list": "? [a]\n: b\n",
    "many": f"a: [{'x,' * 1_100_000}x]\n",
    "bytes": "a: !!binary aGk=\n",
    "set": "a: !!set {b}\n",
}  # fmt: skip


# What YAML's own readers make of it is no text any more, or takes them for ever.
TEXTS = {
    "date": "2026-02-28",
    "no date": "2026-99-99",
    "time": "2026-02-28 10:00:00",
    "half a number": "0x",
    "long": "0x" + "f" * 6_000,
    "bits": "0b" + "1" * 60_000,
    "base 60": "1" + ":59" * 1_000_000,
    "base 60 with a fraction": "1" + ":59" * 400 + ".5",
    "endless": ".inf",
}


@pytest.mark.parametrize("kind", BOMBS)
def test_yaml_that_grows_or_calls_is_refused(kind: str) -> None:
    with pytest.raises(InvalidData, match="the file"):
        read_yaml(BOMBS[kind].encode(), "the file")


@pytest.mark.parametrize("kind", TEXTS)
def test_what_json_has_no_value_for_is_text(kind: str) -> None:
    text = TEXTS[kind]
    assert read_yaml(f"{text}: [{text}]\n".encode() if len(text) < 128 else text.encode(), "the file") == (
        {text: [text]} if len(text) < 128 else text
    )


def test_what_json_has_is_as_in_json() -> None:
    text = "a: [1, 1.5, ~, yes, 017, 1:30]\nb: &b {c: d}\ne: {<<: *b, f: g}\n"
    assert read_yaml(text.encode(), "the file") == {
        "a": [1, 1.5, None, True, 15, 90],
        "b": {"c": "d"},
        "e": {"c": "d", "f": "g"},
    }
