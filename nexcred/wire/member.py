"""The JSON of `member list`."""

from typing import TypedDict

from nexcred.model.times import to_rfc3339
from nexcred.vault.member_info import MemberInfo


class MemberShape(TypedDict):
    """Somebody who belongs to the vault; `id` stays, `fingerprint` and `public` are of the present keys."""

    id: str
    fingerprint: str
    full_name: str
    role: str
    public: str
    until: str | None
    you: bool


def member_shape(member: MemberInfo, *, you: bool) -> MemberShape:
    return {
        "id": member.id.hex(),
        "fingerprint": member.fingerprint.hex(),
        "full_name": member.full_name,
        "role": member.role,
        "public": member.public,
        "until": None if member.until is None else to_rfc3339(member.until),
        "you": you,
    }
