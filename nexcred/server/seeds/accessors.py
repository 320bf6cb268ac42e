"""Who holds a credential: `GET` tells, `PUT` adds, `POST` replaces, `DELETE` takes away.

Whoever added it, and the identity as which the service runs, are no accessors to be changed: they stay.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from nexcred.errors import InvalidData, MissingField, Problem, UsageError
from nexcred.model import strict_json
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.nexla.integer_ids import integer_id
from nexcred.server.call import Call, Reply, json_reply
from nexcred.server.seeds.numbered import NumberedCredentials, refuse_reader
from nexcred.services.vaults.recipients import Recipients, find_member, find_team
from nexcred.services.vaults.share import regrant, unshare
from nexcred.vault.access_list import READ, TO_MEMBER, TO_TEAM, WRITE
from nexcred.vault.member_info import MemberInfo, TeamInfo
from nexcred.vault.vault import Vault
from nexcred.wire.data_credentials import AccessorShape

USER, TEAM = "USER", "TEAM"
_MAY = {"collaborator": READ, "operator": READ, "admin": WRITE}
_ROLE = {READ: "collaborator", WRITE: "admin"}
_MOST = 1000
Grants = dict[tuple[int, bytes], int]


class Accessor(NamedTuple):
    """Somebody whom a body names, and what they are to be allowed; None where it does not say."""

    who: MemberInfo | TeamInfo
    may: int | None

    def __repr__(self) -> str:
        return repr_of(self, "may")

    @property
    def key(self) -> tuple[int, bytes]:
        return (TO_TEAM if isinstance(self.who, TeamInfo) else TO_MEMBER), self.who.id


def show_accessors(numbered: NumberedCredentials, call: Call) -> Reply:
    """Answer with those whom the proved list names."""

    def look(vault: Vault) -> list[AccessorShape]:
        credential = numbered.find(vault, call, "show")
        return _shapes(vault, credential)

    return json_reply(call.access.read(look))


def add_accessors(numbered: NumberedCredentials, call: Call) -> Reply:
    """Let those in the body hold it too, or as they are to now."""

    def apply(vault: Vault, credential: Credential) -> None:
        named = {one.key: may for one, may in _with_roles(_read(vault, credential, call.body))}
        regrant(vault, credential, lambda present: {**present, **named})

    return _changed(numbered, call, apply)


def replace_accessors(numbered: NumberedCredentials, call: Call) -> Reply:
    """Let those in the body hold it, and nobody else."""

    def apply(vault: Vault, credential: Credential) -> None:
        named = {one.key: may for one, may in _with_roles(_read(vault, credential, call.body))}
        staying = _staying(vault, credential)
        regrant(vault, credential, lambda present: {**_only(present, staying), **named})

    return _changed(numbered, call, apply)


def delete_accessors(numbered: NumberedCredentials, call: Call) -> Reply:
    """Let those in the body hold it no more, whatever their roles; without a body, all."""

    def apply(vault: Vault, credential: Credential) -> None:
        if call.body.strip() in (b"", b"null"):
            staying = _staying(vault, credential)
            regrant(vault, credential, lambda present: _only(present, staying))
            return
        who = [one.who for one in _read(vault, credential, call.body)]
        members = tuple(one for one in who if isinstance(one, MemberInfo))
        teams = tuple(one for one in who if isinstance(one, TeamInfo))
        unshare(vault, [credential], Recipients(members, teams))

    return _changed(numbered, call, apply)


def _changed(numbered: NumberedCredentials, call: Call, apply: Callable[[Vault, Credential], None]) -> Reply:
    def act(vault: Vault) -> tuple[Credential, list[AccessorShape]]:
        credential = numbered.find(vault, call, "share")
        refuse_reader(vault)
        apply(vault, credential)
        return credential, _shapes(vault, numbered.find(vault, call, "share"))

    credential, shapes = call.access.read(act)
    call.note("serve share", [credential])
    return json_reply(shapes)


def _shapes(vault: Vault, credential: Credential) -> list[AccessorShape]:
    grants = vault.grants(credential)
    shapes: list[AccessorShape] = []
    for member in vault.members:
        may = grants.get((TO_MEMBER, member.id))
        if may is not None:
            role = "owner" if member.id.hex() == credential.owner.id else _ROLE[may]
            number = integer_id(member.id.hex())
            shapes.append({"type": USER, "id": number, "email": member.full_name, "access_roles": [role]})
    for team in vault.teams:
        may = grants.get((TO_TEAM, team.id))
        if may is not None:
            number = integer_id(team.id.hex())
            shapes.append({"type": TEAM, "id": number, "name": team.name, "access_roles": [_ROLE[may]]})
    return shapes


def _staying(vault: Vault, credential: Credential) -> frozenset[bytes]:
    return frozenset({bytes.fromhex(credential.owner.id), bytes.fromhex(vault.me.id)})


def _only(present: Mapping[tuple[int, bytes], int], staying: frozenset[bytes]) -> Grants:
    return {(kind, one): may for (kind, one), may in present.items() if kind == TO_MEMBER and one in staying}


def _with_roles(accessors: Sequence[Accessor]) -> list[tuple[Accessor, int]]:
    """Return each with what it is to be allowed; raise MissingField where the body does not say."""
    said = [(one, one.may) for one in accessors if one.may is not None]
    if len(said) < len(accessors):
        raise MissingField("access_roles is missing", problems=(Problem("access_roles", "is required"),))
    return said


def _read(vault: Vault, credential: Credential, body: bytes) -> list[Accessor]:
    """Read a body; raise UsageError, InvalidData, and what `find_member` and `find_team` do."""
    try:
        document = strict_json.loads(body)
    except ValueError as error:
        raise UsageError(f"the body is not JSON: {error}") from None
    listed = document.get("accessors") if isinstance(document, dict) else None
    if not isinstance(listed, list) or len(listed) > _MOST:
        raise _wrong("accessors", f"must be an array of at most {_MOST} objects")
    found = [_accessor(vault, one, f"accessors[{index}]") for index, one in enumerate(listed)]
    staying = _staying(vault, credential)
    if any(one.who.id in staying for one in found):
        raise _wrong("accessors", "cannot change whoever added it, nor as whom this service runs")
    return found


def _accessor(vault: Vault, one: object, place: str) -> Accessor:
    if not isinstance(one, dict):
        raise _wrong(place, "must be an object")
    kind = one.get("type")
    if kind not in (USER, TEAM):
        raise _wrong(f"{place}.type", f"must be {USER} or {TEAM}: whole organisations hold nothing here")
    key = "email" if kind == USER else "name"
    number, named = one.get("id"), one.get(key)
    if number is None and named is None:
        raise MissingField(f"{place} names nobody", problems=(Problem(place, f"lacks id or {key}"),))
    if not isinstance(number, int | None) or isinstance(number, bool) or not isinstance(named, str | None):
        raise _wrong(place, f"must have a number as id, and a text as {key}")
    return Accessor(_who(vault, kind, number, named, place), _may(one.get("access_roles"), place))


def _who(vault: Vault, kind: str, number: int | None, named: str | None, place: str) -> MemberInfo | TeamInfo:
    by_name: MemberInfo | TeamInfo | None = None
    if named is not None:
        by_name = find_member(vault, named) if kind == USER else find_team(vault, named)
    if number is None:
        assert by_name is not None
        return by_name
    everybody: Iterable[MemberInfo | TeamInfo] = vault.members if kind == USER else vault.teams
    found = [one for one in everybody if integer_id(one.id.hex()) == number]
    if len(found) != 1 or by_name not in (None, found[0]):
        raise _wrong(f"{place}.id", "is nobody's, or another one's than the name")
    return found[0]


def _may(roles: object, place: str) -> int | None:
    if roles is None or roles == []:
        return None
    if not isinstance(roles, list) or not all(isinstance(role, str) and role in _MAY for role in roles):
        raise _wrong(f"{place}.access_roles", f"must be of: {', '.join(_MAY)}; there is one owner, who stays")
    return max(_MAY[role] for role in roles)


def _wrong(field: str, problem: str) -> InvalidData:
    return InvalidData(f"{field} {problem}", problems=(Problem(field, problem),))
