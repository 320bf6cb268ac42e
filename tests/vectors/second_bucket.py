"""The objects of a vault in a bucket as the tables of a file, by docs/vault-format.md alone: no code of nexcred."""

import sqlite3
import struct
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

_LISTS = ("access", "chain", "roster")


class _Bytes:
    def __init__(self, data: bytes) -> None:
        self._rest = data

    def take(self, form: str) -> tuple[int, ...]:
        return struct.unpack(">" + form, self.cut(struct.calcsize(">" + form)))

    def cut(self, count: int) -> bytes:
        data, self._rest = self._rest[:count], self._rest[count:]
        assert len(data) == count
        return data

    def end(self) -> None:
        assert self._rest == b""

    def heads(self) -> dict[int, bytes]:
        found = {}
        for _ in range(*self.take("B")):
            generation, length = self.take("QH")
            found[generation] = self.cut(length)
        assert list(found) == sorted(found)
        assert len({generation // 64 for generation in found}) == 1
        return found


def copy_bucket(objects: Mapping[str, bytes], path: Path) -> None:
    """Write the tables of a vault to a new file, from its objects below the prefix."""
    manifest = _Bytes(objects["head"])
    assert manifest.cut(4) == b"NXM1"
    folder = manifest.cut(16).hex()
    heads = manifest.heads()
    blocks = [block for _ in range(*manifest.take("B")) for block in manifest.take("Q")]
    parts = [(manifest.cut(16), manifest.take("I")[0]) for _ in range(260)]
    manifest.end()
    for block in blocks:
        log = _Bytes(objects[f"{folder}/log/{block}"])
        heads |= log.heads()
        log.end()
    values = [_part(objects, folder, name, size) for name, size in parts]
    tables: dict[str, list[tuple[int | bytes, bytes]]] = {"head": sorted(heads.items()), "slot": []}
    tables["tree"] = [(0, values[0])]
    for name, value in zip(_LISTS, values[1:4], strict=True):
        rows = _Bytes(value)
        tables[name] = [(index, rows.cut(*rows.take("I"))) for index in range(*rows.take("I"))]
        rows.end()
    tables["leaf"] = [(index, value) for index, value in enumerate(values[4:]) if value]
    items = [key for key in objects if key.startswith(f"{folder}/item/")]
    tables["item"] = [(bytes.fromhex(key.rpartition("/")[2]), objects[key]) for key in items]
    with closing(sqlite3.connect(path)) as db:
        for name, table in tables.items():
            db.execute(f"CREATE TABLE {name} (id, sealed)")
            db.executemany(f"INSERT INTO {name} VALUES (?, ?)", table)
        db.commit()


def _part(objects: Mapping[str, bytes], folder: str, name: bytes, size: int) -> bytes:
    if name == bytes(16):
        return b""
    value = objects[f"{folder}/part/{name.hex()}"]
    assert len(value) == size
    return value
