from nexcred.cli.render.table import fit

NATURAL = {"NAME": 20, "CONNECTOR": 9, "STATUS": 11, "IDENTITY": 12, "CHECKED": 8, "TAGS": 12, "DESCRIPTION": 60}


def test_a_wide_window_shows_everything() -> None:
    assert fit(NATURAL, 200) == NATURAL


def test_prose_gives_way_first() -> None:
    widths = fit(NATURAL, 110)
    assert widths == {**NATURAL, "DESCRIPTION": 26}


def test_then_spare_columns_go_and_what_is_short_stays_whole() -> None:
    assert fit(NATURAL, 60) == {name: NATURAL[name] for name in ("NAME", "CONNECTOR", "STATUS")} | {"IDENTITY": 12}
    assert list(fit(NATURAL, 46)) == ["NAME", "CONNECTOR", "STATUS"]


def test_a_long_name_gives_way_to_a_status() -> None:
    assert fit({"NAME": 255, "STATUS": 11}, 60) == {"NAME": 47, "STATUS": 11}


def test_names_stay_whole_where_nothing_is_spare() -> None:
    systems = {"NAME": 10, "SYSTEM": 20, "METHODS": 38, "FROM": 8, "DOCUMENTATION": 90}
    assert fit(systems, 80) == {"NAME": 10, "SYSTEM": 20, "METHODS": 36, "FROM": 8}
    assert fit(systems, 50) == {"NAME": 10, "SYSTEM": 18, "METHODS": 18}


def test_prose_is_squeezed_before_a_date() -> None:
    assert fit({"REVISION": 8, "AT": 20, "BY": 4, "CHANGED": 14}, 50) == {
        "REVISION": 8,
        "AT": 20,
        "BY": 4,
        "CHANGED": 12,
    }


def test_a_window_of_no_width_ends() -> None:
    assert fit({"NAME": 255, "STATUS": 11}, 1) == {"NAME": 30, "STATUS": 8}
