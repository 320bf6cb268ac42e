from nexcred.model.number_of import number_of


def test_one_is_one_and_all_else_are_several() -> None:
    told = [number_of(count, "past revision") for count in (0, 1, 2, 12_345)]
    assert told == ["0 past revisions", "1 past revision", "2 past revisions", "12,345 past revisions"]
