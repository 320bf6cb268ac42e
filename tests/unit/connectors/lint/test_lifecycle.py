"""How keys are replaced and ended, and how people are told, where a file has it wrong."""

import pytest

from nexcred.connectors.language.lifecycle_spec import Revoke, Rotate
from tests.support.parcels import ADD, CHANGE, PARCELS, REVOKE
from tests.unit.connectors.specs import changed, connector_of, problems_of

FIELDS = """\
  kind = "url"
  advanced = true
  default = "https://api.parcels.test"

  [[method.field]]
  name = "tenant"
  label = "Tenant"
  pattern = "[a-z]+"
"""
HOSTS = 'hosts = ["hooks.parcels.test", "{tenant}.parcels.test"]'
AT_HOSTS = changed('  kind = "url"\n', FIELDS, changed("\n[[method]]", f"{HOSTS}\n\n[[method]]", PARCELS))
NOTIFY = """
  [method.notify]
  kind = "slack"
  request = { method = "POST", url = "https://hooks.parcels.test/say/{api_key}", json = { text = "{message}" } }
"""
OUTLIVED = 'page = "https://www.parcels.test/keys"\n  outlives = "links"\n  outlives_s = 3600'
LIFE = AT_HOSTS + REVOKE + NOTIFY + changed("most = 3", f"most = 3\n  {OUTLIVED}", ADD)
CREATE = LIFE[LIFE.index("    [method.rotate.create]") : LIFE.index("\n    set = ")]
SET = '    set = { api_key = "key", key_id = "id" }'
WHOLE_CREATE = f"{CREATE}\n{SET}\n"
LIST = LIFE[LIFE.index("    [method.rotate.list]") : LIFE.index("    [method.rotate.revoke]")]
OLD_KEY = LIFE[LIFE.index("    [method.rotate.revoke]") :]
CHANGE_CALL = CHANGE[CHANGE.index("    [method.rotate.change]") :]
CHANGES = AT_HOSTS + CHANGE
REPLACES = changed('  kind = "add"\n  most = 3\n', '  kind = "replace"\n', changed(OLD_KEY, "", LIFE))
BY_ENGINE = changed(
    '  kind = "add"\n  most = 3\n',
    '  kind = "add"\n  engine = "aws_iam"\n',
    changed(OLD_KEY, "", changed(LIST, "", changed(WHOLE_CREATE, "", LIFE))),
)
HEADERS = 'scheme = "headers"\n  headers = { Authorization = "Bearer {api_key}" }'
LOOK_UP = 'look_up = { request = { url = "{base_url}/me" }, set = { may = "may" } }'
LOOKS = changed(SET, f"{SET}\n    {LOOK_UP}", changed('name = "nexcred {today}"', 'may = "{found.may}"', LIFE))
ENDS_FOUND = changed("{old.api_key}", "{found.id}", LIFE)
ENDS_FOUND = changed('  done = "taken"', f'  {LOOK_UP.replace("may", "id")}\n  done = "taken"', ENDS_FOUND)
ENDS_BY_ID = changed(OLD_KEY, changed("{old.key_id}", "{old.key_id}/{found.may}", OLD_KEY) + f"    {LOOK_UP}\n", LIFE)
ROLLS = changed('url = "{base_url}/keys", json', 'url = "{base_url}/keys/{old.key_id}/roll", json', REPLACES)
ROTATE, ENDS, TELLS = "method[0].rotate", "method[0].revoke", "method[0].notify"


@pytest.mark.parametrize(
    "spec",
    [LIFE, CHANGES, REPLACES, ROLLS, LOOKS, ENDS_FOUND],
    ids=["add", "change", "replace", "replace by id", "asks", "asks to end"],
)
def test_each_kind_of_rotation_is_taken(spec: str) -> None:
    assert problems_of(spec) == []


@pytest.mark.parametrize(
    ("old", "new", "place", "problem"),
    [
        ('kind = "add"', 'kind = "renew"', f"{ROTATE}.kind", "must be one of: add, by_hand, change, replace"),
        ('kind = "add"', 'kind = "by_hand"', f"{ROTATE}.create", "kind by_hand asks nobody"),
        ("most = 3", "most = 1", f"{ROTATE}.most", "is for kind add, and 2 or more"),
        ("settle_s = 0", "settle_s = -1", f"{ROTATE}.settle_s", "must be from 0 to 86400"),
        ("outlives_s = 3600", "", f"{ROTATE}.outlives", "says what, and 'outlives_s' for how long"),
        ("outlives_s = 3600", "outlives_s = 99999999", f"{ROTATE}.outlives_s", "must be from 0 to"),
        ("www.parcels.test/keys", "www.evil.test/keys", f"{ROTATE}.page", "must be at a host of the provider"),
        ('page = "https://www', 'page = "http://www', f"{ROTATE}.page", "must begin with https://"),
        (WHOLE_CREATE, "", ROTATE, "kind add needs 'create', or an engine"),
        (OLD_KEY, "", ROTATE, "kind add needs 'revoke', or an engine"),
        (LIST, f"{LIST}{CHANGE_CALL}", f"{ROTATE}.change", "kind add has no 'change'"),
        ("most = 3", 'engine = "aws_iam"', f"{ROTATE}.create", "the engine does that"),
        ("most = 3", 'engine = "magic"', f"{ROTATE}.engine", "must be one of: "),
        ("most = 3", 'engine = "postgresql"', f"{ROTATE}.engine", "is for the scheme 'login' with that driver"),
        ('api_key = "key"', 'api_key = "keys["', f"{ROTATE}.create.set.api_key", "is not a JMESPath expression"),
        ('key_id = "id"', 'key_id = "id", base_url = "url"', f"{ROTATE}.create.set.base_url", "decides where the cred"),
        ('key_id = "id"', 'key_id = "id", tenant = "t"', f"{ROTATE}.create.set.tenant", "decides where the credential"),
        ('api_key = "key"', 'secret = "key"', f"{ROTATE}.create.set.secret", "is not a field"),
        ('api_key = "key", ', "", f"{ROTATE}.create", "lacks 'set' for a secret field"),
        (', key_id = "id"', "", f"{ROTATE}.create.set", "lacks 'key_id', by which the list knows the key"),
        (SET, f'{SET}\n    by = "new"', f"{ROTATE}.create.by", "must be old, rotator or"),
        (SET, f'{SET}\n    accept_status = "ok"', f"{ROTATE}.create.accept_status", "must be statuses"),
        (SET, f'{SET}\n    expect = "["', f"{ROTATE}.create.expect", "is not a JMESPath expression"),
        (
            'url = "{base_url}/keys", json',
            'url = "https://evil.test/keys", json',
            f"{ROTATE}.create.request.url",
            "goes to a host that the method does not have",
        ),
        (
            '{ url = "{base_url}/keys" }',
            '{ url = "{base_url}/keys/{api_key}" }',
            f"{ROTATE}.list.request.url",
            "the secret 'api_key' would stand in a URL",
        ),
        (
            '{ url = "{base_url}/keys" }',
            '{ url = "{base_url}/keys", query = { k = "{api_key}" } }',
            f"{ROTATE}.list.request.query.k",
            "the secret 'api_key' would stand in a URL",
        ),
        ("nexcred {today}", "{new.api_key}", f"{ROTATE}.create.request.json", "names 'new.api_key', which is no field"),
        ('each = "keys[]"', 'each = "keys["', f"{ROTATE}.list.each", "is not a JMESPath expression"),
        ('id = "id"\n', 'id = ""\n', f"{ROTATE}.list.id", "is empty"),
        ("starts_with(name, 'nexcred ')", "a &&", f"{ROTATE}.list.ours", "is not a JMESPath expression"),
        ('created = "created_at"', 'by = "new"', f"{ROTATE}.list.by", "must be old, rotator or"),
        ('kept = "key_id"', 'kept = "api_key"', f"{ROTATE}.list.kept", "is not a field of kind text that is no secret"),
        (
            "/keys/{old.key_id}",
            "/keys/{new.key_id}",
            f"{ROTATE}.revoke.request",
            "must name the key by {old.key_id} alone, since a lost key is revoked by it too",
        ),
        ("/keys/{old.key_id}", "/{old.api_key}", f"{ROTATE}.revoke.request.url", "would stand in a URL"),
        ("/keys/{old.key_id}", "/keys/{old.id}", f"{ROTATE}.revoke.request.url", "names 'old.id', which is no field"),
        (OLD_KEY, f"{OLD_KEY}    settle_s = 1\n", f"{ROTATE}.revoke.settle_s", "belongs into 'rotate' itself"),
        (OLD_KEY, f'{OLD_KEY}    where = "x"\n', f"{ROTATE}.revoke.where", "belongs into the method's 'revoke'"),
        (
            'by = "nobody"',
            'by = "anybody"',
            f"{ENDS}.by",
            "must be one of: client, new, nobody, old, rotator, rotator_or_new",
        ),
        ('by = "nobody"', 'by = "client"', f"{ENDS}.by", "'client' is for schemes that have a token endpoint"),
        (
            ', json = { key = "{old.api_key}" } }\n  by = "nobody"',
            ' }\n  by = "client"',
            f"{ENDS}.request",
            "is sent by a client: it needs a 'form' or a 'json'",
        ),
        ('by = "new"', 'by = "client"', f"{ROTATE}.revoke.by", "is for the method's own 'revoke'"),
        ('done = "taken"', 'done = "perhaps"', f"{ENDS}.done", "must be one of: gone, taken"),
        ('done = "taken"', 'engine = "aws_iam"', ENDS, "has an engine and a request"),
        ("code == 'unknown_key'", "x[", f"{ENDS}.already", "is not a JMESPath expression"),
        ('done = "taken"', 'page = "https://evil.test/"', f"{ENDS}.page", "must be at a host of the provider"),
        (
            '  request = { method = "POST", url = "{base_url}/end", json = { key = "{old.api_key}" } }\n',
            "",
            f"{ENDS}.by",
            "belongs to a 'request'",
        ),
        ("{old.api_key}", "{session.refresh_token}", f"{ENDS}.request.json", "names 'session.refresh_token'"),
        ('kind = "slack"', 'kind = "smtp"', TELLS, "kind smtp needs 'mail'"),
        ('kind = "slack"', 'kind = "smtp"', f"{TELLS}.kind", "smtp is for the scheme 'login' with driver 'smtp'"),
        (HEADERS, 'scheme = "login"\n  driver = "smtp"', f"{TELLS}.kind", "slack is for schemes that speak HTTP"),
        ('kind = "slack"', 'kind = "slack"\n  mail = {}', f"{TELLS}.mail", "is for kind smtp"),
        (
            'kind = "slack"',
            'kind = "slack"\n  signing_key = "{api_key}"',
            f"{TELLS}.signing_key",
            "is for kind webhook",
        ),
        ('kind = "slack"', 'kind = "webhook"\n  signing_key = "{key}"', f"{TELLS}.signing_key", "names 'key'"),
        ('text = "{message}"', 'text = "hello"', f"{TELLS}.request", "does not name {message}"),
        ("/say/{api_key}", "/say/{message}", f"{TELLS}.request.url", "is no place for a message"),
        (
            "https://hooks.parcels",
            "https://hooks.evil",
            f"{TELLS}.request.url",
            "goes to a host that the method does not",
        ),
        ("/say/{api_key}", "/say/{subject}", f"{TELLS}.request.url", "is no place for a subject"),
        ('text = "{message}"', 'text = "{subject}"', f"{TELLS}.request", "does not name {message}"),
        ('name = "key_id"', 'name = "subject"', TELLS, "needs the name 'subject' for what it tells"),
        ('name = "key_id"', 'name = "message"', TELLS, "needs the name 'message' for what it tells"),
    ],
)
def test_what_is_wrong_is_found_where_it_stands(old: str, new: str, place: str, problem: str) -> None:
    found = problems_of(changed(old, new, LIFE))
    assert any(at.endswith(f": {place}") and problem in said for at, said in found), found


@pytest.mark.parametrize(
    ("spec", "old", "new", "place", "problem"),
    [
        (CHANGES, "api_key = 32", "key_id = 32", f"{ROTATE}.change.make.key_id", "is not a secret field of kind text"),
        (CHANGES, "api_key = 32", "api_key = 8", f"{ROTATE}.change.make.api_key", "must be from 16 to 512 characters"),
        (CHANGES, "    make = { api_key = 32 }\n", "", f"{ROTATE}.change", "lacks 'make'"),
        (
            CHANGES,
            "make = { api_key = 32 }",
            'make = { api_key = 32 }\n    set = { api_key = "key" }',
            f"{ROTATE}.change.set.api_key",
            "is made here already",
        ),
        (CHANGES, CHANGE, f"{CHANGE}{OLD_KEY}", f"{ROTATE}.revoke", "kind change has no revoke: the same call revokes"),
        (CHANGES, CHANGE, f"{CHANGE}{LIST}", f"{ROTATE}.list", "kind change has no 'list'"),
        (REPLACES, LIST, f"{LIST}{OLD_KEY}", f"{ROTATE}.revoke", "kind replace has no revoke: the same call revokes"),
        (LOOKS, "{found.may}", "{found.more}", f"{ROTATE}.create.look_up.set.may", "is nowhere in the request"),
        (
            LOOKS,
            "{found.may}",
            "{found.more}",
            f"{ROTATE}.create.request.json",
            "names 'found.more', which is no field",
        ),
        (LOOKS, 'may = "may"', 'may = "["', f"{ROTATE}.create.look_up.set.may", "is not a JMESPath expression"),
        (LOOKS, 'set = { may = "may" }', "set = {}", f"{ROTATE}.create.look_up.set", "is empty"),
        (LOOKS, "set = { may", 'by = "new", set = { may', f"{ROTATE}.create.look_up.by", "must be old, rotator or"),
        (LOOKS, '/me" }, set', '/{api_key}" }, set', f"{ROTATE}.create.look_up.request.url", "stand in a URL"),
        (LOOKS, '/me" }, set', '/{found.may}" }, set', f"{ROTATE}.create.look_up.request.url", "which is no field"),
        (ENDS_FOUND, "{found.id}", "{found.ids}", f"{ENDS}.look_up.set.id", "is nowhere in the request"),
        (ENDS_BY_ID, "", "", f"{ROTATE}.revoke.look_up", "asks about a key that has a secret"),
        (BY_ENGINE, "add", "add", f"{ROTATE}.engine", "'aws_iam' is for the scheme 'sigv4'"),
    ],
)
def test_what_is_wrong_with_the_other_kinds_is_found(spec: str, old: str, new: str, place: str, problem: str) -> None:
    found = problems_of(changed(old, new, spec) if old != new else spec)
    assert any(at.endswith(f": {place}") and problem in said for at, said in found), found


def test_a_key_that_nobody_proves_is_not_replaced() -> None:
    spec = changed('  [method.probe]\n  request = { url = "{base_url}/me" }\n  expect = "user"\n', "", LIFE)
    found = problems_of(changed('label = "API key"', 'label = "API key"\nunprobed = "no"', spec))
    assert [said for _, said in found] == ["replaces a key that nobody proves: it needs a probe"]


def test_what_a_connector_says_once_holds_for_its_methods_until_they_say_otherwise() -> None:
    shared = 'revoke = "in Acme under Keys"\nrotate = { kind = "by_hand", note = "Both work." }\n'
    spec = changed("\n[[method]]", f"{shared}\n[[method]]")
    assert connector_of(spec).methods[0].rotate == Rotate(kind="by_hand", note="Both work.")
    assert connector_of(spec).methods[0].revoke == "in Acme under Keys"
    own = connector_of(changed("  [method.auth]", '  [method.revoke]\n  where = "there"\n\n  [method.auth]', spec))
    assert own.methods[0].revoke == Revoke(where="there")


def test_no_answer_brings_a_key_whose_part_is_in_the_host() -> None:
    part = '  part = [{ name = "place", after = "-", pattern = "[a-z]{2}", public = true }]'
    key = '  secret = true\n  env = "PARCELS_KEY"\n'
    parted = changed(key, f"{key}{part}\n", LIFE)
    assert problems_of(parted) == []
    in_host = changed('default = "https://api.parcels.test"', 'default = "https://{place}.parcels.test"', parted)
    assert [problem for _, problem in problems_of(in_host)] == [
        "decides where the credential is sent, which no answer may"
    ]
    made = changed(key, f"{key}{part}\n", CHANGES)
    assert [problem for _, problem in problems_of(made)] == ["is not a secret field of kind text without parts"]
