"""The floor of a service: a route of starlette's under uvicorn, on a port that it prints."""

import socket

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


def _answer(request: Request) -> JSONResponse:
    """Run in a thread, as starlette does what is no coroutine."""
    return JSONResponse({"value": request.path_params["name"]})


def main() -> None:
    """Serve until it is ended."""
    app = Starlette(routes=[Route("/bare/{name}", _answer)])
    listening = socket.create_server(("127.0.0.1", 0))
    # asyncio sets it on a socket that says its protocol; without it each answer waits for a delayed acknowledgement.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    server = uvicorn.Server(uvicorn.Config(app, http="h11", loop="asyncio", log_level="error", access_log=False))
    server.run(sockets=[listening])


if __name__ == "__main__":
    main()
