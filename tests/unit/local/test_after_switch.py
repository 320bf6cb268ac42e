"""What runs after a switch is said by the user's settings alone, as words and not as a shell's line."""

import pytest

from nexcred.errors import InvalidData
from nexcred.local.settings_file import decode_settings


def test_a_command_stands_under_the_name_of_a_credential() -> None:
    said = decode_settings(b'[after.switch]\n"S3 Production" = ["./push.sh", "--quiet"]\n')
    assert said.after_switch == {"S3 Production": ("./push.sh", "--quiet")}
    assert decode_settings(b"probe_jobs = 3\n").after_switch == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"after = 1\n", "after must be a table"),
        (b'[after]\nswitch = "x"\n', "after.switch must be a table"),
        (b'[after.switch]\nprod = "./push.sh"\n', "after.switch.prod must be a list of words"),
        (b"[after.switch]\nprod = []\n", "must be a list of words"),
        (b'[after.switch]\nprod = [""]\n', "must be a list of words"),
        (b'[after.switch]\nprod = ["x", 1]\n', "must be a list of words"),
        (b'[after.swich]\nprod = ["x"]\n', "there is switch"),
    ],
)
def test_what_is_no_command_is_refused_with_its_line(text: bytes, problem: str) -> None:
    with pytest.raises(InvalidData, match=r"config\.toml:[12]") as refused:
        decode_settings(text)
    assert problem in refused.value.message
