"""A service account's key is rotated by a program that is killed at every change of its vault, and no key is lost."""

import json
from pathlib import Path

from tests.support.killed import rotating
from tests.support.standins.google_iam import GoogleIam


def test_a_service_account_has_one_key_wherever_the_program_was_killed(tmp_path: Path) -> None:
    with GoogleIam() as google, rotating(tmp_path / "home") as case:
        values = {
            "service_account_key": json.dumps(google.service_account),
            "base_url": google.url,
            "iam_url": google.url,
        }
        case.add(case.hastened("gcs"), values, google.host)
        others = set(google.keys) - {google.private_key_id}
        moments = 0
        for moment in case.killed_everywhere(before=False):
            moments += 1
            kept = json.loads(str(case.present()["service_account_key"]))
            assert set(google.keys) - others == {kept["private_key_id"]}, moment
        assert moments > 8
        assert case.program("probe", "key").code == 0
        assert case.states()[:2] == ["present", "dead"]
