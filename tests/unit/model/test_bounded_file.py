"""A file that cannot be read is told in the same words, whoever was to read it."""

import os
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from nexcred.cli.input.files import read_file
from nexcred.cli.input.settings import Sources, parse_given, read_given, refusal
from nexcred.cli.prompt.document import read_document
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.load.user_file import read_bounded, read_own
from nexcred.errors import NexcredError
from nexcred.model.bounded_file import read_at_most
from nexcred.unlock.secret_file import read_secret_file


def read_setting(path: Path) -> None:
    field = load_connector("aventri").methods[0].find
    _, problems = read_given(parse_given([f"api_key=@{path}"]), field, Sources(lambda _: b"", {}))
    if problems:
        raise refusal(problems)


READERS: dict[str, Callable[[Path], object]] = {
    "--set FIELD=@FILE": read_setting,
    "--from FILE": lambda path: read_file(str(path), "--from", 10),
    "a prompt": lambda path: read_document(str(path)),
    "a passphrase": lambda path: read_secret_file(path, "--passphrase-file"),
    "a built-in connector": read_bounded,
    "a connector": read_own,
}
REASONS = {"none": "no such file or directory", "folder": "is a directory", "with\0nul": "not a file name"}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", REASONS)
def test_the_reason_is_the_same_everywhere(tmp_path: Path, reader: str, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(NexcredError) as caught:
        READERS[reader](tmp_path / name)
    assert caught.value.message.endswith(f": {REASONS[name]}")


@pytest.mark.parametrize("reader", READERS)
def test_a_user_that_there_is_not_has_no_folder(reader: str) -> None:
    with pytest.raises(NexcredError):
        READERS[reader](Path("~nobody-of-this-name/x"))


def test_a_pipe_is_read_to_its_end_or_the_limit() -> None:
    for limit, expected in ((100_000, 70_000), (66_000, 66_000)):
        reader, writer = os.pipe()
        thread = Thread(target=fill, args=(writer,))
        thread.start()
        assert len(read_at_most(reader, limit)) == expected
        while os.read(reader, 65_536):
            pass
        thread.join()
        os.close(reader)


def fill(writer: int) -> None:
    """Write more than a pipe holds at once."""
    with os.fdopen(writer, "wb") as file:
        file.write(b"x" * 70_000)
