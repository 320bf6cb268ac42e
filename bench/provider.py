"""A provider that answers after 50 ms, as a process of its own: it prints its port, and ends with its stdin.

It takes the keys that are made here and no others: a probe that may ask whether it takes just any key does so.
"""

import asyncio
import sys

ANSWERS_AFTER_S = 0.05
KEY = "bench-key"
_BODY = b'{"user": {"email": "ops@example.com"}}'
_REFUSAL = b'{"error": "unauthorized"}'


def _answer_of(status: bytes, body: bytes) -> bytes:
    headers = b"Content-Type: application/json\r\nConnection: close\r\nContent-Length: %d" % len(body)
    return b"HTTP/1.1 %s\r\n%s\r\n\r\n%s" % (status, headers, body)


_TAKEN, _REFUSED = _answer_of(b"200 OK", _BODY), _answer_of(b"401 Unauthorized", _REFUSAL)


async def serve() -> None:
    """Serve until standard input ends."""
    server = await asyncio.start_server(_answer, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        asked = await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(ANSWERS_AFTER_S)
        writer.write(_TAKEN if KEY.encode() in asked else _REFUSED)
        await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        pass  # a client that is being measured may hang up
    finally:
        writer.close()


if __name__ == "__main__":
    asyncio.run(serve())
