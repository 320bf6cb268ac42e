"""Where the vaults of the numbered cases lie, past every check of the stores: a bucket, a repository, PostgreSQL."""

import secrets
from collections.abc import Iterator
from pathlib import Path

from nexcred.stores.git import layout
from nexcred.stores.git.store import GitStore
from nexcred.stores.s3 import objects
from nexcred.stores.s3.manifest import BucketPart, decode, decode_heads, encode, first_manifest
from nexcred.stores.s3.store import S3Store
from nexcred.stores.tables.as_bytes import decode_rows, encode_rows
from nexcred.vault.bounds import ACCESS, CHAIN, ROSTER
from tests.support.bucket import MemoryBucket, Stored, open_store
from tests.support.far_tables import Tables
from tests.support.git_repository import BRANCH, bare_repository, git, git_bytes, git_store

_ROWS = {"access": ACCESS, "chain": CHAIN, "roster": ROSTER}
_PREFIX = "vault/"


class BucketPlace:
    """A bucket in memory, as strict about conditions as S3 is."""

    def __init__(self) -> None:
        self.bucket = MemoryBucket()

    def open(self, machine: str) -> S3Store:
        return open_store(self.bucket, one_by_one=True)

    def lay(self, tables: Tables) -> None:
        self.bucket.objects.clear()
        if not tables.heads:
            return
        incarnation = secrets.token_bytes(16)
        manifest, logs = first_manifest(incarnation, tables.heads)
        rows = {table: encode_rows(getattr(tables, table)) for table in _ROWS}
        named = {"tree": tables.tree, **rows}
        parts = {one: BucketPart(secrets.token_bytes(16), len(data)) for one, data in named.items()}
        leaves = {index: BucketPart(secrets.token_bytes(16), len(data)) for index, data in tables.leaves.items()}
        for block, data in logs.items():
            self._put(objects.log(incarnation, block), data)
        for part, data in [(parts[one], named[one]) for one in named] + [
            (leaves[index], leaf) for index, leaf in tables.leaves.items()
        ]:
            self._put(objects.part(incarnation, part.name), data)
        for digest, sealed in tables.items.items():
            self._put(objects.item(incarnation, digest), sealed)
        self._put(objects.HEAD, encode(manifest.with_parts(parts, leaves)))

    def taken(self) -> Tables:
        found = {key.removeprefix(_PREFIX): one.body for key, one in self.bucket.objects.items()}
        if objects.HEAD not in found:
            return Tables()
        manifest = decode(found[objects.HEAD])
        own = manifest.incarnation
        heads = dict(manifest.heads)
        for block in manifest.logs:
            heads |= decode_heads(found[objects.log(own, block)])
        tables = {
            table: found[objects.part(own, part.name)] if part.size else b"" for table, part in manifest.tables.items()
        }
        leaves = {index: found[objects.part(own, part.name)] for index, part in manifest.leaves.items()}
        items = {
            digest: body
            for key, body in found.items()
            if key.startswith(objects.items_folder(own)) and (digest := objects.digest_of(key)) is not None
        }
        rows = {table: decode_rows(tables[table], bound) for table, bound in _ROWS.items()}
        return Tables(heads, tables["tree"], leaves, items=items, **rows)  # type: ignore[arg-type]

    def _put(self, name: str, data: bytes) -> None:
        self.bucket.objects[_PREFIX + name] = Stored(data, self.bucket.now)


class GitPlace:
    """A bare repository in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._repository = bare_repository(folder)

    def open(self, machine: str) -> GitStore:
        # Without what the machine has read before: that hides what became of the place, which `vault verify` tells.
        return git_store(self._folder, home=machine, is_copied=False)

    def lay(self, tables: Tables) -> None:
        if not tables.heads:
            git("update-ref", "-d", BRANCH, folder=self._repository)
            return
        written = b"".join(
            f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n" for path, data in _files(tables)
        )
        commit = b"commit refs/heads/laid\ncommitter ada <ada@example.com> 1 +0000\ndata 0\n"
        git("fast-import", "--quiet", "--force", folder=self._repository, stdin=commit + written)
        git("update-ref", BRANCH, "refs/heads/laid", folder=self._repository)
        git("update-ref", "-d", "refs/heads/laid", folder=self._repository)

    def taken(self) -> Tables:
        if not git("branch", "--list", "nexcred", folder=self._repository):
            return Tables()
        listed = git("ls-tree", "-r", "--name-only", BRANCH, folder=self._repository).splitlines()
        asked = "".join(f"{BRANCH}:{path}\n" for path in listed).encode()
        answer = git_bytes("cat-file", "--batch", folder=self._repository, stdin=asked)
        tables, at = Tables(), 0
        for path in listed:
            end = answer.index(b"\n", at)
            size = int(answer[at:end].split()[2])
            _take(tables, path, answer[end + 1 : end + 1 + size])
            at = end + size + 2
        return tables


def _files(tables: Tables) -> Iterator[tuple[str, bytes]]:
    yield layout.HEAD_FILE, tables.heads[max(tables.heads)]
    yield layout.TREE_FILE, tables.tree
    for table in _ROWS:
        yield table, encode_rows(getattr(tables, table))
    for index, leaf in tables.leaves.items():
        yield layout.leaf_file(index), leaf
    for digest, sealed in tables.items.items():
        yield layout.item_file(digest), sealed
    past: dict[int, dict[int, bytes]] = {}
    for generation, head in tables.heads.items():
        past.setdefault(generation // layout.HEADS_IN_FILE, {})[generation] = head
    for number, heads in past.items():
        yield layout.past_file(number), layout.encode_past(heads)


def _take(tables: Tables, path: str, data: bytes) -> None:
    folder, _, name = path.partition("/")
    if path == layout.TREE_FILE:
        tables.tree = data
    elif path in _ROWS:
        setattr(tables, path, decode_rows(data, _ROWS[path]))
    elif folder == layout.LEAF_FOLDER:
        tables.leaves[int(name, 16)] = data
    elif folder == layout.ITEM_FOLDER:
        tables.items[bytes.fromhex(name.partition("/")[2])] = data
    elif folder == layout.PAST_FOLDER:
        tables.heads |= layout.decode_past(int(name), data)
