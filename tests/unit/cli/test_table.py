from nexcred.cli.render.table import fit

NATURAL = {"NAME": 20, "CONNECTOR": 9, "STATUS": 11, "IDENTITY": 12, "CHECKED": 8, "TAGS": 12, "DESCRIPTION": 60}


def test_a_wide_window_shows_everything() -> None:
    assert fit(NATURAL, 200) == NATURAL


def test_prose_gives_way_first() -> None:
    widths = fit(NATURAL, 110)
    assert widths == {**NATURAL, "DESCRIPTION": 24}


def test_then_spare_columns_go_and_what_is_short_stays_whole() -> None:
    assert fit(NATURAL, 60) == {name: NATURAL[name] for name in ("NAME", "CONNECTOR", "STATUS")} | {"IDENTITY": 12}
    assert list(fit(NATURAL, 46)) == ["NAME", "CONNECTOR", "STATUS"]


def test_a_long_name_gives_way_to_a_status() -> None:
    assert fit({"NAME": 255, "STATUS": 11}, 60) == {"NAME": 45, "STATUS": 11}
