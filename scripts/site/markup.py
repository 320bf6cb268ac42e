"""One page's Markdown as HTML: headings that can be linked, links of the site, commands told from what they print."""

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token

_PROMPTS = {"console": ("$ ",), "pycon": (">>> ", "... ")}
_COMMENTS = re.compile(r"(?:\s*<!--.*?-->)*\s*", re.DOTALL)


class Heading(NamedTuple):
    level: int
    text: str
    anchor: str


class Rendered(NamedTuple):
    title: str
    headings: tuple[Heading, ...]
    html: str


def render(text: str, link: Callable[[str], str]) -> Rendered:
    """Return a page as HTML; `link` says what becomes of each link. Raises ValueError on HTML in the page."""
    markdown = _markdown()
    tokens = markdown.parse(text)
    for token in _all(tokens):
        for name in ("href", "src"):
            if name in token.attrs:
                token.attrs[name] = link(str(token.attrs[name]))
        if token.type.startswith("html_") and not _COMMENTS.fullmatch(token.content):
            raise ValueError(f"a page holds HTML: {token.content.strip()}")
    headings = tuple(_headings(tokens))
    html = markdown.renderer.render(tokens, markdown.options, {})
    return Rendered(headings[0].text, headings, html)


def parse(text: str) -> list[Token]:
    """Return the tokens of a page."""
    return _markdown().parse(text)


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark").enable("table")
    for name, rule in _RULES.items():
        markdown.add_render_rule(name, rule)
    return markdown


def _all(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or ())


def _headings(tokens: Sequence[Token]) -> Iterator[Heading]:
    """Yield the headings, and give each the anchor that GitHub gives it."""
    seen: dict[str, int] = {}
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        text = "".join(child.content for child in inline.children or ())
        anchor = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        again = seen[anchor] = seen.get(anchor, -1) + 1
        anchor = f"{anchor}-{again}" if again else anchor
        opening.attrs["id"] = anchor
        yield Heading(int(opening.tag[1:]), text, anchor)


def _fence(_: RendererProtocol, tokens: Sequence[Token], index: int, *__: Any) -> str:
    token = tokens[index]
    lines = token.content.rstrip("\n").split("\n")
    prompts = _PROMPTS.get(token.info)
    marked = "\n".join(_session(lines, prompts) if prompts else map(escape, lines))
    return f'<pre><code class="{escape(token.info)}">{marked}</code></pre>\n'


def _session(lines: Sequence[str], prompts: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of a session, its commands marked; one goes on after a backslash at the end of its line."""
    typed = False
    for line in lines:
        prompt = next((prompt for prompt in prompts if line.startswith(prompt)), "")
        if prompt or typed:
            shown = f'<span class="prompt">{escape(prompt)}</span>' if prompt else ""
            yield f"{shown}<b>{escape(line.removeprefix(prompt))}</b>"
        else:
            yield escape(line)
        typed = bool(prompt or typed) and line.endswith("\\")


def _nothing(*_: Any) -> str:
    return ""


def _table(_: RendererProtocol, tokens: Sequence[Token], index: int, *__: Any) -> str:
    return '<div class="table"><table>\n' if tokens[index].nesting > 0 else "</table></div>\n"


_RULES: dict[str, Callable[..., str]] = {
    "fence": _fence,
    "html_block": _nothing,
    "html_inline": _nothing,
    "table_open": _table,
    "table_close": _table,
}
