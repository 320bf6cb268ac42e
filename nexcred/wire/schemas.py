"""The JSON Schema of every `--json` output, made from the types that the outputs are checked against."""

from typing import Any

from nexcred.wire.adopted import AdoptShape
from nexcred.wire.audit import EventShape
from nexcred.wire.connector import ConnectorShape
from nexcred.wire.connector_check import ConnectorCheckShape
from nexcred.wire.credential import CredentialShape
from nexcred.wire.doctor import CheckShape
from nexcred.wire.error import ErrorShape
from nexcred.wire.handover import HandOverShape
from nexcred.wire.imported import ImportShape
from nexcred.wire.member import DepartureShape, MemberShape
from nexcred.wire.nexla import NexlaPushShape, NexlaStatusShape
from nexcred.wire.probe import ProbeShape
from nexcred.wire.readiness import FindingShape
from nexcred.wire.revision import RevisionShape
from nexcred.wire.rotation import RotationShape
from nexcred.wire.service_token import NewServiceTokenShape, ServiceTokenShape
from nexcred.wire.settings import SettingShape
from nexcred.wire.sharing import RemovedShape, SettledShape, SharedShape, TrustedShape, UnsharedShape
from nexcred.wire.status import BoardShape, MemberStatusShape
from nexcred.wire.team import TeamJoinedShape, TeamLeftShape, TeamShape
from nexcred.wire.token import TokenShape
from nexcred.wire.trash import InTrashShape
from nexcred.wire.vault import IdentityShape, NamedVaultShape, StatusShape, VaultSettingsShape, VerifyShape
from nexcred.wire.vault_changes import (
    AcceptedShape,
    BackupShape,
    CheckpointShape,
    ComparedShape,
    FoundedShape,
    InvitationShape,
    JoinedShape,
    LockedShape,
    MovedShape,
    NewIdentityShape,
    PassphraseShape,
    RecoveryShape,
    RekeyedShape,
    RestoredShape,
    TidiedShape,
    UnlockedShape,
    UpgradedShape,
)

ERROR = "error"
CONNECTOR = "connector"
PROJECT = "project"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"

# By the words of the command, and the failure that any of them may end in.
OUTPUTS: dict[str, Any] = {
    "add": CredentialShape,
    "list": list[CredentialShape],
    "show": CredentialShape,
    # Of a pattern, or of several names, all of them.
    "update": CredentialShape | list[CredentialShape],
    # Of one member, with `--member`.
    "status": (BoardShape, MemberStatusShape),
    "probe": list[ProbeShape],
    "token": TokenShape,
    "login": CredentialShape,
    "history": list[RevisionShape],
    "rename": CredentialShape,
    "remove": list[RemovedShape],
    "trash list": list[InTrashShape],
    # Of a pattern, or of several names, all of them.
    "trash restore": CredentialShape | list[CredentialShape],
    "trash empty": list[RemovedShape],
    "restore": CredentialShape,
    "rotate": list[RotationShape],
    "nexla push": list[NexlaPushShape],
    "nexla status": list[NexlaStatusShape],
    "import": list[ImportShape],
    "connectors list": list[ConnectorShape],
    "connectors show": ConnectorShape,
    "connectors check": ConnectorCheckShape,
    "vault status": StatusShape,
    "vault verify": VerifyShape,
    "vault init": FoundedShape,
    "vault list": list[NamedVaultShape],
    "vault add": NamedVaultShape,
    "vault use": SettingShape,
    "vault forget": NamedVaultShape,
    "vault unlock": UnlockedShape,
    "vault lock": LockedShape,
    "vault passphrase": PassphraseShape,
    "vault recovery": RecoveryShape,
    "vault move": MovedShape,
    "vault backup": BackupShape,
    "vault restore-backup": RestoredShape,
    "vault rekey": RekeyedShape,
    "vault tidy": TidiedShape,
    "vault upgrade": UpgradedShape,
    "vault checkpoint": CheckpointShape,
    "vault invite": InvitationShape,
    "vault join": JoinedShape,
    "vault compare": ComparedShape,
    "vault accept": AcceptedShape,
    "vault settle": SettledShape,
    "vault settings": VaultSettingsShape,
    "identity new": NewIdentityShape,
    "vault adopt": AdoptShape,
    "identity show": IdentityShape,
    "member list": list[MemberShape],
    "member add": MemberShape,
    "member role": MemberShape,
    "member remove": DepartureShape,
    "team add": TeamJoinedShape,
    "team list": list[TeamShape],
    "team remove": TeamLeftShape,
    "share": list[SharedShape],
    "unshare": list[UnsharedShape],
    "trust": TrustedShape,
    "exposure add": CredentialShape,
    "exposure clear": CredentialShape,
    "config list": list[SettingShape],
    "config get": SettingShape,
    "config set": SettingShape,
    # Null for what was in the file, and is no setting.
    "config unset": SettingShape | None,
    "doctor": list[CheckShape],
    "serve token new": NewServiceTokenShape,
    "serve token list": list[ServiceTokenShape],
    "audit": list[EventShape],
    "check": list[FindingShape],
    "run": HandOverShape,
    ERROR: ErrorShape,
}


# What can be asked for: every output, and what people write.
SCHEMAS = (*OUTPUTS, CONNECTOR, PROJECT)


def schema_of(output: str) -> dict[str, Any]:
    """Return the schema of an output, which allows keys that a later nexcred may add, or of a connector's file."""
    import msgspec  # 25 ms, which completion need not wait for

    if output == CONNECTOR:
        from nexcred.connectors.lint.schema import connector_schema

        return {"$schema": _DIALECT, "title": "a connector's file", **connector_schema()}
    if output == PROJECT:
        from nexcred.project.shape import project_schema

        return {"$schema": _DIALECT, "title": "a project file", **project_schema()}
    title = "a failure, on standard error" if output == ERROR else f"nexcred {output} --json"
    of = OUTPUTS[output]
    if isinstance(of, tuple):
        shapes, parts = msgspec.json.schema_components(of, ref_template="#/$defs/{name}")
        return {"$schema": _DIALECT, "title": title, "anyOf": list(shapes), "$defs": parts}
    return {"$schema": _DIALECT, "title": title, **msgspec.json.schema(of)}
