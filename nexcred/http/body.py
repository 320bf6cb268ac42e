"""Reading an answer's body: decompressed, but never more than a bound."""

from urllib3.response import BaseHTTPResponse

from nexcred.network.failures import TransportFailed

LARGEST_BODY_BYTES = 1024 * 1024
_PIECE_BYTES = 64 * 1024


def read_body(answer: BaseHTTPResponse, largest: int = LARGEST_BODY_BYTES) -> bytes:
    """Return the whole body; raise TransportFailed when it has more bytes than `largest`, which are never kept."""
    pieces: list[bytes] = []
    size = 0
    for piece in answer.stream(_PIECE_BYTES, decode_content=True):
        size += len(piece)
        if size > largest:
            raise TransportFailed.inconclusive(
                f"the answer is longer than {largest // 1024 // 1024} MiB", answer.status
            )
        pieces.append(piece)
    return b"".join(pieces)
