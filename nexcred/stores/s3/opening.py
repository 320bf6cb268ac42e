"""Opening a vault in a bucket by its URL; nothing is asked yet."""

from functools import partial
from urllib.parse import urlsplit

from nexcred.http.kept import KeptTransport
from nexcred.http.policy import HostPolicy
from nexcred.model.times import utc_now
from nexcred.stores.local_copy.store import CopiedStore, copy_of
from nexcred.stores.s3.address import parse_address
from nexcred.stores.s3.client import Bucket, BucketTransport
from nexcred.stores.s3.kept_parts import KeptParts
from nexcred.stores.s3.login import Login
from nexcred.stores.s3.store import S3Store
from nexcred.stores.surroundings import Surroundings
from nexcred.vault.store import Store


def open_bucket(text: str, around: Surroundings) -> Store:
    """Return the store behind its copy on this machine; raise UsageError for a URL that is none."""
    address = parse_address(text)
    bucket = Bucket(address, Login(around.environment, utc_now, address.region), partial(_connect, around))
    copy = copy_of(address.location, around)
    store = S3Store(bucket, KeptParts(copy))
    return store if copy is None else CopiedStore(store, copy, around.offline, warn=around.warn)


def _connect(around: Surroundings, url: str) -> BucketTransport:
    """Send to that host alone, which the user named."""
    return KeptTransport(HostPolicy((), (urlsplit(url).netloc,)), around.environment)
