"""What a rotation is done with, put together: the provider's side, the leases, and who is told and asked."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from nexcred.local.rotation_notes import RotationNotes
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.times import utc_now
from nexcred.services.grants.sessions import Sessions
from nexcred.services.proving.prober import Prober
from nexcred.services.rotation.leases import Leases
from nexcred.services.rotation.provider import RotationProvider
from nexcred.services.rotation.work import Tools
from nexcred.vault.vault import Vault


class RotationPerson(NamedTuple):
    """Who is told of each step and of each wait, asked for a yes, and whose own command a switch is followed by."""

    note: Callable[[Credential, str], None]
    confirm: Callable[[tuple[str, ...], str], bool]
    deliver: Callable[[Credential], Callable[[], str] | None]
    waits: Callable[[timedelta], None] = lambda _span: None

    def __repr__(self) -> str:
        return repr_of(self)


def rotation_tools(
    vault: Vault,
    sessions: Sessions,
    environment: Mapping[str, str],
    state_folder: Path,
    person: RotationPerson,
    *,
    is_plain: bool = False,
) -> tuple[RotationProvider, Tools]:
    """Return both; `is_plain` where a database that takes no hash is given the password itself."""

    def wait(span: timedelta) -> None:
        person.waits(span)
        time.sleep(span.total_seconds())

    provider = RotationProvider(vault, sessions, Prober(environment), environment, wait, is_plain=is_plain)
    tools = Tools(
        vault=vault,
        leases=Leases(RotationNotes(state_folder), vault.vault_id),
        rotator=provider.rotator,
        ask=provider.ask,
        bury=provider.bury,
        deliver=person.deliver,
        confirm=person.confirm,
        note=person.note,
        now=utc_now,
        sleep=time.sleep,
    )
    return provider, tools
