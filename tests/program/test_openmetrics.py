"""The board for Prometheus: held against its own parser."""

from datetime import UTC, datetime, timedelta

from prometheus_client.openmetrics.parser import text_string_to_metric_families

from tests.support.opened import Opened
from tests.support.standins.aventri import Aventri
from tests.support.standins.resci import Resci


def _samples(text: str) -> dict[tuple[str, str, str], float]:
    """Return the values by metric, name and what else is told of it."""
    found = {}
    for family in text_string_to_metric_families(text):  # type: ignore[no-untyped-call]
        for sample in family.samples:
            rest = sample.labels.get("status") or sample.labels.get("trouble") or ""
            found[(sample.name, sample.labels.get("name", ""), rest)] = sample.value
    return found


def test_prometheus_reads_the_board(opened: Opened, aventri: Aventri, resci: Resci) -> None:
    odd = 'prod "eu" \\ café'
    assert opened.add(aventri, odd).code == 0
    assert opened.add(resci, "--no-probe", "--expires", "2030-01-31").code == 0
    done = opened("status", "--openmetrics", "nexcred.prom")
    assert done.code == 0, done.err
    path = opened.home / "nexcred.prom"
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text()
    assert text.endswith("# EOF\n")
    found = _samples(text)
    assert found[("nexcred_credential_status", odd, "accepted")] == 1
    assert found[("nexcred_credential_status", "resci", "unknown")] == 1
    assert found[("nexcred_credential_last_proved_timestamp_seconds", odd, "")] > 1.7e9
    assert ("nexcred_credential_last_proved_timestamp_seconds", "resci", "") not in found
    ends = datetime.fromtimestamp(found[("nexcred_credential_expires_timestamp_seconds", "resci", "")], UTC)
    assert abs(ends - datetime(2030, 1, 31, tzinfo=UTC)) < timedelta(days=2)  # the end of the day
    assert found[("nexcred_status_rows", "", "refused")] == 0
    assert found[("nexcred_status_rows", "", "hint")] == 2


def test_a_file_that_its_reader_may_read_stays_so(opened: Opened) -> None:
    path = opened.home / "nexcred.prom"
    path.touch()
    path.chmod(0o640)
    assert opened("status", "--openmetrics", "nexcred.prom", "--json").code == 0
    assert path.stat().st_mode & 0o777 == 0o640
    assert opened("status", "--openmetrics", "nowhere/nexcred.prom").code == 1
