"""The JSON of `nexla push` and `nexla status`."""

from typing import TypedDict

from nexcred.model.times import to_rfc3339
from nexcred.services.nexla.compare import AtBoth
from nexcred.services.nexla.push import PlannedPush, PushOutcome


class NexlaPushShape(TypedDict):
    """What became of one credential, or with `--dry-run` what would.

    `outcome` is created, replaced, unknown (no answer came), failed or not_sent; of `--dry-run` create or replace.
    `credentials_type` is Nexla's, `nexla_id` its id there, null where it has none yet. `why` is for people, `next` the
    command that goes on.
    """

    name: str
    id: str
    credentials_type: str
    nexla_id: int | None
    outcome: str
    why: str
    next: str


class NexlaStatusShape(TypedDict):
    """Whether Nexla has a credential of this name and type, of which the key is owner or admin.

    `state` is current, newer_here (changed here after Nexla's was written), unknown (a time is missing), missing,
    several or no_place, of which `why` says why. `nexla_ids` are the ids of all that it has. `updated_at` and
    `verified_status` are Nexla's, null unless it has just one; `changed_at` is when the values here were written.
    """

    name: str
    id: str
    credentials_type: str | None
    state: str
    nexla_ids: list[int]
    updated_at: str | None
    verified_status: str | None
    changed_at: str | None
    why: str


def planned_push_shape(planned: PlannedPush) -> NexlaPushShape:
    number = planned.replaced.id if planned.replaced else None
    return push_shape(PushOutcome(planned.out, planned.result, number))


def push_shape(outcome: PushOutcome) -> NexlaPushShape:
    return {
        "name": outcome.out.credential.name,
        "id": outcome.out.credential.id,
        "credentials_type": outcome.out.credentials_type,
        "nexla_id": outcome.number,
        "outcome": outcome.result,
        "why": outcome.why,
        "next": outcome.mend,
    }


def nexla_status_shape(compared: AtBoth) -> NexlaStatusShape:
    only, changed_at = compared.only, compared.changed_at
    return {
        "name": compared.credential.name,
        "id": compared.credential.id,
        "credentials_type": compared.credentials_type,
        "state": compared.state,
        "nexla_ids": [one.id for one in compared.found],
        "updated_at": to_rfc3339(only.updated_at) if only and only.updated_at else None,
        "verified_status": only.verified_status if only else None,
        "changed_at": to_rfc3339(changed_at) if changed_at else None,
        "why": compared.why,
    }
