"""docs/ci-without-secrets.md is run, with an AWS and an OpenBao, and stand-ins for the others that it names."""

import shutil
from pathlib import Path

import pytest

from scripts.pages import differences, run_page
from tests.live.job_clouds.all import clouds
from tests.live.wheelhouse import variables, wheelhouse

__all__ = ["wheelhouse"]
PAGE = Path(__file__).parents[2] / "docs" / "ci-without-secrets.md"


# moto looks at what a secret may be used for, not at which it is.
_MEANT = {"arn:aws:secretsmanager:eu-central-1:123456789012:secret:nexcred-ci-*": "*"}
# What the workflow does, by hand: once as the page says, and then with each thing changed that AWS was told.
_JOB = r"""
ASK='aws secretsmanager get-secret-value --secret-id nexcred-ci --query SecretString --output text'
token() {
  printf 'Authorization: Bearer %s' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN" \
    | curl -sSf -H @- "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=$1" | jq -ej .value > token
}
as_job() {
  rm -rf job; mkdir job
  env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u NEXCRED_IDENTITY_FILE HOME="$PWD/job" CI=true \
    AWS_ROLE_ARN=arn:aws:iam::123456789012:role/nexcred-ci AWS_WEB_IDENTITY_TOKEN_FILE="$PWD/token" \
    NEXCRED_IDENTITY_COMMAND="$ASK" nexcred get "$1" > out 2> err || { code=$?; cat err >&2; return $code; }
}
refused() {
  code=0; as_job "$1" || code=$?
  test "$code:$(cat out)" = "$2:" && grep "$3" err
}
trusted() { aws iam update-assume-role-policy --role-name nexcred-ci --policy-document "file://$1"; }
allowed() { aws iam put-role-policy --role-name nexcred-ci --policy-name nexcred-ci --policy-document "file://$1"; }

nexcred add resci other --set api_key=env:RESCI_KEY
token sts.amazonaws.com
as_job resci/api_key
test "$(cat out)" = "$RESCI_KEY"
refused other/api_key 10 'not shared with this identity'

token another.example.com
refused resci/api_key 1 "Audience doesn't match"
token sts.amazonaws.com
sed 's/repo:acme.app/repo:acme\/other/' trust.json > other.json
trusted other.json
refused resci/api_key 1 'Not authorized to perform sts:AssumeRoleWithWebIdentity'
trusted trust.json
sed 's/s3:GetObject/s3:PutObject/' rights.json > other.json
allowed other.json
refused resci/api_key 1 'the login may not read'
sed 's/GetSecretValue/DescribeSecret/' rights.json > other.json
allowed other.json
refused resci/api_key 6 'AccessDenied'
allowed rights.json
as_job resci/api_key
"""


@pytest.mark.skipif(not shutil.which("kubectl"), reason="needs kubectl: apt-get install kubernetes-client")
def test_jobs_and_pods_open_a_shared_vault_as_the_page_says(wheelhouse: Path) -> None:
    written = PAGE.read_text()
    with clouds() as around:
        ran = run_page(
            written, _MEANT, lambda internet: {**around.join(internet), **variables(wheelhouse)}, **around.secrets
        )
    assert differences(written, ran) == []


def test_what_aws_was_told_is_what_lets_a_job_in() -> None:
    page = PAGE.read_text().partition("The workflow holds")[0]
    with clouds() as around:
        run_page(f"{page}```sh\n{_JOB}```\n", _MEANT, around.join, **around.secrets)
