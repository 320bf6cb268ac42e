"""JSON laid out in lines, and nothing of it changed: written anew, 1.10 were 1.1, and a name that comes twice one."""

import json
import re

_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_CLOSES = {"{": "}", "[": "]"}


def laid_out(body: bytes) -> str:
    """Return a document that is known to be JSON, indented by two. Of texts only the escapes are undone."""
    text = body.decode(json.detect_encoding(body), "surrogatepass")
    parts: list[str] = []
    depth = 0
    words = _WORD.findall(text)
    for index, word in enumerate(words):
        if word in _CLOSES:
            is_empty = words[index + 1] == _CLOSES[word]
            depth += not is_empty
            parts.append(word if is_empty else word + _line(depth))
        elif word in _CLOSES.values():
            is_empty = words[index - 1] in _CLOSES
            depth -= not is_empty
            parts.append(word if is_empty else _line(depth) + word)
        elif word == ",":
            parts.append(word + _line(depth))
        elif word == ":":
            parts.append(": ")
        else:
            parts.append(json.dumps(json.loads(word), ensure_ascii=False) if word[0] == '"' else word)
    return "".join(parts)


def _line(depth: int) -> str:
    return "\n" + "  " * depth
