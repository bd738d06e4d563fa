"""The mutants of a module: its syntax tree, changed at one place."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import NamedTuple, TypeGuard


class Mutant(NamedTuple):
    module: str
    source: str
    place: str  # the class or function that the statement stands in; "" at the top
    number: int  # of the statement, in the order of `_statements`
    before: ast.stmt
    after: ast.stmt

    @property
    def key(self) -> str:
        """Return its key in equivalent.toml. It has no line number, since any edit moves lines.

        With its place: what can be argued of a statement need not hold for its like elsewhere.
        """
        change = f"{_told(self.before)} -> {_told(self.after)}"
        return f"{self.place}: {change}" if self.place else change

    def __str__(self) -> str:
        return f"{self.module}:{self.before.lineno}: {self.key}"

    def tree(self) -> ast.Module:
        """Return the whole module. We do not keep it: a thousand trees would slow each fork down."""
        tree = ast.parse(self.source)
        _put(tree, list(_statements(tree))[self.number], self.after)
        return ast.fix_missing_locations(tree)


COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}

ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.LShift: ast.RShift,
}

NOT_ITS_OWN = ("body", "orelse", "finalbody", "handlers", "cases", "annotation", "returns")
"""The fields of a statement that are statements themselves, or are for mypy."""

_SIMPLE = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return, ast.Raise, ast.Delete, ast.Continue)


def mutants(module: str, source: str) -> list[Mutant]:
    """Return every mutant of the source, in the order of its lines."""
    tree = ast.parse(source)
    said_anyway = {id(node.body[-1]) for node in ast.walk(tree) if _ends_with_nothing(node)}
    places = dict(_places_within(tree, ""))
    return [
        Mutant(module, source, places[id(statement)], number, statement, changed)
        for number, statement in enumerate(_statements(tree))
        if id(statement) not in said_anyway
        for changed in _changes(statement)
    ]


def _places_within(node: ast.AST, place: str) -> Iterator[tuple[int, str]]:
    """Yield the id of each node, and the class or function around it."""
    for child in ast.iter_child_nodes(node):
        yield id(child), place
        inner = place
        if isinstance(child, (ast.ClassDef, ast.FunctionDef)):
            inner = f"{place}.{child.name}" if place else child.name
        yield from _places_within(child, inner)


def _ends_with_nothing(node: ast.AST) -> TypeGuard[ast.FunctionDef]:
    """Whether it is a function whose last statement is a redundant return of None."""
    if not isinstance(node, ast.FunctionDef):
        return False
    match node.body[-1]:
        case ast.Return(None | ast.Constant(None)):
            return True
    return False


def _told(statement: ast.stmt) -> str:
    return ast.unparse(statement).split("\n")[0]


def _statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Yield the statements inside of functions and classes, without those that do nothing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not isinstance(
            node, (ast.Import, ast.ImportFrom, ast.Module)
        ):
            yield node


def _changes(statement: ast.stmt) -> Iterator[ast.stmt]:
    """Yield the statement with one change in its own expressions, not in those of its body."""
    if isinstance(statement, _SIMPLE) and not _is_docstring(statement):
        yield ast.copy_location(ast.Pass(), statement)
    if isinstance(statement, (ast.If, ast.While)):
        opposite = copy.deepcopy(statement)
        opposite.test = ast.UnaryOp(ast.Not(), opposite.test)
        yield opposite
    count = len(list(_places(statement)))
    for place in range(count):
        variants = len(list(_variants(list(_places(statement))[place])))
        for variant in range(variants):
            changed = copy.deepcopy(statement)
            node = list(_places(changed))[place]
            _put(changed, node, ast.copy_location(list(_variants(node))[variant], node))
            yield changed


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _places(statement: ast.stmt) -> Iterator[ast.expr]:
    """Yield the expressions that belong to the statement itself and mean something when it runs."""
    if _is_docstring(statement):
        return
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop(0)
        if isinstance(node, ast.expr):
            yield node
        for name, child in ast.iter_fields(node):
            if name in NOT_ITS_OWN and not isinstance(node, (ast.IfExp, ast.Lambda)):
                continue
            if name == "values" and isinstance(node, ast.JoinedStr):
                # The words of a message are for reading; what it puts in between counts.
                child = [c for c in child if isinstance(c, ast.FormattedValue)]
            children = child if isinstance(child, list) else [child]
            pending += [c for c in children if isinstance(c, ast.AST)]


def _variants(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the replacements of the expression."""
    match node:
        case ast.Compare(left, [operator], [right]):
            for other in COMPARISONS[type(operator)]:
                yield ast.Compare(left, [other()], [right])
        case ast.Compare(left, [first, second], comparators):
            for other in COMPARISONS[type(first)]:
                yield ast.Compare(left, [other(), second], comparators)
            for other in COMPARISONS[type(second)]:
                yield ast.Compare(left, [first, other()], comparators)
        case ast.BoolOp(operator, values):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
            for i in range(len(values)):
                rest = values[:i] + values[i + 1 :]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(operator, rest)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.BinOp(left, operator, right) if type(operator) in ARITHMETIC:
            yield ast.BinOp(left, ARITHMETIC[type(operator)](), right)
        case ast.IfExp(_, body, orelse):
            yield body
            yield orelse
        case ast.Constant(bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(int() as value):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case ast.Constant(str() as value) if value:
            yield ast.Constant("~")


def _put(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    """Put the new node where the old one stands in the tree."""
    for node in ast.walk(tree):
        for name, child in ast.iter_fields(node):
            if child is old:
                setattr(node, name, new)
                return
            if isinstance(child, list):
                places = [i for i, c in enumerate(child) if c is old]
                if places:
                    child[places[0]] = new
                    return
    raise AssertionError("a node stands in its tree")
