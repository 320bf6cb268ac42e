"""`nexcred helper kube` as the real kubectl calls it, over TLS on loopback."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator

import pytest

from tests.support.opened import Opened
from tests.support.standins.authority import Authority
from tests.support.standins.kubernetes import Kubernetes

Kubectl = Callable[..., "subprocess.CompletedProcess[str]"]
# The first client whose plugins may speak version 1 is 1.22; Debian 12 has 1.20.
_FIRST_V1 = (1, 22)


@pytest.fixture
def cluster(authority: Authority) -> Iterator[Kubernetes]:
    with Kubernetes(tls=authority.server_context()) as running:
        yield running


@pytest.fixture
def kubectl(opened: Opened, cluster: Kubernetes, authority: Authority) -> Kubectl:
    """Run kubectl as somebody has it who named the helper in his configuration, and nothing else."""
    program = shutil.which("kubectl")
    if program is None:
        pytest.skip("needs kubectl: apt-get install kubernetes-client")
    held = {"HELD": cluster.access_token, "SSL_CERT_FILE": str(authority.bundle)}
    settings = ("--set", f"base_url={cluster.url}", "--set", "access_token=env:HELD", "--allow-host", cluster.host)
    added = opened("add", "kubernetes", "loader", *settings, environment=held)
    assert (added.code, cluster.identity in added.out) == (0, True), added.err

    def run(*arguments: str, server: str = cluster.url) -> "subprocess.CompletedProcess[str]":
        config = opened.home / "kubeconfig"
        config.write_text(json.dumps(_configuration(opened, server, authority, _api_version(program))))
        environment = {**opened.environment, "KUBECONFIG": str(config)}
        return subprocess.run(
            [program, *arguments],
            env=environment,
            cwd=opened.home,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def _api_version(program: str) -> str:
    said = subprocess.run([program, "version", "--client", "-o", "json"], capture_output=True, check=True).stdout
    version = json.loads(said)["clientVersion"]
    is_new = (int(version["major"]), int(version["minor"].rstrip("+"))) >= _FIRST_V1
    return f"client.authentication.k8s.io/{'v1' if is_new else 'v1beta1'}"


def _configuration(opened: Opened, server: str, authority: Authority, api_version: str) -> dict[str, object]:
    program, *arguments = opened.command("helper", "kube", "loader")
    helper = {
        "apiVersion": api_version,
        "command": program,
        "args": arguments,
        "interactiveMode": "Never",
        "provideClusterInfo": True,
    }
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": server, "certificate-authority": str(authority.bundle)}}],
        "users": [{"name": "u", "user": {"exec": helper}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }


def test_kubectl_gets_the_token_of_its_cluster(kubectl: Kubectl) -> None:
    done = kubectl("get", "--raw", "/api/v1/namespaces")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["kind"] == "NamespaceList"


def test_another_cluster_is_told_nothing(kubectl: Kubectl, authority: Authority) -> None:
    with Kubernetes(tls=authority.server_context()) as stranger:
        done = kubectl("get", "--raw", "/api/v1/namespaces", server=stranger.url)
        assert done.returncode != 0
        assert "this credential may not be sent to" in done.stderr
        assert not any("authorization" in request.headers for request in stranger.received)
