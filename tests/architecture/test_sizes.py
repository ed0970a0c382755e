"""Functions and files stay small enough to be read at once."""

import ast

from tests.architecture.sources import DELIVERED, Function, docstring_lines, functions, sources

LONGEST_FUNCTION = 40
USUAL_FUNCTION = 15
USUAL_SHARE = 0.9
LONGEST_FILE = 300
MEASURED = (*DELIVERED, "deploy")


def lines_of(function: Function) -> int:
    """Lines from ``def`` to the end, without the docstring and the functions within.

    A router is a table of small functions: each of them is measured for itself.
    """
    end = function.end_lineno or function.lineno
    inner = [
        child
        for child in ast.walk(function)
        if isinstance(child, Function) and child is not function
    ]
    nested = {line for child in inner for line in range(child.lineno, (child.end_lineno or 0) + 1)}
    return end - function.lineno + 1 - docstring_lines(function) - len(nested)


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{source.name}:{function.lineno} {function.name}": lines_of(function)
        for source in sources(*MEASURED)
        for function in functions(source)
        if lines_of(function) > LONGEST_FUNCTION
    }
    assert long == {}


def test_nine_functions_in_ten_are_short() -> None:
    sizes = [lines_of(f) for source in sources(*MEASURED) for f in functions(source)]
    short = sum(size <= USUAL_FUNCTION for size in sizes)
    assert short >= USUAL_SHARE * len(sizes), f"{short} of {len(sizes)} functions are short"


def test_no_file_is_longer_than_a_few_screens() -> None:
    sizes = {source.name: source.text.count("\n") for source in sources(*MEASURED)}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FILE} == {}
