"""Nexla's own SDK, unchanged, as the client: what is called on it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from nexla_sdk import NexlaClient
from nexla_sdk.models.access import TeamAccessorRequest, UserAccessorRequest
from nexla_sdk.models.credentials.requests import (
    CredentialCreate,
    CredentialUpdate,
    ProbeSampleRequest,
    ProbeTreeRequest,
)

from tests.support.service_keys import KEY

VALUES = {"base_url": "https://api.example.com", "api_key": "rest-key-EXAMPLE", "health_path": "/health"}
CREATE = CredentialCreate(name="api", credentials_type="rest", description="for reports", credentials=VALUES)
UPDATE = CredentialUpdate(name="API 2", credentials={**VALUES, "api_key": "other-EXAMPLE"})
ACCESSORS = [
    UserAccessorRequest(email="bob", access_roles=["collaborator"]),
    TeamAccessorRequest(name="data", access_roles=["admin"]),
]

# What it sends is a vector: tests/vectors/nexla/sdk-1.0.8.json has it, call by call, in this order.
CALLS: dict[str, Callable[[Any, int], object]] = {
    "list": lambda client, _: client.credentials.list(),
    "list a page": lambda client, _: client.credentials.list(
        credentials_type="rest", page=1, per_page=20, access_role="owner"
    ),
    "create": lambda client, _: client.credentials.create(CREATE),
    "get": lambda client, number: client.credentials.get(number),
    "get expanded": lambda client, number: client.credentials.get(number, expand=True),
    "update": lambda client, number: client.credentials.update(number, UPDATE),
    "probe": lambda client, number: client.credentials.probe(number),
    "probe in the background": lambda client, number: client.credentials.probe(number, async_mode=True, request_id=7),
    "probe tree": lambda client, number: client.credentials.probe_tree(number, ProbeTreeRequest(depth=1, path="/")),
    "probe sample": lambda client, number: client.credentials.probe_sample(number, ProbeSampleRequest(path="/a")),
    "accessors": lambda client, number: client.credentials.get_accessors(number),
    "add accessors": lambda client, number: client.credentials.add_accessors(number, ACCESSORS),
    "replace accessors": lambda client, number: client.credentials.replace_accessors(number, ACCESSORS),
    "delete accessors": lambda client, number: client.credentials.delete_accessors(number, ACCESSORS),
    "delete all accessors": lambda client, number: client.credentials.delete_accessors(number),
    "audit log": lambda client, number: client.credentials.get_audit_log(
        number,
        from_date="2026-01-01",
        to_date="2026-12-31",
        event_filter="update",
        change_filter="api_key",
        page=1,
        per_page=20,
    ),
    "delete": lambda client, number: client.credentials.delete(number),
}


@contextmanager
def sdk(url: str, key: str = KEY) -> Iterator[Any]:
    """Return a client with a service key, which logs in by itself; its connections end with it."""
    client = NexlaClient(service_key=key, base_url=url)
    try:
        yield client
    finally:
        client.http_client.session.close()
