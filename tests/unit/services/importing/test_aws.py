"""AWS's two files, joined as the AWS CLI joins them. tests/live compares with botocore."""

import pytest

from nexcred.services.importing.aws import aws_places, read_aws_files
from nexcred.services.importing.files import SourceFile
from nexcred.services.importing.found import ImportCandidate, Reading
from nexcred.services.importing.sources import SOURCES
from tests.support.import_readings import only, plain, problem, told

KEYS = "aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = s-EXAMPLE\n"
KEY = {"access_key_id": "AKIAEXAMPLE", "secret_key": "s-EXAMPLE"}


def read(credentials: str = "", config: str = "") -> Reading:
    texts = (SourceFile("C", credentials.encode(), "credentials"), SourceFile("F", config.encode(), "config"))
    return read_aws_files(texts)


def test_keys_of_credentials_and_the_region_of_config_are_one_profile() -> None:
    found = read(f"[x]\n{KEYS}", "[profile x]\nregion = eu-west-1\n[x]\nregion = no\n")
    assert told(found) == [("x", "s3", {**KEY, "region": "eu-west-1"})]


def test_what_neither_file_says_is_not_made_up() -> None:
    assert only(read(f"[x]\n{KEYS}")) == KEY


def test_credentials_win_over_config() -> None:
    assert only(read(f"[default]\n{KEYS}region = a\n", "[default]\nregion = b\n"))["region"] == "a"


def test_a_key_and_a_secret_of_different_files_are_not_joined() -> None:
    config = "[profile x]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = o-EXAMPLE\naws_session_token = t\n"
    assert only(read("[x]\naws_secret_access_key = s-EXAMPLE\n", config))["secret_key"] == "o-EXAMPLE"
    assert only(read(f"[x]\n{KEYS}", config)) == KEY


READ = [
    "[x]\nAWS_ACCESS_KEY_ID: AKIAEXAMPLE\nAws_Secret_Access_Key=s-EXAMPLE\n",
    f"[x]\r\n{KEYS}",
    f"\ufeff[x]\n{KEYS}",
    f"[x] ; note\n; c\n# d\n{KEYS}",
    f"[x]\ns3 =\n  region = nested\n  aws_access_key_id = nested\n{KEYS}",
    f"[DEFAULT]\n{KEYS}[x]\n",
]


@pytest.mark.parametrize("text", READ)
def test_names_in_capitals_colons_and_nested_settings(text: str) -> None:
    assert only(read(text)) == KEY


REFUSED = [
    (f"[x]\n{KEYS}".replace("s-EXAMPLE", "s-EXAMPLE ; mine"), "line 3: to the AWS CLI, what follows the blank"),
    (
        f"[x]\n{KEYS}".replace("s-EXAMPLE", '"s-EXAMPLE"'),
        "line 3: to the AWS CLI, the quotes are part of aws_secret_access_key",
    ),
    (f"[x]\n{KEYS}region = a # b", "line 4: to the AWS CLI, what follows the blank"),
    (f"[x]\n{KEYS}  more\n", "line 3: to the AWS CLI, what follows the blank"),
    (f"[x]\n{KEYS}[x]\n{KEYS}", "is there twice, on lines 1 and 4"),
    (f"[x]\n{KEYS}aws_access_key_id = b\n", "line 4 gives aws_access_key_id a second time"),
    (f"[x]\n{KEYS}nonsense\n", "line 4 is not NAME = VALUE"),
    (f"x = 1\n[x]\n{KEYS}", None),
    ("[x]\naws_access_key_id = a\n", "holds no secret key of its own"),
    ("[x]\naws_secret_access_key = a\n", "holds no access key ID"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_what_the_aws_cli_would_not_read_or_take_for_more_is_named_with_its_line(text: str, why: str | None) -> None:
    if why is None:
        assert told(SOURCES["aws"].read(text.encode()))[0] == "comes before the first [profile]"
    else:
        assert why in problem(SOURCES["aws"].read(text.encode()))


def test_a_role_is_assumed_by_the_keys_of_its_source() -> None:
    role = "role_arn = arn:aws:iam::123456789012:role/reader\nsource_profile = base\nexternal_id = e\n"
    base, reader = read(f"[base]\n{KEYS}region = a\n", f"[profile r]\n{role}region = b\n").found
    assert isinstance(base, ImportCandidate)
    assert isinstance(reader, ImportCandidate)
    arn = "arn:aws:iam::123456789012:role/reader"
    assert plain(reader) == {**KEY, "role_arn": arn, "external_id": "e", "region": "b"}


NO_ROLES = [
    ("source_profile = gone\n", "is a role of the profile 'gone', which is not there"),
    ("credential_source = Ec2InstanceMetadata\n", "is a role without a key that assumes it (credential_source)"),
    ("source_profile = x\nmfa_serial = arn\n", "is a role that asks for a code (mfa_serial)"),
]


@pytest.mark.parametrize(("lines", "why"), NO_ROLES)
def test_a_role_that_no_key_assumes_is_named(lines: str, why: str) -> None:
    assert problem(read("", f"[profile r]\nrole_arn = arn:aws:iam::123456789012:role/reader\n{lines}")) == why


def test_profiles_of_the_config_without_a_key_are_in_the_way_of_none() -> None:
    found = read(f"[x]\n{KEYS}", "[profile a]\nsso_session = s\n[profile b]\nregion = r\n[sso-session s]\n[plugins]\n")
    assert [one.name for one in found.found] == ["x"]
    assert found.notes == ("left out, since they hold no key: 'a' (sso_session), 'b'",)


def test_keys_in_a_section_of_the_config_that_is_no_profile_are_named() -> None:
    assert read("", f"[x]\n{KEYS}").notes == ("[x] of F is no profile to AWS's tools: name it [profile x]",)


def test_an_endpoint_of_the_services_wins_over_the_profiles_own() -> None:
    services = (
        "[services dev]\ns3 =\n  endpoint_url = https://s3.example\nsts =\n  endpoint_url = https://sts.example\n"
    )
    profile = f"[default]\n{KEYS}endpoint_url = https://all.example\n"
    found = only(read(profile, f"[default]\nservices = dev\n{services}"))
    assert (found["endpoint_url"], found["sts_endpoint_url"]) == ("https://s3.example", "https://sts.example")
    assert only(read(profile))["endpoint_url"] == "https://all.example"
    assert only(read(f"{profile}ignore_configured_endpoint_urls = true\n")) == KEY


def test_the_files_are_those_that_the_variables_name() -> None:
    named = aws_places({"AWS_CONFIG_FILE": "/srv/config", "AWS_SHARED_CREDENTIALS_FILE": ""})
    assert [(place.path, place.role) for place in named] == [("", "credentials"), ("/srv/config", "config")]
    assert [place.shown for place in aws_places({})] == ["~/.aws/credentials", "~/.aws/config"]
