"""A provider that answers all after 50 ms, as a process of its own: it prints its port, and ends with its stdin."""

import asyncio
import sys

ANSWERS_AFTER_S = 0.05
_BODY = b'{"user": {"email": "ops@example.com"}}'
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (
    len(_BODY),
    _BODY,
)


async def serve() -> None:
    """Serve until standard input ends."""
    server = await asyncio.start_server(_answer, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(ANSWERS_AFTER_S)
        writer.write(_ANSWER)
        await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        pass  # a client that is being measured may hang up
    finally:
        writer.close()


if __name__ == "__main__":
    asyncio.run(serve())
