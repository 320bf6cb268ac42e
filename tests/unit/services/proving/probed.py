"""How the tests probe all of a vault, and what they compare."""

from collections.abc import Callable
from datetime import datetime

from nexcred.model.times import utc_now
from nexcred.services.proving.probe_many import Probed, Report, probe_many
from nexcred.services.proving.probe_options import ProbeOptions
from nexcred.services.proving.prober import Prober
from nexcred.vault.vault import Vault
from tests.unit.services.places import unrenewed


def probe_all(
    vault: Vault,
    prober: Prober,
    options: ProbeOptions | None = None,
    *,
    now: datetime | None = None,
    on_result: Callable[[Probed], None] = lambda _probed: None,
) -> Report:
    return probe_many(
        vault,
        vault.credentials(),
        prober,
        unrenewed(vault),
        now=now or utc_now(),
        options=options,
        on_result=on_result,
    )


def statuses(report: Report) -> dict[str, str]:
    return {one.credential.name: one.result.status.value for one in report.probed}
