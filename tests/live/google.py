"""Cloud Storage as a pair: our token endpoint, which verifies assertions, before an emulator, which has the buckets."""

import importlib.util
import sys
from collections.abc import Iterator

import pytest
import requests

from tests.live.daemon import free_port, running, throw_away_folder
from tests.support.standins.exchange import Answer, Received
from tests.support.standins.google import Google

BUCKET = "nexcred-live"


class CloudStorage(Google):
    """Lets nobody through to the emulator without a token that it gave."""

    name = "gcs"

    def __init__(self, emulator: str) -> None:
        super().__init__()
        self._emulator = emulator

    def storage(self, request: Received) -> Answer:
        headers = {"Content-Type": request.headers.get("content-type", "application/octet-stream")}
        answer = requests.request(
            request.method, self._emulator + request.target, data=request.body, headers=headers, timeout=30
        )
        kind = answer.headers.get("Content-Type", "application/json")
        return Answer(answer.status_code, answer.content, (("Content-Type", kind),))


@pytest.fixture(scope="module")
def cloud_storage() -> Iterator[CloudStorage]:
    if importlib.util.find_spec("gcp_storage_emulator") is None:
        pytest.skip("needs gcp-storage-emulator: pip install --group live")
    port = free_port()
    start = ["start", "-H", "127.0.0.1", "--port", str(port), "--in-memory", "--default-bucket", BUCKET, "--quiet"]
    command = [sys.executable, "-m", "gcp_storage_emulator", *start]
    with (
        throw_away_folder() as folder,
        running(command, folder, port, as_is=True),
        CloudStorage(f"http://127.0.0.1:{port}") as front,
    ):
        yield front
