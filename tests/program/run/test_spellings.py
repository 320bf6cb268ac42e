"""`run --mask` hides a secret however a program writes it; the programs are those that people use."""

import re
import secrets
import shutil
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.handing_over import Handing

# With what shells, addresses, JSON and HTML write otherwise, and a letter beyond ASCII.
AWKWARD = 's3cret/of+EXAMPLE "it\'s" <$HOME> &50% back\\slash ü'
LONG = "EXAMPLE" + secrets.token_urlsafe(50)

# What writes $S, and what of its output is no part of the secret.
WRITERS = {
    "as it is": 'printf %s "$S"',
    "base64": 'printf %s "$S" | base64',
    "base64 of 7 columns": 'printf %s "$S" | base64 -w 7',
    "openssl base64": 'printf %s "$S" | openssl base64',
    "base64 with DOS line ends": 'printf %s "$S" | base64 -w 20 | sed "s/$/\\r/"',
    "base64 in a YAML block": 'echo "data: |"; printf %s "$S" | base64 -w 30 | sed "s/^/    /"',
    "base64 in JSON": 'printf %s "$S" | base64 -w 40 | jq -Rs .',
    "base64url": "python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.environb[b\"S\"]).decode())'",
    "base64url without its end": "node -e 'console.log(Buffer.from(process.env.S).toString(\"base64url\"))'",
    "hex": 'printf %s "$S" | xxd -p',
    "capital hex": 'printf %s "$S" | xxd -u -p',
    "hex on one line": 'printf %s "$S" | xxd -p -c 0',
    "hex with spaces": 'printf %s "$S" | od -An -v -tx1',
    "hex with colons": 'python3 -c \'import os; print(os.environb[b"S"].hex(":"))\'',
    "hex with hyphens": 'python3 -c \'import os; print(os.environb[b"S"].hex("-").upper())\'',
    "hex of C": 'printf %s "$S" | xxd -i',
    "hex of Node": "node -e 'console.log(Buffer.from(process.env.S).toString(\"hex\"))'",
    "a dump of xxd": 'printf %s "$S" | xxd',
    "a dump of hexdump": 'printf %s "$S" | hexdump -C',
    "a dump of od": 'printf %s "$S" | od -v -tx1z',
    "percent-encoding": 'python3 -c \'import os, urllib.parse as u; print(u.quote(os.environ["S"], safe=""))\'',
    "percent-encoding in small letters": (
        "python3 -c 'import os, re, urllib.parse as u; "
        'print(re.sub("%..", lambda m: m[0].lower(), u.quote(os.environ["S"], safe="")))\''
    ),
    "percent-encoding of a form": "python3 -c 'import os, urllib.parse as u; print(u.quote_plus(os.environ[\"S\"]))'",
    "percent-encoding of Node": "node -e 'console.log(encodeURIComponent(process.env.S))'",
    "percent-encoding of jq": "jq -nr '$ENV.S | @uri'",
    "JSON": "python3 -c 'import json, os; print(json.dumps(os.environ[\"S\"]))'",
    "JSON in UTF-8": "jq -n '$ENV.S'",
    "JSON in JSON": "jq -n '{a: $ENV.S} | tojson'",
    "JSON in JSON in JSON": "jq -n '{a: $ENV.S} | tojson | tojson'",
    "JSON of PHP": 'python3 -c \'import json, os; print(json.dumps(os.environ["S"]).replace("/", "\\\\/"))\'',
    "a shell's %q": "printf '%q\\n' \"$S\"",
    "a shell's trace": 'set -x; : "$S"',
    "a shell's @Q": 'echo "${S@Q}"',
    "a shell's declare": "declare -p S",
    "another shell's quoting": "zsh -c 'print -r -- ${(q)S} ${(qq)S} ${(qqq)S} ${(qqqq)S}'",
    "another shell's trace": "dash -xc ': \"$S\"'",
    "jq's shell quoting": "jq -nr '$ENV.S | @sh'",
    "Python's quote()": "python3 -c 'import os, shlex; print(shlex.quote(os.environ[\"S\"]))'",
    "Python's repr": 'python3 -c \'import os; print([os.environ["S"]], [os.environb[b"S"]])\'',
    "Node's inspect": "node -e 'console.log([process.env.S])'",
    "Perl's dump": "perl -MData::Dumper -e 'print Dumper($ENV{S})'",
    "CSV": "jq -nr '[$ENV.S] | @csv'",
    "HTML": "jq -nr '$ENV.S | @html'",
    "HTML of Python": "python3 -c 'import html, os; print(html.escape(os.environ[\"S\"]))'",
    "folded": 'printf %s "$S" | fold -w 9',
    "letter by letter": ("python3 -c 'import os\nfor b in os.environb[b\"S\"]: os.write(1, bytes((b,)))'"),
    "base64 letter by letter, in lines": (
        "python3 -c 'import base64, os\nfor b in base64.b64encode(os.environb[b\"S\"]): os.write(1, bytes((b, 10)))'"
    ),
    "user and password in base64": 'printf "Authorization: Basic %s" "$(printf %s "ada:$S" | base64 -w 0)"',
}
SECRETS = {"awkward": AWKWARD, "long": LONG}
# What brings a tool that not every machine has.
PACKAGES = {"jq": "jq", "node": "nodejs", "xxd": "xxd", "zsh": "zsh", "hexdump": "bsdextrautils"}


def traces(text: str, secret: str) -> list[str]:
    """Return what of a secret a text shows, in plain or in an encoding of a piece of it."""
    import base64

    data = secret.encode()
    pieces = [data[at : at + 6] for at in range(len(data) - 5)]
    plain = [piece.decode(errors="replace") for piece in pieces]
    packed = re.sub(r"[\s:,-]|0x|\\n", "", text).lower()
    shown = [piece for piece in plain if piece in text]
    shown += [piece.hex() for piece in pieces if piece.hex() in packed]
    unwrapped = re.sub(r"\s|\\r|\\n", "", text).replace("-", "+").replace("_", "/")
    for piece in pieces:
        # Of six bytes, those of its characters that hold nothing else.
        for lead in range(3):
            form = base64.b64encode(b"\0" * lead + piece).decode()[-(-lead * 8 // 6) : (lead + 6) * 8 // 6]
            shown += [form] if form in unwrapped else []
    return shown


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
def test_no_trace_of_it_is_shown(handing: Handing, writer: str, secret: str) -> None:
    missing = [tool for tool in PACKAGES if tool in writer and not shutil.which(tool)]
    if missing:
        pytest.skip(f"needs {missing[0]}: apt-get install {PACKAGES[missing[0]]}")
    handing.keep("spelled", secret)
    script = writer.replace("python3", sys.executable)
    bare = subprocess.run(
        ["bash", "-c", script], env={**handing.environment, "S": secret}, capture_output=True, check=True
    )
    assert traces((bare.stdout + bare.stderr).decode(), secret) or "percent" in writer or "%q" in writer
    ran = handing("run", "--env", "S=spelled/api_key", "--mask", "--", "bash", "-c", script)
    assert ran.code == 0, ran.err
    assert "••••" in ran.out + ran.err
    assert traces(ran.out + ran.err, secret) == []


@pytest.fixture(scope="module")
def pem() -> str:
    key = rsa.generate_private_key(65537, 2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


PEM_WRITERS = {
    "as it is": 'cat <<< "$S"',
    "in base64": 'base64 <<< "$S"',
    "in base64 on one line": 'base64 -w 0 <<< "$S"',
    "its body at another width": "grep -v -- ----- <<< \"$S\" | tr -d '\\n' | fold -w 76",
    "its body on one line": "grep -v -- ----- <<< \"$S\" | tr -d '\\n'",
    "one line of it": 'sed -n 7p <<< "$S"',
    "indented": 'sed "s/^/      /" <<< "$S"',
    "with DOS line ends": 'sed "s/$/\\r/" <<< "$S"',
    "in JSON": "jq -n '{key: $ENV.S}'",
    "in JSON in JSON": "jq -n '{key: $ENV.S} | tojson'",
    "on one line with \\n": "printf %s \"$S\" | sed -z 's/\\n/\\\\n/g'",
    "quoted": 'printf %q "$S"',
    "percent-encoded": "jq -nr '$ENV.S | @uri'",
    "in hex": 'xxd -p <<< "$S"',
}


@pytest.mark.parametrize("writer", PEM_WRITERS.values(), ids=PEM_WRITERS)
def test_no_trace_of_a_key_is_shown(handing: Handing, pem: str, writer: str) -> None:
    """Secrets of many lines are shown in pieces elsewhere (actions/runner#161, buildbot/buildbot#4793)."""
    if "jq" in writer and not shutil.which("jq"):
        pytest.skip("needs jq: apt-get install jq")
    (handing.home / "key.pem").write_text(pem)
    given = ("--set", "account=org-account", "--set", "username=u", "--set", "private_key=@key.pem")
    added = handing("add", "snowflake", "flake", *given, "--no-probe")
    assert added.code == 0, added.err
    script = f'S="$SNOWFLAKE_PRIVATE_KEY"; export S; {writer}'
    ran = handing("run", "-c", "flake", "--mask", "--", "bash", "-c", script)
    assert (ran.code, "••••" in ran.out) == (0, True), ran.err
    body = "".join(pem.splitlines()[1:-1])
    assert traces(ran.out + ran.err, body) == []


def test_what_is_no_secret_is_shown_as_it_is(handing: Handing) -> None:
    """Over-masking leaves nothing to read (actions/runner#326, woodpecker-ci/woodpecker#7103)."""
    text = '[{description, "50% of \\"this\\""}, {0x41, 61-62:63}]\n00000000: 6162  ab\nhttps://h/%2Fa+b\nMIIB+/==\n'
    (handing.home / "text").write_text(text)
    assert handing("run", "-c", "events", "-c", "my", "--mask", "--", "cat", "text").out == text
