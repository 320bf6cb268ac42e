"""The timers of docs/notices.md, read by the programs that run them."""

import subprocess
import sys
from pathlib import Path

from tests.docs.timers import files_of_page


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    nexcred = Path(sys.executable).parent / "nexcred"
    units = []
    for name in ("nexcred-watch.service", "nexcred-watch.timer"):
        path = tmp_path / name
        path.write_text(files_of_page()[name].replace("nexcred -q", f"{nexcred} -q"))
        units.append(str(path))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_kubernetes_takes_the_job(tmp_path: Path) -> None:
    path = tmp_path / "cronjob.yaml"
    path.write_text(files_of_page()["cronjob.yaml"])
    validate = [str(Path(sys.executable).parent / "kubernetes-validate"), "--strict", str(path)]
    done = subprocess.run(validate, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
