"""A connector that changes after a credential was saved sends it nowhere new without a yes."""

import pytest

from nexcred.connectors.load.loader import load_connector
from nexcred.errors import HostRefused
from nexcred.model.credential import Credential
from nexcred.model.times import utc_now
from nexcred.services.credentials.draft import prepare_new
from nexcred.services.credentials.merged_values import UpdateInput
from nexcred.services.credentials.update import prepare_update, save_update
from nexcred.services.proving.probe_many import probe_many
from nexcred.services.proving.prober import Prober
from nexcred.services.proving.try_connector import credential_to_try
from nexcred.services.values.hosts import policy_for, sending_policy
from nexcred.vault.vault import Vault
from tests.unit.connectors.specs import SPEC, changed
from tests.unit.services.own_connector import Write, write
from tests.unit.services.places import keep, never_taken, unrenewed

__all__ = ["write"]

VALUES = {"tenant": "parcels", "api_key": "acme-key-EXAMPLE"}
MOVED = changed("https://{tenant}.acme.test/me", "https://{tenant}.evil.test/me")
FURTHER = changed('label = "API key"\n', 'label = "API key"\nhosts = ["files.acme.test"]\n')


@pytest.fixture
def credential(vault: Vault, write: Write) -> Credential:
    write(SPEC)
    return keep(vault, prepare_new("acme", VALUES, is_taken=never_taken))


def hosts_now(vault: Vault) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the hosts that the credential may go to, and those that its connector names only now."""
    policy = policy_for(load_connector("acme").methods[0], vault.details(vault.find("acme")))
    return policy.hosts, policy.later


def test_a_host_that_was_there_is_still_good(vault: Vault, credential: Credential, write: Write) -> None:
    write(f"# another line\n{SPEC}")
    assert hosts_now(vault) == (("parcels.acme.test",), ())


def test_a_credential_is_not_sent_where_its_connector_leads_now(
    vault: Vault, credential: Credential, write: Write, prober: Prober
) -> None:
    write(MOVED)
    assert hosts_now(vault) == ((), ("parcels.evil.test",))
    report = probe_many(vault, [credential], prober, unrenewed(vault), now=utc_now())
    assert report.probed[0].result.detail == (
        "not sent: this credential may not be sent to 'https://parcels.evil.test': its connector names that host only "
        "since it was changed; allow it with: nexcred update 'acme' --allow-host parcels.evil.test"
    )


def test_a_changed_value_is_not_saved_for_it_either(vault: Vault, credential: Credential, write: Write) -> None:
    write(MOVED)
    with pytest.raises(HostRefused) as caught:
        prepare_update(vault, credential, UpdateInput({"api_key": "new-EXAMPLE"}))
    assert caught.value.authority == "parcels.evil.test"


def test_a_yes_is_kept_and_holds_for_that_host_alone(vault: Vault, credential: Credential, write: Write) -> None:
    write(FURTHER)
    allowed = UpdateInput({}, allow_hosts=("files.acme.test",))
    now = save_update(vault, prepare_update(vault, credential, allowed), None, save_unverified=True)
    details = vault.details(now)
    assert details.allowed_hosts == ("files.acme.test",)
    assert details.hosts == ("{tenant}.acme.test",)
    write(changed("files.acme.test", "files.evil.test", FURTHER))
    assert hosts_now(vault)[1] == ("files.evil.test",)
    with pytest.raises(HostRefused):
        prepare_update(vault, now, UpdateInput({"api_key": "new-EXAMPLE"}))


def test_a_changed_value_for_an_unchanged_connector_needs_no_yes(vault: Vault, credential: Credential) -> None:
    prepared = prepare_update(vault, credential, UpdateInput({"tenant": "other"}))
    now = save_update(vault, prepared, None, save_unverified=True)
    assert hosts_now(vault) == (("other.acme.test",), ())
    assert vault.details(now).hosts == ("{tenant}.acme.test",)


def test_a_host_within_what_was_declared_is_no_new_one(vault: Vault, write: Write) -> None:
    write(changed('label = "API key"\n', 'label = "API key"\nhosts = ["*.acme.test"]\n'))
    keep(vault, prepare_new("acme", VALUES, is_taken=never_taken))
    write(FURTHER)
    assert hosts_now(vault) == (("parcels.acme.test", "files.acme.test"), ())


def test_a_default_that_came_later_is_no_host_that_the_user_named(vault: Vault, write: Write) -> None:
    endpoint = """
  [[method.field]]
  name = "endpoint"
  label = "Endpoint"
  kind = "url"
  required = false
"""
    spec = changed('label = "API key"\n', 'label = "API key"\nown_host = "endpoint"\n') + endpoint
    write(spec)
    credential = keep(vault, prepare_new("acme", VALUES, is_taken=never_taken))
    write(f'{spec}  default = "https://evil.test"\n')
    assert hosts_now(vault)[1] == ("evil.test",)
    with pytest.raises(HostRefused) as caught:  # nor when it is saved with a changed value
        prepare_update(vault, credential, UpdateInput({"api_key": "new-EXAMPLE"}))
    assert caught.value.authority == "evil.test"
    with pytest.raises(HostRefused):  # nor when the changed file is tried with it
        credential_to_try(load_connector("acme"), vault.details(credential), None, ())
    assert credential_to_try(load_connector("acme"), vault.details(credential), None, ("evil.test",))


def test_a_database_login_that_is_made_otherwise_needs_a_yes(vault: Vault, write: Write, prober: Prober) -> None:
    fields = "".join(
        f'''
  [[method.field]]
  name = "{name}"
  label = "{name}"
  secret = {"true" if name == "password" else "false"}
'''
        for name in ("host", "username", "password")
    )
    head = SPEC.partition("  [[method.field]]")[0]
    login = f"""{head}{fields}
  [method.auth]
  scheme = "login"
  driver = "postgresql"
  port = "1"
  database = "{{username}}"
  tls = "verify-full"
  ca = ""

  [method.probe]
"""
    write(login)
    values = {"host": "127.0.0.1", "username": "ada", "password": "pg-EXAMPLE"}
    credential = keep(vault, prepare_new("acme", values, is_taken=never_taken))
    for moved in (
        changed("verify-full", "disable", login),
        changed("driver =", 'host = "localhost"\n  driver =', login),
        changed("driver =", 'address = "127.0.0.9"\n  driver =', login),
    ):
        write(moved)
        (probed,) = probe_many(vault, [credential], prober, unrenewed(vault), now=utc_now()).probed
        assert probed.result.detail.startswith("not sent: this credential may not log in to '")
        assert "nexcred update 'acme' --allow-host" in probed.result.detail
        with pytest.raises(HostRefused):
            prepare_update(vault, credential, UpdateInput({"password": "new-EXAMPLE"}))
        with pytest.raises(HostRefused):  # what an engine that rotates passwords may be made of
            sending_policy(load_connector("acme").methods[0], vault.details(credential))
    write(f"# only a comment\n{login}")
    (probed,) = probe_many(vault, [credential], prober, unrenewed(vault), now=utc_now()).probed
    assert probed.result.status.value == "unreachable"


def test_what_replaces_a_built_in_connector_needs_a_yes_for_its_own_hosts(write: Write) -> None:
    write(changed('name = "acme"', 'name = "aha"\nreplaces_built_in = true'), "aha")
    with pytest.raises(HostRefused) as caught:
        prepare_new("aha", VALUES, is_taken=never_taken)
    assert caught.value.authority == "parcels.acme.test"
    new = prepare_new("aha", VALUES, is_taken=never_taken, allow_hosts=["parcels.acme.test"])
    assert new.details.allowed_hosts == ("parcels.acme.test",)


PG = {"database": "d", "username": "ada", "password": "pg-EXAMPLE"}
WITH_HOST = {"host": "db.test", **PG}


@pytest.mark.parametrize(
    ("replaced", "field", "default", "values", "authority"),
    [
        ("elastic api_key", "field", 'base_url = "https://evil.test"', {"api_key": "EXAMPLE"}, "evil.test"),
        ("postgres password", "method.field", 'host = "evil.test"', PG, "evil.test:5432"),
        ("postgres password", "method.field", 'sslmode = "disable"', WITH_HOST, "db.test:5432"),
    ],
)
def test_a_default_of_what_replaces_a_built_in_connector_needs_a_yes(
    write: Write, replaced: str, field: str, default: str, values: dict[str, str], authority: str
) -> None:
    (name, method), (filled, _, value) = replaced.split(), default.partition(" = ")
    write(f'{replacing(name, method)}[[{field}]]\nname = "{filled}"\ndefault = {value}\n', name)
    with pytest.raises(HostRefused) as caught:
        prepare_new(name, values, is_taken=never_taken, method_name=method)
    assert caught.value.authority == authority
    assert prepare_new(name, values, is_taken=never_taken, method_name=method, allow_hosts=[authority])


@pytest.mark.parametrize(
    ("said", "authority"),
    [
        ('[[method.field]]\nname = "hostaddr"\ndefault = "192.0.2.6"', "192.0.2.6:5432"),
        ('[method.auth]\nca = "an authority of its own"', "db.test:5432"),
    ],
)
def test_a_database_login_goes_by_no_default_or_authority_that_came_later(
    write: Write, said: str, authority: str
) -> None:
    kept = prepare_new("postgres", WITH_HOST, is_taken=never_taken).details
    write(f"{replacing('postgres', 'password')}{said}\n", "postgres")
    with pytest.raises(HostRefused) as caught:
        sending_policy(load_connector("postgres").methods[0], kept)
    assert caught.value.authority == authority


def replacing(name: str, method: str) -> str:
    """Return the beginning of a file that changes one method of a built-in connector."""
    head = f'name = "{name}"\ntitle = "Mine"\ndocs_url = "https://docs.acme.test/"\nextends = "{name}"'
    return f'{head}\nreplaces_built_in = true\n[[method]]\nname = "{method}"\n'
