"""Case 58, of import: what is wrong with a secret, or beside one, is told without it."""

import json

import pytest

from nexcred.errors import NexcredError
from nexcred.services.importing.plan import plan_import
from nexcred.services.importing.save import refuse_hindered
from nexcred.services.importing.sources import SOURCES

CANARY = "canary-4711-EXAMPLE"
BAD = [
    ("nexla", json.dumps({"credentials_type": "resci", "credentials": {"api_key": {"deep": CANARY}}})),
    ("nexla", json.dumps([{"credentials_type": "resci", "credentials": [CANARY]}, CANARY, [CANARY], None])),
    ("nexla", json.dumps({"credentials_type": "resci", "credentials": {"api_key": CANARY}, "extra": CANARY})),
    ("nexla", json.dumps({"credentials_type": "rest", "credentials": {"auth.type": CANARY}})),
    ("nexla", json.dumps({"credentials_type": "postgres", "credentials": {"port": CANARY, "sslmode": CANARY}})),
    ("nexla", json.dumps({"credentials_type": "gcs", "credentials": {"service_account_key": CANARY}})),
    ("nexla", f'{{"credentials_type": "resci", "credentials": {{"api_key": "{CANARY}'),
    ("nexla", CANARY),
    ("env", f"PGPASSWORD={CANARY}\nAHA_API_KEY='{CANARY}"),
    ("aws", f"[default]\naws_secret_access_key = {CANARY}\n"),
    ("aws", f"[default]\naws_access_key_id = {CANARY} x\naws_secret_access_key = {CANARY}\nregion = {CANARY}!\n"),
    ("pgpass", f"h:5432:d:u\nh:{CANARY}\n{CANARY}\nh:x:d:u:{CANARY}"),
    ("pgservice", f"[a]\npassword={CANARY}\nport={CANARY}\n[b]\n{CANARY}\n"),
    ("mysql", f"[client]\npassword={CANARY}\nport={CANARY}\nhost={CANARY} x\n"),
    ("netrc", f"machine h login u password\nmachine h/x login u password {CANARY}\ndefault login u password {CANARY}"),
]

# What is named, and kept as it is.
KEPT = [
    f"X_DATABASE_URL=postgres://u:{CANARY}@h:port/d\nY=${{{CANARY}}}",
    f"DATABASE_URL=postgres://u:{CANARY}@a b/d?sslmode={CANARY}",
    f"AWS_SECRET_ACCESS_KEY={CANARY}\nPORT={CANARY}\n",
]


@pytest.mark.parametrize("text", KEPT)
def test_case_58_what_is_told_of_what_is_kept_holds_no_secret(text: str) -> None:
    reading = SOURCES["env"].read(text.encode())
    (item,) = plan_import(None, reading.found, ())
    assert item.new is not None
    assert "canary" not in f"{reading.notes} {item}"
    assert item.new.details.public == {}


@pytest.mark.parametrize(("source", "text"), BAD)
def test_case_58_an_import_that_fails_shows_no_secret(source: str, text: str) -> None:
    with pytest.raises(NexcredError) as caught:
        refuse_hindered(plan_import(None, SOURCES[source].read(text.encode()).found, ()), leave_out=False)
    told = caught.value
    assert "canary" not in f"{told.message} {told.hint} {told.problems}"
    assert told.exit_code == 2
