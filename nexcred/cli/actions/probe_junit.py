"""The report of probes that CI systems read, in a file of its own."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from nexcred.cli.actions.probe import ProbedVault
from nexcred.cli.render.junit import VaultTests, junit_document
from nexcred.errors import UsageError
from nexcred.local.private_file import refuse_strange, write_private_file
from nexcred.model.credential import Credential


def refuse_report(path: Path) -> None:
    """Raise before anybody is asked: probing takes minutes, and what it found would have no place."""
    if not path.absolute().parent.is_dir():
        raise UsageError(f"there is no folder for --junit {path}", hint="make it first, or name another file")
    refuse_strange(path)


def write_junit(path: Path, done: Sequence[tuple[str, ProbedVault]], ended: datetime) -> None:
    """Write what was found in each vault, by what it is called; "" for the only one."""
    began = min((one.began for _, one in done), default=ended)
    parts = [VaultTests(vault, one.report.probed, _left_out(one)) for vault, one in done]
    write_private_file(path, junit_document(parts, began=began, took_s=(ended - began).total_seconds()))


def _left_out(done: ProbedVault) -> list[tuple[Credential, str]]:
    report, probed = done.report, {one.credential.id for one in done.report.probed}
    reasons = {credential.id: "not shared with this identity" for credential in report.withheld}
    reasons |= {credential.id: error.message for credential, error in report.wrong}
    return [
        (credential, reasons.get(credential.id, "interrupted before its turn"))
        for credential in done.chosen
        if credential.id not in probed
    ]
