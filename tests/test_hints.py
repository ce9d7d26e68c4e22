import inspect
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any, get_type_hints

import pytest

import bcf_payments as bcf
from bcf_payments import hints


def public_modules() -> list[Any]:
    """The package and every module of it that lists what is public."""
    names = [found.name for found in pkgutil.walk_packages(bcf.__path__, "bcf_payments.")]
    modules = [import_module(name) for name in names if not name.endswith("__main__")]
    return [bcf, *(module for module in modules if hasattr(module, "__all__"))]


def public_things() -> Iterator[tuple[str, Any]]:
    """Public functions and classes, and the methods and properties of these."""
    for module in public_modules():
        for name in module.__all__:
            thing = getattr(module, name)
            if inspect.isclass(thing) or inspect.isroutine(thing):
                yield f"{module.__name__}.{name}", thing
            if inspect.isclass(thing):
                yield from methods(f"{module.__name__}.{name}", thing)


def methods(place: str, kind: type) -> Iterator[tuple[str, Any]]:
    members = {name: member for ours in reversed(kind.__mro__[:-1]) for name, member in vars(ours).items()}
    for name, member in members.items():
        known = (getattr(member, part, None) for part in ("fget", "func", "__func__"))
        function = next(filter(None, known), member)
        is_ours = str(getattr(function, "__module__", "")).startswith("bcf_payments")
        if inspect.isfunction(function) and is_ours and (not name.startswith("_") or name == "__init__"):
            yield f"{place}.{name}", function


THINGS = dict(public_things())


@pytest.mark.parametrize("name", THINGS)
def test_the_annotations_of_every_public_name_can_be_evaluated(name):
    assert isinstance(get_type_hints(THINGS[name]), dict)


def test_hints_are_the_types_themselves():
    assert get_type_hints(bcf.compare)["before"] is bcf.Settlement
    assert get_type_hints(bcf.Settlement.explain)["return"] is bcf.Explanation
    assert {"bcf_payments.settle", "bcf_payments.Settlement.resolve", "bcf_payments.plots.tile_map"} <= set(
        THINGS
    )


@pytest.mark.parametrize("name", [*hints._HOMES, *hints._SERIES])
def test_every_hint_is_a_class(name):
    assert inspect.isclass(getattr(hints, name))


def test_a_hint_that_nobody_knows_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Settelment'"):
        _ = hints.Settelment


def test_naming_types_loads_none_of_them():
    code = (
        "import sys, bcf_payments.errors; print(sorted({'pandas', 'pandera', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[]"
