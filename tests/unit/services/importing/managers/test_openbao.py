"""KV secrets of OpenBao as `bao kv list` and `bao kv get` write them (openbao.org/docs/commands/kv)."""

import json

import pytest

from nexcred.errors import CommandNotFound, NexcredError, UsageError
from nexcred.services.importing.files import SourceFile
from nexcred.services.importing.found import ImportCandidate
from nexcred.services.importing.managers.openbao import read_openbao
from nexcred.services.importing.request import ImportRequest
from tests.support.exports.programs import Told
from tests.support.import_readings import plain, problem

VALUES = {"user": "ada", "key": "k-EXAMPLE", "n": 5, "on": True, "list": ["a"], "deep": {"a": 1}, "none": None}
SECOND = json.dumps({"request_id": "r", "data": {"data": VALUES, "metadata": {"version": 3}}}).encode()
FIRST = json.dumps({"request_id": "r", "data": VALUES}).encode()
WANTED = {"user": "ada", "key": "k-EXAMPLE", "n": "5", "on": "true", "list": '["a"]', "deep": '{"a": 1}'}


@pytest.mark.parametrize("written", [FIRST, SECOND], ids=["version 1", "version 2"])
def test_what_bao_wrote(written: bytes) -> None:
    (one,) = read_openbao(ImportRequest((SourceFile("FILE", written, path="/work/billing.json"),))).found
    assert isinstance(one, ImportCandidate)
    assert one.name == "billing"
    assert plain(one) == WANTED
    assert one.public == ("user",)


def test_all_below_a_path() -> None:
    told = Told(
        {
            "bao kv list -format=json secret": b'["app/", "top"]',
            "bao kv list -format=json secret/app": b'["db", "db/"]',
            "bao kv list -format=json secret/app/db": b'["ro"]',
            "bao kv get -format=json secret/top": SECOND,
            "bao kv get -format=json secret/app/db": SECOND,
            "bao kv get -format=json secret/app/db/ro": json.dumps({"data": {"data": None, "metadata": {}}}).encode(),
        }
    )
    reading = read_openbao(ImportRequest(place="secret/", programs=told))
    assert reading.notes == ("left out, since they are deleted: secret/app/db/ro",)
    names = [(one.name, type(one)) for one in reading.found]
    assert names == [
        ("secret_app_db", ImportCandidate),
        ("secret_top", ImportCandidate),
    ]


def test_one_secret_by_its_path() -> None:
    told = Told({"vault kv get -format=json secret/top": SECOND})
    (one,) = read_openbao(ImportRequest(place="secret/top", programs=told)).found
    assert isinstance(one, ImportCandidate)


def test_what_cannot_be_is_told() -> None:
    with pytest.raises(UsageError, match="name a path"):
        read_openbao(ImportRequest())
    with pytest.raises(CommandNotFound, match="no program 'bao'"):
        read_openbao(ImportRequest(place="secret"))
    told = Told({"bao kv list -format=json x": b"[]"})
    with pytest.raises(NexcredError, match="finds nothing"):
        read_openbao(ImportRequest(place="x", programs=told))
    told = Told({"bao kv list -format=json x": b'["a/"]'})
    with pytest.raises(NexcredError, match="does not list 'x/a'"):
        read_openbao(ImportRequest(place="x", programs=told))
    assert "holds no value" in problem(read_openbao(ImportRequest((SourceFile("FILE", b"{}"),))))
