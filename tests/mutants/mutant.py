"""Mutants of the rules: one line altered at a time, by the operators of Cosmic Ray."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("shared_contracts/rules", "registry/records/rules", "registry/purchases/rules")
"""Where every line is altered."""

COMPARISONS = (
    *("Eq_NotEq", "NotEq_Eq", "Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt"),
    *("Lt_Gt", "Gt_Lt", "LtE_GtE", "GtE_LtE", "Is_IsNot", "IsNot_Is"),
)
OPERATORS = (
    *(f"core/ReplaceComparisonOperator_{name}" for name in COMPARISONS),
    *("core/ReplaceBinaryOperator_Add_Sub", "core/ReplaceBinaryOperator_Sub_Add"),
    *("core/ReplaceBinaryOperator_Mul_Add", "core/ReplaceUnaryOperator_USub_UAdd"),
    *("core/ReplaceUnaryOperator_Delete_Not", "core/AddNot", "core/RemoveDecorator"),
    *("core/ReplaceAndWithOr", "core/ReplaceOrWithAnd", "core/NumberReplacer"),
    *("core/ReplaceTrueWithFalse", "core/ReplaceFalseWithTrue", "core/ZeroIterationForLoop"),
    *("core/ReplaceBreakWithContinue", "core/ReplaceContinueWithBreak"),
)
"""What is done to a line. Types are not touched: `X | None` has no operator here."""

RULES = ("@BOOK.rule", "@each")
"""Decorators that enter a rule."""

MADE = ("@", "class ")
"""Other decorators, and heads of classes, say how a class or a cache is made: left alone."""


@dataclass(frozen=True, slots=True, order=True)
class Mutant:
    """One alteration of one file: which operator, at its which occurrence, on which line."""

    file: str
    line: int
    operator: str
    occurrence: int
    text: str

    @property
    def module(self) -> str:
        """The module that is altered."""
        return self.file.removesuffix(".py").replace("/", ".")

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it in the list of survivors, wherever its line moves to."""
        return self.file, self.operator.removeprefix("core/"), self.text

    def source(self) -> str:
        """The altered source; ValueError if there is no such occurrence."""
        code = (ROOT / self.file).read_text("utf-8")
        altered = mutate_code(code, get_operator(self.operator)(), self.occurrence)
        if altered is None:
            raise ValueError(f"{self} is not there")
        return str(altered)


def mutants(folders: tuple[str, ...] = FOLDERS) -> Iterator[Mutant]:
    """Every mutant of every file in ``folders``, by file and line."""
    for folder in folders:
        for path in sorted((ROOT / folder).glob("*.py")):
            yield from sorted(_of(path))


def _of(path: Path) -> Iterator[Mutant]:
    code = path.read_text("utf-8")
    lines, tree = code.splitlines(), get_ast(code)
    for name in OPERATORS:
        operator = get_operator(name)()
        places = [
            start[0] for node in ast_nodes(tree) for start, _ in operator.mutation_positions(node)
        ]
        for occurrence, line in enumerate(places):
            text = lines[line - 1].strip()
            if text.startswith(RULES) or not text.startswith(MADE):
                yield Mutant(path.relative_to(ROOT).as_posix(), line, name, occurrence, text)


def part_of(wanted: Sequence[Mutant], first: int, apart: int) -> list[Mutant]:
    """Every ``apart``-th line from the ``first``; what the list of survivors names stays together.

    Each mutant is in one part, whatever the machine: the order is that of the names.
    """
    keys = set(sorted({mutant.key for mutant in wanted})[first - 1 :: apart])
    return [mutant for mutant in wanted if mutant.key in keys]
