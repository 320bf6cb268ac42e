"""Names of variables: what a credential and its fields are called makes no program run anything."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import nexcred
from nexcred.connectors.load.loader import load_all
from nexcred.connectors.load.names import CATALOGUE, Folders
from nexcred.model.run_variables import CLEARED, DECLARED, is_run, may_be_declared
from nexcred.model.variable_name import derived_name

RUN = (
    *("HOME", "PATH", "MAKEFLAGS", "RSYNC_RSH", "HTTPS_PROXY", "http_proxy", "ALL_PROXY", "SSL_CERT_FILE", "PAGER"),
    *("AWS_PAGER", "MANPAGER", "GIT_SSH_COMMAND", "GIT_CONFIG_COUNT", "LD_PRELOAD", "DYLD_INSERT_LIBRARIES", "SHELL"),
    *("PYTHONPATH", "PYTHONSTARTUP", "NODE_OPTIONS", "PERL5OPT", "RUBYOPT", "BASH_ENV", "ENV", "IFS", "EDITOR"),
    *("VISUAL", "BROWSER", "LESSOPEN", "TERMINFO", "AWS_CONFIG_FILE", "NPM_CONFIG_REGISTRY", "KUBECONFIG", "GOFLAGS"),
    *("JAVA_TOOL_OPTIONS", "GRADLE_OPTS", "CURL_HOME", "REQUESTS_CA_BUNDLE", "NEXCRED_IDENTITY", "RUSTC_WRAPPER"),
    *("SSH_ASKPASS", "SUDO_EDITOR", "BORG_PASSCOMMAND", "XDG_CONFIG_HOME", "AWS_SHARED_CREDENTIALS_FILE"),
)
HOSTILE = st.sampled_from([*RUN, *(part for name in RUN for part in name.split("_")), "_", "", "家", "1", "e\u0301"])
WORDS = st.one_of(HOSTILE, HOSTILE.map(str.lower), st.text(max_size=20))


def _settings() -> set[str]:
    """Return every variable that nexcred itself reads, as its sources name them, and those that are to come."""
    sources = "".join(path.read_text() for path in Path(nexcred.__file__).parent.rglob("*.py"))
    later = {"NEXCRED_IDENTITY_COMMAND", "NEXCRED_PASSPHRASE_COMMAND", "NEXCRED_CHECKPOINT"}
    return later.union(re.findall(r"\bNEXCRED_[A-Z][A-Z_]*[A-Z]\b", sources))


SETTINGS = _settings()


@pytest.mark.parametrize("name", RUN)
def test_it_is_known_by_what_programs_run(name: str) -> None:
    assert is_run(name)
    assert not may_be_declared(name)


@given(name=WORDS, field=WORDS)
@example(name="家", field="MAKEFLAGS")
@example(name="rsync", field="rsh")
@example(name="identity", field="command")
@example(name="nexcred", field="identity")
@example(name="pager", field="_")
def test_no_name_and_field_make_one_of_them(name: str, field: str) -> None:
    made = derived_name(name, field)
    assert re.fullmatch("[A-Z_][A-Z0-9_]*", made)
    assert made.startswith("NEXCRED_") or not is_run(made)
    assert made not in SETTINGS


@pytest.mark.parametrize("setting", sorted(SETTINGS))
def test_no_setting_of_nexcred_is_a_name_and_a_field(setting: str) -> None:
    """Wherever it is cut in two, with and without its prefix, and beside what leaves no letter."""
    assert is_run(setting)
    assert not may_be_declared(setting)
    rest = setting.removeprefix("NEXCRED_")
    for text in (setting, rest, f"NEXCRED_{setting}"):
        cuts = [(text[:at].strip("_"), text[at:].strip("_")) for at in range(len(text) + 1)]
        for name, field in (*cuts, (text, "家"), ("家", text), (f" {text}-", "_"), ("_", f".{text}")):
            assert derived_name(name, field) not in SETTINGS
            assert derived_name(name.lower(), field.lower()) not in SETTINGS


def test_a_variable_begins_with_the_credentials_name() -> None:
    assert derived_name("External API", "api_key") == "EXTERNAL_API_API_KEY"
    assert derived_name("2nd (prod)", "api_key") == "_2ND_PROD__API_KEY"
    assert derived_name("家", "host") == "NEXCRED_HOST"
    assert derived_name("Git", "api_key") == "NEXCRED_GIT_API_KEY"
    assert derived_name("identity", "command") == "NEXCRED__IDENTITY_COMMAND"


def test_of_those_only_what_built_in_connectors_declare_may_be_declared() -> None:
    """An exception that nothing needs any more is one too many."""
    methods = [method for one in load_all(Folders(CATALOGUE)) for method in one.methods]
    declared = {name for method in methods for field in method.fields for name in (field.env, *field.env_also)}
    declared |= {file.env for method in methods for file in method.files}
    assert {name for name in declared if is_run(name)} == DECLARED
    assert {name for method in methods for name in method.clears if is_run(name)} == CLEARED
