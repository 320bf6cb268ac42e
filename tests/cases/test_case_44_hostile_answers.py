"""Case 44: bombs, endless and dripping answers: memory and time are bounded."""

import tracemalloc

import pytest

from nexcred.model.probe import ProbeStatus
from nexcred.network.failures import TransportFailed
from tests.support.standins import Answer, Fault, Rest, faults
from tests.support.standins.authority import Authority
from tests.support.standins.reach import send

_BOMB = faults.gzip_bomb(1024 * 1024 * 1024)


@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        (_BOMB, "the answer is longer than 1 MiB"),
        (faults.always(Answer(200, b"x" * (1024 * 1024 + 1))), "the answer is longer than 1 MiB"),
        (faults.endless_chunks(), "the answer is longer than 1 MiB"),
        (faults.many_headers(), "the answer has more than 500 headers"),
        (faults.long_header(), "the answer has headers of more than 256 KiB"),
    ],
)
def test_case_44_an_answer_without_measure_is_cut_in_bounded_memory(rest: Rest, fault: Fault, detail: str) -> None:
    rest.fault = fault
    tracemalloc.start()
    try:
        with pytest.raises(TransportFailed) as failed:
            send(rest)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (failed.value.status, failed.value.detail) == (ProbeStatus.INCONCLUSIVE, detail)
    assert peak < 32 * 1024 * 1024  # the stand-in's own side of it, in this process, included


@pytest.mark.parametrize(
    "fault",
    [faults.silence(), faults.drip(), faults.drip(b""), faults.drip_headers(), faults.endless_continue()],
    ids=["silence", "dripping body", "dripping status line", "dripping header", "endless interim answers"],
)
@pytest.mark.parametrize("tls", [False, True])
def test_case_44_an_answer_without_end_is_cut_at_the_deadline(fault: Fault, authority: Authority, *, tls: bool) -> None:
    environment = {"SSL_CERT_FILE": str(authority.bundle)}
    with (
        Rest(tls=authority.server_context() if tls else None, fault=fault) as rest,
        pytest.raises(TransportFailed) as failed,
    ):
        send(rest, environment=environment, within_s=0.3)
    assert failed.value.status is ProbeStatus.UNREACHABLE
    assert failed.value.detail == "no complete answer within 0.3 s"
