"""Connections that are kept between requests, each dialled only after its host was checked."""

import socket
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from nexcred.http.connection import DialledHTTP, DialledHTTPS, proxy_of
from nexcred.http.policy import HostPolicy, Target
from nexcred.http.proxies import Proxy
from nexcred.http.reach import Resolver, resolve_checked
from nexcred.http.socks_proxy import ask_for_the_way
from nexcred.network.deadline import Deadline
from nexcred.network.dial import connect
from nexcred.network.tls import tls_context

# Of one host: more threads than this open further connections, which are not kept.
_KEPT = 16


class _Pool(HTTPConnectionPool):
    """A pool that passes options it does not know on to its connections."""

    ConnectionCls = DialledHTTP


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = DialledHTTPS


class Pools:
    """One pool for each host and way to it; threads may share them. TLS trusts whom the environment names."""

    def __init__(self, policy: HostPolicy, environment: Mapping[str, str], resolver: Resolver) -> None:
        self._policy = policy
        self._environment = environment
        self._resolve = resolver
        self._lock = threading.Lock()
        self._pools: dict[tuple[object, ...], HTTPConnectionPool] = {}

    def pool(self, target: Target, proxy: Proxy | None) -> HTTPConnectionPool:
        """Return the pool for a checked target: straight, through a tunnel (https), or to a forwarding proxy."""
        through = (proxy.scheme, proxy.host, proxy.port, *proxy.login) if proxy else None
        with self._lock:
            key = (target.scheme, target.authority, target.explicit, through)
            if key not in self._pools:
                self._pools[key] = self._make(target, proxy)
            return self._pools[key]

    def close(self) -> None:
        with self._lock:
            for pool in self._pools.values():
                pool.close()
            self._pools.clear()

    def _make(self, target: Target, proxy: Proxy | None) -> HTTPConnectionPool:
        options: dict[str, Any] = {"dial": partial(self._dial, target, proxy), "maxsize": _KEPT}
        if proxy is not None and proxy.is_socks:
            proxy = None  # what it passes on it does not understand
        if proxy is not None:
            options["_proxy"], options["_proxy_config"] = proxy_of(proxy, partial(tls_context, self._environment))
            options["_proxy_headers"] = dict(proxy.headers)
        if target.scheme == "http" and proxy is not None:
            scheme, host, port = proxy.scheme, proxy.host, proxy.port
        else:
            scheme, host, port = target.scheme, target.host, target.port
        if scheme == "http":
            return _Pool(host.in_url, port, **options)
        shown = self._policy.shown if target.scheme == "https" else None
        return _TLSPool(host.in_url, port, ssl_context=tls_context(self._environment, shown), **options)

    def _dial(self, target: Target, proxy: Proxy | None, seconds: float) -> socket.socket:
        deadline = Deadline.after(seconds)
        addresses, port = resolve_checked(self._policy, target, proxy, deadline, self._resolve)
        connected = connect(addresses, port, deadline)
        if proxy is not None and proxy.is_socks:
            connected = ask_for_the_way(
                connected, proxy, target, policy=self._policy, deadline=deadline, resolver=self._resolve
            )
        connected.settimeout(seconds)
        return connected
