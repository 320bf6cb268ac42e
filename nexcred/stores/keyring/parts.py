"""One value of up to 256 KiB in a keyring, whose items hold little: in parts, and never half replaced.

There are two places, and a manifest for each. A new value goes to the place that is not in use; its manifest is written
last, and names serial number, count, size and SHA-256. The highest serial number is the present one. So whoever dies
midway leaves the old value whole, even where a keyring replaces an item by deleting it first, as the macOS one does.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterator
from itertools import count

from nexcred.errors import MadeByNewer, Tampered
from nexcred.model.named_tuple import NamedTuple
from nexcred.oskeyring.access import GuardedKeyring
from nexcred.oskeyring.failure import KeyringFailure, KeyringUnavailable

MOST_BYTES = 256 * 1024
_USER = "nexcred"
_VERSION = "NXK1"
_MANIFEST = re.compile(r"NXK1 ([1-9][0-9]{0,17}) ([1-9][0-9]{0,3}) ([1-9][0-9]{0,5}) ([0-9a-f]{64})", re.ASCII)


class Manifest(NamedTuple):
    """Names the present value, and proves that it is complete."""

    serial: int
    parts: int
    size: int
    digest: str

    @property
    def place(self) -> int:
        return self.serial % 2

    def write(self) -> str:
        return f"{_VERSION} {self.serial} {self.parts} {self.size} {self.digest}"


class KeyringParts:
    """The items of one name. Every method raises KeyringUnavailable."""

    def __init__(self, keyring: GuardedKeyring, name: str) -> None:
        self._keyring = keyring
        self._name = name

    def newest(self) -> Manifest | None:
        """Return the manifest of the present value, None when there is none; raise Tampered, MadeByNewer.

        Looks twice before it says none: a writer may have changed places between the two looks.
        """
        for _ in range(2):
            found = [manifest for place in (0, 1) if (manifest := self._manifest(place)) is not None]
            if found:
                return max(found)
        return None

    def fetch(self, manifest: Manifest) -> bytes | None:
        """Return the value, None when it is not what the manifest says: gone meanwhile, or damaged."""
        text = "".join(self._texts(manifest))
        try:
            value = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return None
        is_whole = len(value) == manifest.size and hmac.compare_digest(_digest(value), manifest.digest)
        return value if is_whole else None

    def lay(self, value: bytes, after: Manifest | None) -> Manifest:
        """Put the parts of a new value where nobody looks yet; return the manifest to `publish`."""
        text = base64.b64encode(value).decode("ascii")
        step = self._keyring.most_characters
        texts = [text[at : at + step] for at in range(0, len(text), step)]
        serial = after.serial + 1 if after is not None else 1
        manifest = Manifest(serial, len(texts), len(value), _digest(value))
        self._keyring.delete(self._manifest_service(manifest.place), _USER)  # of a writer who died before tidying
        for index, part in enumerate(texts):
            self._keyring.set(self._part_service(manifest.place, index), _USER, part)
        return manifest

    def publish(self, manifest: Manifest) -> None:
        """Make a value that was laid the present one."""
        service = self._manifest_service(manifest.place)
        try:
            self._keyring.set(service, _USER, manifest.write())
        except KeyringUnavailable as error:
            if error.failure is KeyringFailure.DIFFERENT:
                self._keyring.delete(service, _USER)  # what stands there now would pass for damage
            raise

    def tidy(self, manifest: Manifest) -> None:
        """Take away what does not belong to the present value."""
        other = 1 - manifest.place
        self._keyring.delete(self._manifest_service(other), _USER)
        self._drop_parts(other, 0)
        self._drop_parts(manifest.place, manifest.parts)

    def _manifest(self, place: int) -> Manifest | None:
        text = self._keyring.get(self._manifest_service(place), _USER)
        if text is None:
            return None
        found = _MANIFEST.fullmatch(text)
        if found is None and re.match(r"NXK[0-9]+ ", text) and not text.startswith(f"{_VERSION} "):
            raise MadeByNewer("the vault in the keyring was made by a newer nexcred", hint="update nexcred")
        manifest = Manifest(int(found[1]), int(found[2]), int(found[3]), found[4]) if found else None
        if manifest is None or manifest.place != place or manifest.size > MOST_BYTES:
            raise Tampered("the keyring holds something else where the vault's manifest belongs")
        return manifest

    def _texts(self, manifest: Manifest) -> Iterator[str]:
        remaining = 4 * -(-manifest.size // 3)
        for index in range(manifest.parts):
            text = self._keyring.get(self._part_service(manifest.place, index), _USER)
            if not text or len(text) > remaining:
                return
            remaining -= len(text)
            yield text

    def _drop_parts(self, place: int, first: int) -> None:
        """Drop the parts from `first` on, the last ones first, so that those of who dies midway are found again."""
        end = next(i for i in count(first) if self._keyring.get(self._part_service(place, i), _USER) is None)
        for index in reversed(range(first, end)):
            self._keyring.delete(self._part_service(place, index), _USER)

    # Each item has a service of its own: on Windows a second user of one service moves the first to another item.
    def _manifest_service(self, place: int) -> str:
        return f"nexcred vault {self._name} {place} manifest"

    def _part_service(self, place: int, index: int) -> str:
        return f"nexcred vault {self._name} {place} part {index}"


def _digest(value: bytes) -> str:
    return hashlib.sha256(value).hexdigest()
