"""Parts of a vault that this machine read or wrote before: their names are never used again, so their bytes stay."""

from collections.abc import Mapping, Sequence

from nexcred.model.sha256 import sha256
from nexcred.stores.local_copy.file import CopyFile
from nexcred.stores.s3.manifest import BucketPart

_SUM_BYTES = 32


class KeptParts:
    """Each beside its sum, so that a spoilt one is noticed, and asked for again. Without a file nothing is kept."""

    def __init__(self, copy: CopyFile | None) -> None:
        self._copy = copy

    def get(self, parts: Sequence[BucketPart]) -> dict[BucketPart, bytes]:
        if self._copy is None:
            return {}
        kept = self._copy.get([part.name for part in parts])
        found = {part: kept[part.name] for part in parts if part.name in kept}
        return {
            part: value[_SUM_BYTES:]
            for part, value in found.items()
            if len(value) == _SUM_BYTES + part.size and sha256(value[_SUM_BYTES:]) == value[:_SUM_BYTES]
        }

    def keep(self, parts: Mapping[BucketPart, bytes]) -> None:
        if self._copy is not None and parts:
            self._copy.keep({part.name: sha256(value) + value for part, value in parts.items()})
