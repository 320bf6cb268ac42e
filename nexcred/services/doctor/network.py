"""The way to providers, as the environment describes it: certificates and proxies. Nothing is sent."""

from collections.abc import Iterator, Mapping

from nexcred.http.proxies import configured_proxies
from nexcred.network.failures import TransportFailed
from nexcred.network.tls import certificate_source, tls_context
from nexcred.services.doctor.check import Check, Status

TLS, PROXY = "tls", "proxy"


def check_tls(environment: Mapping[str, str]) -> Check:
    """Load the certificates and count them."""
    source = certificate_source(environment)
    try:
        count = len(tls_context(environment).get_ca_certs())
    except TransportFailed as error:
        return Check(TLS, Status.PROBLEM, error.detail, f"name a PEM file that you can read, or unset {source.name}")
    if count:
        return Check(TLS, Status.OK, f"{count} certificate authorities, from {source.name}")
    if source.folder:
        return Check(TLS, Status.OK, f"certificate authorities from a folder, named by {source.name}")
    return Check(TLS, Status.PROBLEM, f"{source.name} names no certificate authority", f"unset {source.name}")


def check_proxies(environment: Mapping[str, str]) -> Iterator[Check]:
    """Say which proxies would be used; of a login only that there is one."""
    found = False
    for variable, proxy in configured_proxies(environment):
        found = True
        if isinstance(proxy, TransportFailed):
            yield Check(PROXY, Status.PROBLEM, proxy.detail, f"set {variable} to http://HOST:PORT, or unset it")
            continue
        login = ", with a login (••••)" if any(proxy.login) else ""
        yield Check(PROXY, Status.OK, f"{variable}: {proxy.scheme}://{proxy.host.in_url}:{proxy.port}{login}")
    if not found:
        yield Check(PROXY, Status.OK, "none: connections are made directly")
