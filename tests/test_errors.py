"""The tree of errors is the one that is drawn, and every leaf can be caught by its branch."""

import inspect
import re

import pytest

from rag import errors
from rag.errors import MasdarError

DEFINED = {
    name: value
    for name, value in vars(errors).items()
    if inspect.isclass(value) and issubclass(value, Exception) and value.__module__ == errors.__name__
}
_DRAWN_LINE = re.compile(r"^(?P<branches>[│├└─ ]*)(?P<name>[A-Z]\w+)(?:\s|$)")


def drawn_parents() -> dict[str, str]:
    """Each error of the drawing with the one it hangs on; the root hangs on ""."""
    parents: dict[str, str] = {}
    above: list[str] = []
    tree = (errors.__doc__ or "").partition("\n\n")[2]
    for line in tree.splitlines():
        match = _DRAWN_LINE.match(line)
        assert match, line
        depth = len(match["branches"]) // 4
        above[depth:] = [match["name"]]
        parents[match["name"]] = above[depth - 1] if depth else ""
    return parents


def test_the_tree_that_is_drawn_is_the_tree_that_is_there() -> None:
    real = {name: value.__bases__[0].__name__ for name, value in DEFINED.items()}
    assert drawn_parents() == {**real, "MasdarError": ""}


def test_every_error_is_caught_as_a_masdar_error() -> None:
    assert all(issubclass(error, MasdarError) for error in DEFINED.values())
    assert MasdarError.__base__ is Exception


@pytest.mark.parametrize("name", DEFINED)
def test_an_error_says_what_it_means(name: str) -> None:
    documentation = DEFINED[name].__doc__
    assert documentation
    assert documentation != Exception.__doc__


@pytest.mark.parametrize("name", sorted(set(DEFINED) - {"MasdarError", "EncoderError", "IndexStateError"}))
def test_a_leaf_of_the_tree_says_what_to_do_about_it(name: str) -> None:
    [line] = [line for line in (errors.__doc__ or "").splitlines() if f"─ {name} " in line]
    assert "→" in line
