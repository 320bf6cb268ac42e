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
    "date": "a: 2026-99-99\n",
    "integer": "a: 0x\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", BOMBS)
def test_yaml_that_grows_or_calls_is_refused_or_read_as_text(kind: str) -> None:
    if kind == "integer":
        assert read_yaml(BOMBS[kind].encode(), "the file") == {"a": "0x"}
        return
    with pytest.raises(InvalidData, match="the file"):
        read_yaml(BOMBS[kind].encode(), "the file")
