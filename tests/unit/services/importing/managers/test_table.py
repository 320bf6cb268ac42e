"""Tables as browsers and password managers export them: their headings, as each program's help describes them."""

import pytest

from nexcred.errors import InvalidData
from nexcred.services.importing.found import ImportCandidate, Unreadable
from nexcred.services.importing.managers.table import read_table
from tests.support.import_readings import plain, problem

P = "p-EXAMPLE"
TABLES: dict[str, tuple[str, str, dict[str, str]]] = {
    "chrome": (f"name,url,username,password,note\nPortal,https://p.example/,ada,{P},hi\n", "Portal",
               {"url": "https://p.example/", "username": "ada", "password": P, "notes": "hi"}),
    "firefox": (
        '"url","username","password","httpRealm","formActionOrigin","guid","timeCreated","timeLastUsed","timePasswordChanged"\n'
        f'"https://p.example","ada","{P}",,"https://p.example","{{1}}","1","2","3"\n', "p.example",
        {"url": "https://p.example", "username": "ada", "password": P}),
    "safari": (f"Title,URL,Username,Password,Notes,OTPAuth\nPortal,https://p.example,ada,{P},,otpauth://x\n", "Portal",
               {"url": "https://p.example", "username": "ada", "password": P, "totp": "otpauth://x"}),
    "bitwarden": (
        "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n"
        f'Work,1,login,Portal,"a\nb",k: v,0,https://p.example,ada,{P},SEED\n', "Portal",
        {"notes": "a\nb", "fields": "k: v", "url": "https://p.example", "username": "ada", "password": P,
         "totp": "SEED"}),
    "lastpass": ("url,username,password,totp,extra,name,grouping,fav\nhttp://sn,,,,NoteType:Server x,Portal,Work,0\n",
                 "Portal", {"notes": "NoteType:Server x"}),
    "keepassxc": (
        '"Group","Title","Username","Password","URL","Notes","TOTP","Icon","Last Modified","Created"\n'
        f'"Root","Portal","ada","{P}","","","","0","2026","2026"\n', "Portal", {"username": "ada", "password": P}),
    "keepass": (f'"Account","Login Name","Password","Web Site","Comments"\n"Portal","ada","{P}","https://p.example",""\n',
                "Portal", {"username": "ada", "password": P, "url": "https://p.example"}),
    "semicolons": (f"\ufeffname;username;password\r\nPortal;ada;{P}\r\n", "Portal", {"username": "ada", "password": P}),
    "quotes": ('name,password\nPortal,"a ""b"", c"\n', "Portal", {"password": 'a "b", c'}),
    "formula": ("name,password\n=cmd|' /C calc'!A0,=1+1\n", "=cmd|' _C calc'!A0", {"password": "=1+1"}),
    "another column": ("name,password,Recovery Code\nPortal,p-EXAMPLE,r-EXAMPLE\n", "Portal",
                       {"password": P, "recovery_code": "r-EXAMPLE"}),
}  # fmt: skip


@pytest.mark.parametrize("kind", TABLES)
def test_a_row_is_an_entry(kind: str) -> None:
    text, name, wanted = TABLES[kind]
    (one,) = read_table(text.encode()).found
    assert isinstance(one, ImportCandidate), one
    assert (one.name, plain(one)) == (name, wanted)
    assert set(one.public) <= {"username", "url"}


def test_columns_that_hold_no_secret_are_named() -> None:
    text = TABLES["bitwarden"][0]
    assert read_table(text.encode()).notes == ("left out: the columns favorite, reprompt",)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'name,password\na,"open\n', "line 2 of the table is wrong"),
        (b'name,password\na,"x"y\n', "line 2 of the table is wrong"),
        (b"a,b\nc,d\n", "names no column for passwords"),
        (b"", "names no column for passwords"),
        (b"name,password\nx,\xff\n", "line 2 of the file is not UTF-8"),
        ("name,password\nx,y\n".encode("utf-16"), "UTF-16"),
        (b"name,password\nx,a\0b\n", "NUL"),
        (b"password" + b",password" * 600 + b"\n", "more than 512 columns"),
    ],
)
def test_a_table_that_is_none_says_why(data: bytes, why: str) -> None:
    with pytest.raises(InvalidData, match=why):
        read_table(data)


def test_a_row_with_too_many_cells_is_named_and_not_guessed() -> None:
    assert "has 3 cells, and the heading has 2" in problem(read_table(b"name,password\na,b,c\n"))


def test_a_row_without_a_value_is_named() -> None:
    assert problem(read_table(b"name,password\nPortal,\n")) == "holds no value"


def test_names_that_are_alike_are_told_apart_by_their_users() -> None:
    rows = ["name,username,password", "Mail,ada,p-EXAMPLE", "MAIL,bob,q-EXAMPLE", "Mail,,r-EXAMPLE", "mail,,s-EXAMPLE"]
    reading = read_table("\n".join((*rows, rows[1])).encode())
    names = [one.name for one in reading.found if not isinstance(one, Unreadable)]
    assert names == ["ada@Mail", "bob@MAIL", "Mail", "mail-2", "ada@Mail"]


def test_ten_thousand_of_one_name_are_read_in_a_moment() -> None:
    text = "name,password\n" + "".join(f"Mail,p{number}-EXAMPLE\n" for number in range(10_000))
    names = [one.name for one in read_table(text.encode()).found]
    assert len(set(names)) == 10_000


def test_more_than_a_hundred_thousand_are_refused() -> None:
    with pytest.raises(InvalidData, match="more than 100,000"):
        read_table(b"name,password\n" + b"a,b\n" * 100_001)
