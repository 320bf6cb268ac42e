"""How the tests probe all of a vault, and what they compare."""

from nexcred.model.times import utc_now
from nexcred.services.proving.probe_many import Report, probe_many
from nexcred.services.proving.probe_options import ProbeOptions
from nexcred.services.proving.prober import Prober
from nexcred.vault.vault import Vault
from tests.unit.services.places import unrenewed


def probe_all(vault: Vault, prober: Prober, options: ProbeOptions | None = None) -> Report:
    return probe_many(vault, vault.credentials(), prober, unrenewed(vault), now=utc_now(), options=options)


def statuses(report: Report) -> dict[str, str]:
    return {one.credential.name: one.result.status.value for one in report.probed}
