"""The service on this machine: HTTP for other languages, clusters and pipelines, and the page.

`edge` lets a request in or refuses it, `endpoint` says what there is, `call` is one request that was let in. It stands
on `services/` and `wire/` as the command line does. Only `nexcred serve` and `nexcred ui` import it, since starlette
and uvicorn are an extra.
"""
