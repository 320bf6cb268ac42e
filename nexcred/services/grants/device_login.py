"""Logging in by a code that a person enters in a browser, wherever that is (RFC 8628)."""

import time
from collections.abc import Callable, Generator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from nexcred.auth.device_code import DeviceCode, NotApproved
from nexcred.auth.flow import Grant, Refused, Request, Response, Session, Verdict
from nexcred.connectors.filled_values import text_values
from nexcred.connectors.language.spec import Connector, Method
from nexcred.errors import HostRefused, NotProved
from nexcred.http.policy import HostPolicy
from nexcred.model.credential import Details
from nexcred.model.host_domain import domain_of
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import repr_of
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.network.resolve import resolve
from nexcred.services.grants.granting import granted
from nexcred.services.grants.login import scheme_of, session_of, told
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S
from nexcred.services.values.hosts import policy_for

if TYPE_CHECKING:
    from nexcred.http.reach import Resolver

T = TypeVar("T")
_LONGEST_INTERVAL_S = 60
_NO_ADDRESS = Verdict(ProbeStatus.INCONCLUSIVE, detail="the address to enter the code at is no https address")


class DeviceLogin(NamedTuple):
    """Asks as these values. `environment` names proxies and CA bundles; `wait` lets seconds pass."""

    connector: Connector
    method: Method
    details: Details
    environment: Mapping[str, str]
    clock: Callable[[], datetime]
    wait: Callable[[float], None] = time.sleep
    passed: Callable[[], float] = time.monotonic
    resolver: "Resolver" = resolve

    def __repr__(self) -> str:
        return repr_of(self)

    def begin(self) -> DeviceCode:
        """Return the code to enter, and where; raise Rejected or NotProved with what the provider said."""
        flow = scheme_of(self.method).begin_device(self._values, self.clock())
        with told(self.connector, self.method):
            device = self._asked(flow)
            if not _may_be_opened(device.verification_uri, policy_for(self.method, self.details)):
                raise Refused(_NO_ADDRESS)
        return device if _is_same_place(device) else device._replace(complete="")

    def refusal_of(self, device: DeviceCode) -> HostRefused | None:
        """Return why nobody is led there unasked: its host is somebody else's. None for the provider's own."""
        policy = policy_for(self.method, self.details)
        with suppress(HostRefused):
            policy.check(device.verification_uri)
            return None
        host = urlsplit(device.verification_uri).hostname or ""
        own = {domain_of(one.removeprefix("*.").partition(":")[0]) for one in policy.hosts} - {""}
        if domain_of(host) in own:
            return None
        return HostRefused(
            f"the page to approve it at is of {host}, which is no host of {self.connector.title}'s connector",
            hint=f"if it is the provider's: nexcred update NAME --allow-host {host}",
            authority=host,
        )

    def finish(self, device: DeviceCode) -> Session:
        """Ask until somebody has approved it; raise Rejected, NotProved. A lost answer is asked for again (3.5)."""
        ends_at, interval_s = self.passed() + device.life_s, device.interval_s
        while True:
            self.wait(interval_s)
            if self.passed() >= ends_at:
                raise NotProved(f"not logged in: nobody approved it within {max(device.life_s // 60, 1)} minutes")
            try:
                outcome = self._poll(device, interval_s)
            except TransportFailed:
                interval_s = min(2 * interval_s, _LONGEST_INTERVAL_S)
                continue
            if isinstance(outcome, Grant):
                return self._completed(outcome)
            interval_s = outcome.interval_s

    def _poll(self, device: DeviceCode, interval_s: int) -> Grant | NotApproved:
        flow = scheme_of(self.method).poll_device(device, interval_s, self._values, self.clock())
        with told(self.connector, self.method):
            return self._asked(flow, device.device_code)

    def _completed(self, grant: Grant) -> Session:
        look_up = scheme_of(self.method).look_up
        with told(self.connector, self.method):
            if look_up:
                grant = self._asked(look_up.add_to(grant, self._values, self.clock()), grant.token)
            return session_of(self.method, self.details, grant)

    def _asked(self, flow: Generator[Request, Response, T], *secrets: str | None) -> T:
        return granted(
            flow,
            self.method,
            self.details,
            Deadline.after(DEFAULT_TIMEOUT_S),
            environment=self.environment,
            resolver=self.resolver,
            secrets=secrets,
        )

    @property
    def _values(self) -> Mapping[str, str | bytes]:
        return text_values(self.method, self.details.fields)


def _may_be_opened(url: str, policy: HostPolicy) -> bool:
    """Take https of any host, since only a person goes there, and plain http of one that the user allowed."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not _is_plain(url) or "@" in parts.netloc or not parts.hostname:
        return False
    if parts.scheme == "https":
        return True
    try:
        return policy.check(url).explicit
    except HostRefused:
        return False


def _is_same_place(device: DeviceCode) -> bool:
    """True where the address with the code in it is of the place that the code is entered at."""
    try:
        one, other = urlsplit(device.complete), urlsplit(device.verification_uri)
    except ValueError:
        return False
    return _is_plain(device.complete) and (one.scheme, one.netloc) == (other.scheme, other.netloc)


def _is_plain(url: str) -> bool:
    return url.isascii() and url.isprintable() and " " not in url
