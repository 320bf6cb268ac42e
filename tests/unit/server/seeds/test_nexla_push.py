"""`nexcred nexla push` and `status` against our own service, from the vault of another home."""

import json
import shutil
from pathlib import Path

from tests.support.opened import Opened
from tests.support.service_keys import KEY
from tests.unit.server.seeds.conftest import Seeds

S3 = ("--set", "access_key_id=AKIAEXAMPLE012345678", "--set", "secret_key=env:SECRET", "--no-probe")


def test_what_is_pushed_to_our_own_service_is_there(seeds: Seeds, founded: tuple[Path, str], tmp_path: Path) -> None:
    shutil.copytree(founded[0], tmp_path / "client")
    client = Opened(tmp_path / "client", NEXCRED_IDENTITY=founded[1], NEXCRED_NO_INPUT="1")
    client.environment |= {
        "SECRET": "wJalrXUtnFEMIEXAMPLEKEY0123456789abcdefg",
        "KEY": KEY,
        "HELD": "resci-EXAMPLE",
    }
    reach = ("--set", f"base_url={seeds.ask.url}", "--allow-host", f"127.0.0.1:{seeds.ask.port}")
    added = client("add", "nexla", "--set", "service_key=env:KEY", *reach)
    assert (added.code, added.out) == (0, "added nexla: accepted\n"), added.err
    assert client("add", "s3", "S3 Production", *S3).code == 0
    assert client("add", "resci", "--set", "api_key=env:HELD", "--no-probe").code == 0
    for outcome in ("created", "replaced"):
        ran = client("nexla", "push", "S3 Production", "resci", "--json")
        assert ran.code == 0, ran.out + ran.err
        assert {one["outcome"] for one in json.loads(ran.out)} == {outcome}
    status = json.loads(client("nexla", "status", "--json").out)
    assert {one["name"]: one["state"] for one in status} == {"S3 Production": "current", "resci": "current"}
