"""How a pin is written, and under which key it lies."""

from nexcred.vault.pins import PinKeys, RecordPin, read_pin, write_pin
from tests.support.roster_entries import ADA, BOB

PIN = RecordPin(
    5, b"l" * 32, 3, b"d" * 32, ((b"s" * 32, 2), (bytes(32), 0), (bytes(32), 0), (b"p" * 32, 7)), (b"w" * 16,)
)


def test_a_pin_survives_being_written_and_anything_else_is_none() -> None:
    for pin in (PIN, PIN._replace(writers=()), PIN._replace(writers=(b"v" * 16, b"w" * 16))):
        assert read_pin(write_pin(pin)) == pin
    raw = write_pin(PIN)
    for wrong in (b"", raw[:-1], raw + b"\0", raw[:200]):
        assert read_pin(wrong) is None


def test_keys_of_pins_tell_nothing_and_are_an_identitys_own() -> None:
    keys = [PinKeys(one, vault_id) for one in (ADA, BOB) for vault_id in (b"v" * 16, bytes(16))]
    assert len({one.of_name("prod") for one in keys}) == 4
    assert keys[0].of_name("PROD") == keys[0].of_name("prod") != keys[0].of_name("test")
    found = {keys[0].of_record(b"r" * 16), keys[0].of_confirmed(b"r" * 16), keys[0].of_name("r" * 16)}
    assert len(found) == 3
    assert ADA.seed.hex() not in repr(keys[0])
