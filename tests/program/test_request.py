"""`nexcred request` as a process."""

import json
import threading

import pyte
import pytest

from tests.support.opened import Opened
from tests.support.standins import Aha, Answer, Received, json_answer
from tests.support.terminal import Typed, lines_of, play

ESCAPES = {"name": "a\x1b]52;c;x\x07\u202eb", "n": 1}


@pytest.fixture
def with_aha(opened: Opened, aha: Aha) -> Opened:
    assert opened.add(aha).code == 0
    return opened


def test_an_answer_comes_as_it_is_where_a_program_reads(with_aha: Opened, aha: Aha) -> None:
    raw = b'{ "user":{"email" : "ada@example.com"},"big":12345678901234567890.10 }'
    aha.fault = lambda _request, _proper: Answer(200, raw)
    ran = with_aha.run_bytes("request", "aha", "/api/v1/me")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, raw, b"")


def test_a_body_comes_from_fields_a_file_or_standard_input(with_aha: Opened, aha: Aha) -> None:
    aha.fault = lambda _request, _proper: json_answer({})
    for words in (["-f", "a=1", "-F", "b=[2]"], ["--input", "body.bin", "-f", "q=1"], ["-X", "put", "--input", "-"]):
        (with_aha.home / "body.bin").write_bytes(b"\0file")
        assert with_aha("request", "aha", "x", *words, stdin=b"\0piped").code == 0
    posted, file, piped = aha.received[-3:]
    assert (posted.method, json.loads(posted.body)) == ("POST", {"a": "1", "b": [2]})
    assert (file.method, file.target, file.body) == ("POST", "/api/v1/x?q=1", b"\0file")
    assert (piped.method, piped.body) == ("PUT", b"\0piped")


def test_the_exit_code_tells_a_refused_key_from_other_failures(with_aha: Opened, aha: Aha) -> None:
    missing = with_aha("request", "aha", "nothing-here")
    assert (missing.code, json.loads(missing.out)) == (1, {"errors": {"message": "Record not found"}})
    assert missing.err == "nexcred: error: Aha! answered 404: Record not found\n"
    aha.fault = lambda request, _proper: json_answer({"message": f"bad {request.headers['authorization']}"}, 401)
    refused = with_aha("request", "aha", "me")
    assert refused.code == 4
    assert "Aha! refuses 'aha': bad Bearer ••••" in refused.err
    assert "nexcred update 'aha'" in refused.err
    aha.fault = lambda _request, _proper: json_answer({}, 429, (("Retry-After", "7"),))
    assert "hint: wait 7 s" in with_aha("request", "aha", "me").err
    aha.fault = lambda _request, _proper: Answer(302, b"", (("Location", "https://evil.test/x"),))
    moved = with_aha("request", "aha", "me")
    assert (moved.code, moved.out) == (1, "")
    assert "redirected to evil.test" in moved.err
    assert with_aha("request", "aha", "https://evil.test/").code == 2


def test_the_head_comes_first_where_it_is_asked_for(with_aha: Opened) -> None:
    head, _, body = with_aha("request", "aha", "me", "-i").out.partition("\n\n")
    assert head.splitlines()[0] == "HTTP 200"
    assert "content-type: application/json" in head
    assert json.loads(body)["user"]["email"] == "ada@example.com"


def test_each_line_of_a_header_is_shown_as_it_came(with_aha: Opened, aha: Aha) -> None:
    """h2o/h2o#3120: cookies that are joined by a comma cannot be taken apart, since their dates have one."""
    cookies = (("Set-Cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"), ("Set-Cookie", "b=2"))
    utf_8 = ("X-Who", "Zoë".encode().decode("latin-1"))
    aha.fault = lambda _request, _proper: json_answer({}, 200, (*cookies, utf_8))
    lines = with_aha("request", "aha", "me", "-i").out.splitlines()
    assert [line for line in lines if line.startswith("set-cookie")] == [f"set-cookie: {text}" for _, text in cookies]
    assert "x-who: Zoë" in lines


def test_pages_come_one_after_another(with_aha: Opened, aha: Aha) -> None:
    def numbered(request: Received, _proper: Answer) -> Answer:
        return json_answer({"page": request.query.get("page", "1"), "pagination": {"total_pages": 2}})

    aha.fault = numbered
    out = with_aha("request", "aha", "ideas", "--paginate").out
    assert [json.loads(line)["page"] for line in out.splitlines()] == ["1", "2"]
    # cli/cli#4540: the page that was asked for came again and again.
    only = with_aha("request", "aha", "ideas?page=2", "--paginate").out
    assert [json.loads(line)["page"] for line in only.splitlines()] == ["2"]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (json_answer(ESCAPES), b'{\r\n  "name": "a\\u001b]52;c;x\\u0007\\u202eb",\r\n  "n": 1\r\n}\r\n'),
        (
            # httpie/cli#1133 and postmanlabs/postman-app-support#703: names that come twice, and digits, were gone.
            Answer(200, b'{"a":1.10,"a":12345678901234567890.10, "b" : [ ] ,"c":{}, "d":[1E5,"\\u00e4,]"]}'),
            '{\r\n  "a": 1.10,\r\n  "a": 12345678901234567890.10,\r\n  "b": [],\r\n  "c": {},\r\n'
            '  "d": [\r\n    1E5,\r\n    "ä,]"\r\n  ]\r\n}\r\n'.encode(),
        ),
        (Answer(200, b"a\x1b[2Jb\nc"), b"a\\x1b[2Jb\r\nc\r\n"),
        (Answer(200, b"\xff\0\1"), b"nexcred: 3 bytes that are not text: write them to a file with '>'\r\n"),
        (Answer(204), b""),
    ],
    ids=["json", "json as it came", "text", "binary", "nothing"],
)
def test_a_terminal_is_shown_nothing_that_it_would_obey(
    with_aha: Opened, aha: Aha, shown: Answer, expected: bytes
) -> None:
    aha.fault = lambda _request, _proper: shown
    screen, command = pyte.Screen(100, 30), with_aha.command("request", "aha", "me")
    environment = {**with_aha.environment, "TERM": "dumb"}
    assert play(command, [], screen, environment=environment, folder=with_aha.home) == (0, expected)


def test_a_slow_answer_is_waited_for_in_sight(with_aha: Opened, aha: Aha) -> None:
    asked = threading.Event()

    def hang(request: Received, proper: Answer) -> Answer:
        asked.wait(timeout=60)
        return proper

    aha.fault = hang
    environment, screen = {**with_aha.environment, "TERM": "xterm"}, pyte.Screen(100, 30)
    command = with_aha.command("request", "aha", "me")
    try:
        ended = play(command, [Typed("asking Aha!", "\x03")], screen, environment=environment, folder=with_aha.home)
    finally:
        asked.set()
    assert ended.code == 130
    assert [line for line in lines_of(screen) if line] == ["nexcred: error: interrupted"]


def test_its_use_is_noted(with_aha: Opened) -> None:
    with_aha("request", "aha", "me")
    assert "request" in with_aha("audit").out


@pytest.mark.parametrize("query", ["q=%E9", "a=1&b&a=x+y", "q=%2f&next=https://b.test/?c"])
def test_a_query_is_sent_as_it_was_written(with_aha: Opened, aha: Aha, query: str) -> None:
    assert with_aha("request", "aha", f"/me?{query}").code == 0
    assert with_aha("request", "aha", f"/me?{query}", "-X", "GET", "-f", "k=ä").code == 0
    assert [asked.target for asked in aha.received[-2:]] == [f"/api/v1/me?{query}", f"/api/v1/me?{query}&k=%C3%A4"]


def test_a_header_that_is_given_twice_is_sent_twice(with_aha: Opened, aha: Aha) -> None:
    given = ("X-A: a", "x-a:b", "Authorization: c", "authorization: d")
    assert with_aha("request", "aha", "me", *(word for line in given for word in ("-H", line))).code == 0
    lines = aha.received[-1].lines
    assert [line for line in lines if line.lower().startswith("x-a")] == ["X-A: a", "X-A: b"]
    assert [line for line in lines if line.lower().startswith("auth")] == [f"Authorization: Bearer {aha.api_key}"]
