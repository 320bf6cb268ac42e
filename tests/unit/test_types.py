"""What holds for every class of the package."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import nexcred


def classes() -> Iterator[type]:
    for module in pkgutil.walk_packages(nexcred.__path__, "nexcred."):
        if not module.name.endswith("__main__"):
            namespace = vars(importlib.import_module(module.name))
            yield from (each for each in namespace.values() if inspect.isclass(each) and each.__module__ == module.name)


def test_no_default_of_a_record_can_be_changed_for_all_others() -> None:
    defaults = [
        (kind.__qualname__, name, default)
        for kind in classes()
        for name, default in getattr(kind, "_field_defaults", {}).items()
    ]
    assert len(defaults) > 50
    assert [(kind, name) for kind, name, default in defaults if isinstance(default, dict | list | set)] == []


def test_no_class_name_means_two_things() -> None:
    """Those of `nexcred.api` are what programs call the same things by."""
    places: dict[str, list[str]] = {}
    for kind in classes():
        if kind.__module__.split(".")[1] != "api":
            places.setdefault(kind.__name__, []).append(kind.__module__)
    assert {name: modules for name, modules in places.items() if len(set(modules)) > 1} == {}
