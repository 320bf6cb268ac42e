"""Find the sentence by which a provider says why, wherever it is in the answer."""

from codecs import getincrementaldecoder

from nexcred.auth.pick import pick

LONGEST_MESSAGE = 4_000
_MOST_KEYS = 500
# Keys in lower case without what joins their words, `*` for whatever comes first; the most telling place comes first.
_WRITTEN = """
    message errordescription error.message error.message.value odataerror.message.value error
    errorresponse.error.message errorresponse.errors.error.message
    errors.0.message errors.0.detail errors.0.title errors.0.msg errors.0.errormessage errors.0.error
    errors.0.description errors.0 errors.message errors
    0.message 0.detail 0.error 0.errormessage 0.msg 0
    fault.faultstring fault.message envelope.body.fault.faultstring envelope.body.fault.reason.text
    detail detail.0.msg detail.message detail.error details
    msg errormessage errorsummary errormsg message.text message.0
    error.msg error.detail error.description error.errormessage error.errordescription error.text error.reason
    error.title
    error.0.message error.0.msg error.0
    meta.message meta.msg meta.errormessage meta.errordetail meta.error.message
    response.message response.error.message response.error response.errormessage
    status.message status.errormessage statusmessage result.message data.message
    title reason description errormessages.0 messages.0.message messages.0 nonfielderrors.0
    errors.*.0.message errors.*.0 errors.*
    error.code error.type error.status errorcode code
"""
_PLACES = tuple(tuple(place.split(".")) for place in _WRITTEN.split())


def sentence_in(document: object, expression: str = "") -> str:
    """Return the provider's sentence in one line, from where its spec says or from the usual places; "" without one."""
    if isinstance(document, str):
        return in_one_line(document)
    found = pick(expression, document)
    if isinstance(found, str) and found.strip():
        return in_one_line(found)
    by_plain_name: dict[int, dict[str, object]] = {}
    for part in (document, _inside(document)):
        for place in _PLACES:
            found = _at(place, part, by_plain_name)
            if isinstance(found, str) and found.strip():
                return in_one_line(found)
    return ""


def plain_sentence(body: bytes, content_type: str) -> str:
    """Return a body of plain text in one line; "" for bytes that are no text, or of another type."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in ("", "text/plain", "application/json", "application/problem+json"):
        return ""
    try:
        line = in_one_line(getincrementaldecoder("utf-8")().decode(body[:LONGEST_MESSAGE]))  # may end in half a letter
    except UnicodeDecodeError:
        return ""
    return line if line.isprintable() and not line.startswith(("<", "{", "[")) else ""


def in_one_line(text: str) -> str:
    return " ".join(text[:LONGEST_MESSAGE].split())


def _inside(document: object) -> object:
    """Return what is in an envelope, such as the root of a document of XML."""
    return next(iter(document.values())) if isinstance(document, dict) and len(document) == 1 else None


def _at(place: tuple[str, ...], node: object, by_plain_name: dict[int, dict[str, object]]) -> object:
    for key in place:
        if isinstance(node, list):
            node = node[0] if node and key in ("0", "*") else None
        elif isinstance(node, dict) and key == "*":
            node = next(iter(node.values()), None)
        elif isinstance(node, dict) and len(node) <= _MOST_KEYS:
            if id(node) not in by_plain_name:
                by_plain_name[id(node)] = _with_plain_names(node)
            node = by_plain_name[id(node)].get(key)
        else:
            return None
    return node


def _with_plain_names(node: dict[str, object]) -> dict[str, object]:
    plain: dict[str, object] = {}
    for name, value in node.items():
        plain.setdefault("".join(filter(str.isalnum, name)).lower(), value)
    return plain
