"""XML answers become documents, and bombs do not."""

import pytest

from nexcred.model import strict_xml

ANSWER = b"""<?xml version="1.0" encoding="UTF-8"?>
<e:Reply xmlns:e="https://example.com/doc/">
  <Owner kind="person"><ID>42</ID><!-- who --><Name>A &amp; B &#252;</Name></Owner>
  <Part>1</Part><Part>2</Part><Part/>
  <Text><![CDATA[<b>]]></Text>
</e:Reply>
"""


def test_elements_become_keys_and_repeated_ones_lists() -> None:
    assert strict_xml.loads(ANSWER) == {
        "Reply": {"Owner": {"ID": "42", "Name": "A & B ü"}, "Part": ["1", "2", ""], "Text": "<b>"}
    }


@pytest.mark.parametrize(
    "bad",
    [
        b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "https://example.com/a.dtd"><a/>',
        b"<a>&undeclared;</a>",
        b"<a>" * 1000 + b"</a>" * 1000,
        b"<a>" * 100_000,
        b"<a><b></a></b>",
        b"<a/><b/>",
        b"<a/>text",
        b'{"a": 1}',
        b"",
        b"<a>\xff</a>",
    ],
)
def test_anything_else_is_refused(bad: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        strict_xml.loads(bad)
