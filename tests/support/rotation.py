"""A provider of keys in memory, the engine that asks it, and machines that rotate a credential of it and may die."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nexcred.connectors.load.loader import hosts_to_keep, load_connector
from nexcred.local.rotation_notes import RotationNotes
from nexcred.model.credential import Credential, Details, Value
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.secret import Secret
from nexcred.network.deadline import Deadline
from nexcred.rotating.rotator import CallFailed, Ended, Kind, LivingKey, Planned, Rotator
from nexcred.services.rotation.leases import Leases
from nexcred.services.rotation.work import Burial, Tools, Work
from nexcred.services.values.decoded import Decoded
from nexcred.vault.changes import NewRecord
from nexcred.vault.identity import Identity
from nexcred.vault.memory import Memory
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault
from tests.support.dying import WatchedCommits

BEGAN = datetime(2026, 11, 21, 12, 30, 15, tzinfo=UTC)
FIRST = "AKIA000000000EXAMPLE"
NAME = "prod"


class Provider:
    """Keys by their ids. `loses` names a call whose answer does not come, once, though it is done.

    Where it asks `by_admin`, another credential acts, which no rotation ends.
    """

    def __init__(self, kind: Kind, *, made_here: bool = False, most: int | None = None, in_two: bool = False) -> None:
        self.kind: Kind = kind
        self.made_here = made_here
        self.most = most
        self.in_two = in_two
        self.secrets = {FIRST: "EXAMPLE-0"}
        self.disabled: set[str] = set()
        self.used: dict[str, datetime] = {}
        self.made = 0
        self.now = BEGAN
        self.made_at: dict[str, datetime] = {}
        self.calls: list[str] = []
        self.loses = ""
        self.refuses: dict[str, ProbeStatus] = {}
        self.settles_s = 20
        self.refuses_new = 0  # how often a new key is refused, until it is known
        self.by_admin = False

    def accepts(self, fields: Mapping[str, Value]) -> bool:
        key, secret = str(fields["access_key_id"]), secret_in(fields)
        if secret != "EXAMPLE-0" and self.refuses_new:
            self.refuses_new -= 1
            return False
        return self.secrets.get(key) == secret and key not in self.disabled

    def good(self) -> set[str]:
        """Return the secrets that work."""
        return {secret for key, secret in self.secrets.items() if key not in self.disabled}

    def next(self) -> dict[str, str]:
        self.made += 1
        return {"id": f"AKIA{self.made:09}EXAMPLE", "secret": f"EXAMPLE-{self.made}"}


class StandInRotator:
    """Speaks `rotating.rotator.Rotator`; `step` is told before and after each call."""

    def __init__(self, provider: Provider, present: Details, step: Callable[[str], None]) -> None:
        self.kind, self.settles_s = provider.kind, provider.settles_s
        self._provider, self._present, self._step = provider, present, step

    def plan(self, deadline: Deadline) -> Planned:
        provider = self._provider
        self._refuse(deadline, "plan")
        fields = None
        if provider.made_here or provider.kind == "change":
            new = provider.next()
            key = new["id"] if provider.kind == "add" else str(self._present.fields["access_key_id"])
            fields = with_key(self._present, key, new["secret"])
        listed = provider.kind == "add" and not provider.made_here
        living = tuple(LivingKey(key, BEGAN) for key in provider.secrets) if listed else None
        return Planned(fields, living, str(self._present.fields["access_key_id"]), provider.most)

    def create(self, planned: Mapping[str, Value] | None, deadline: Deadline) -> Mapping[str, Value]:
        provider = self._provider
        self._begin(deadline, "create", self._present.fields)
        if planned is not None:
            key, secret = str(planned["access_key_id"]), secret_in(planned)
        else:
            new = provider.next()
            key, secret = new["id"], new["secret"]
        if provider.kind == "replace":
            provider.secrets.pop(str(self._present.fields["access_key_id"]))
        provider.secrets[key] = secret
        provider.made_at[key] = provider.now
        self._end("create")
        return with_key(self._present, key, secret)

    def orphans(self, before: tuple[LivingKey, ...], deadline: Deadline) -> tuple[LivingKey, ...] | None:
        self._refuse(deadline, "orphans")
        known = {one.id for one in before}
        return tuple(
            LivingKey(key, self._provider.made_at.get(key, BEGAN)) for key in self._provider.secrets if key not in known
        )

    def end_orphan(self, key: LivingKey, deadline: Deadline) -> Ended:
        self._begin(deadline, "end_orphan", self._present.fields)
        self._provider.secrets.pop(key.id, None)
        self._end("end_orphan")
        return "gone"

    def last_used(self, old: Mapping[str, Value], deadline: Deadline) -> datetime | None:
        self._refuse(deadline, "last_used")
        return self._provider.used.get(str(old["access_key_id"]))

    def end(self, old: Mapping[str, Value], new: Mapping[str, Value], deadline: Deadline) -> Ended:
        provider, key = self._provider, str(old["access_key_id"])
        self._begin(deadline, "end", new)
        is_half = provider.in_two and key in provider.secrets and key not in provider.disabled
        if is_half:
            provider.disabled.add(key)
        else:
            provider.secrets.pop(key, None)
            provider.disabled.discard(key)
        self._end("end")
        return "disabled" if is_half else "gone"

    def undo(self, old: Mapping[str, Value], new: Mapping[str, Value], deadline: Deadline) -> None:
        provider = self._provider
        acts = new if provider.accepts(new) else old
        self._begin(deadline, "undo", acts)
        if provider.kind == "change":
            provider.secrets[str(old["access_key_id"])] = secret_in(old)
        else:
            provider.disabled.discard(str(old["access_key_id"]))
            provider.secrets.pop(str(new["access_key_id"]), None)
        self._end("undo")

    def _begin(self, deadline: Deadline, call: str, acts: Mapping[str, Value]) -> None:
        self._step(f"before {call}")
        self._refuse(deadline, call)
        if not self._provider.by_admin and not self._provider.accepts(acts):
            raise CallFailed(ProbeStatus.REJECTED, "the login is refused")
        self._provider.calls.append(call)

    def _end(self, call: str) -> None:
        self._step(f"after {call}")
        if self._provider.loses == call:
            self._provider.loses = ""
            raise CallFailed(ProbeStatus.UNREACHABLE, "no answer came", is_unknown=True)

    def _refuse(self, deadline: Deadline, call: str) -> None:
        if deadline.expired:
            raise CallFailed(ProbeStatus.UNREACHABLE, "no time is left")
        if call in self._provider.refuses:
            raise CallFailed(self._provider.refuses[call], f"{call} is refused")


class Clock:
    """What is the same on all machines of a test: the time, and the seconds of their boots."""

    def __init__(self) -> None:
        self.now = BEGAN
        self.seconds = 1_000.0

    def later(self, **time: float) -> None:
        span = timedelta(**time)
        self.now += span
        self.seconds += span.total_seconds()


class Machine:
    """One machine of one person: its state folder, and processes of it, each with steps of its own."""

    def __init__(
        self, folder: Path, open_store: Callable[[], Store], identity: Identity, provider: Provider, clock: Clock
    ) -> None:
        self._folder, self._open_store, self._identity = folder, open_store, identity
        self.provider, self.clock = provider, clock
        self.memory: Memory | None = None
        self.yes = True
        self.asked: list[tuple[str, ...]] = []
        self.told: list[str] = []
        self.delivered: list[str] | None = None
        self.delivery_fails = ""

    def vault(self, step: Callable[[str], None] = lambda _: None) -> Vault:
        store: Store = WatchedCommits(self._open_store(), step)  # type: ignore[assignment]
        return Vault(store, self._identity, memory=self.memory, now=lambda: self.clock.now)

    def work(self, step: Callable[[str], None] = lambda _: None, name: str = NAME) -> Work:
        """Return what a new process has in hand."""
        vault = self.vault(step)
        tools = Tools(
            vault=vault,
            leases=Leases(self._notes(), vault.vault_id),
            rotator=lambda _, values: self._rotator(values, step),
            ask=self._ask,
            bury=self._bury,
            deliver=self._deliver,
            confirm=self._confirm,
            note=lambda _, step: self.told.append(step),
            now=lambda: self.clock.now,
            sleep=lambda seconds: self.clock.later(seconds=seconds),
        )
        return Work(tools, vault.find(name))

    def _notes(self) -> RotationNotes:
        return RotationNotes(self._folder, clock=lambda: self.clock.seconds)

    def _rotator(self, values: Decoded, step: Callable[[str], None]) -> Rotator:
        return StandInRotator(self.provider, values.details, step)

    def _ask(self, values: Decoded) -> ProbeResult:
        status = ProbeStatus.ACCEPTED if self.provider.accepts(values.details.fields) else ProbeStatus.REJECTED
        return ProbeResult(status, self.clock.now, 1, detail=status.value)

    def _bury(self, credential: Credential, revision: int, old: Decoded) -> Burial:
        del credential, revision
        is_alive = self.provider.accepts(old.details.fields)
        return Burial(not is_alive, "the old key is still accepted" if is_alive else "")

    def _deliver(self, credential: Credential) -> Callable[[], str] | None:
        if self.delivered is None:
            return None
        delivered = self.delivered

        def run() -> str:
            delivered.append(credential.name)
            return self.delivery_fails

        return run

    def _confirm(self, told: tuple[str, ...], question: str) -> bool:
        self.asked.append((*told, question))
        return self.yes


def with_key(details: Details, key: str, secret: str) -> dict[str, Value]:
    return {**details.fields, "access_key_id": key, "secret_key": Secret(secret)}


def secret_in(fields: Mapping[str, Value]) -> str:
    value = fields["secret_key"]
    assert isinstance(value, Secret)
    return str(value.reveal())


def key_details(key: str = FIRST, secret: str = "EXAMPLE-0") -> Details:
    connector = load_connector("s3")
    method = connector.methods[0]
    fields: dict[str, Value] = {
        "access_key_id": key,
        "secret_key": Secret(secret),
        "region": "eu-central-1",
        "bucket": "example-bucket",
    }
    return Details(connector.name, connector.digest, method.name, (), fields, hosts_to_keep(connector, method))


def keep_key(vault: Vault, name: str = NAME, details: Details | None = None) -> Credential:
    draft = NewRecord(name, "", (), details or key_details())
    return vault.edit(lambda edit: edit.add(draft))


def present_secret(vault: Vault, name: str = NAME) -> str:
    return secret_in(vault.details(vault.find(name)).fields)
