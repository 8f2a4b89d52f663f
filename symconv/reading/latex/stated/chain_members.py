"""The members of a chain together: arrays beside entries, and indices that only some of them have."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from symconv.claims.names import quoted
from symconv.expressions.tensors import Operation, TensorExpr
from symconv.expressions.traversal import nodes
from symconv.reading.latex.notations.sum_ranges import reads_at
from symconv.reading.latex.shared_parts.formula import AMBIGUOUS, Formula, Operand, operand, tuple_of


def at_indices(
    formula: Formula, members: list[Operand], defines: Sequence[str] | None, are_equal: bool
) -> list[Operand]:
    """Bare arrays read at the indices that other members have; where all are equal, none is an array beside a
    number."""
    names = defines or next((indices for m in members if (indices := _plain_indices(m)) is not None), None)
    if names is None:
        _check_ranks(formula, members, are_equal)
    if names is None or (defines is None and all(m.rank for m in members)):
        return members
    entries = []
    for member in members:
        if member.rank and (inside := formula.free_names(member.node) & {*names}):
            if any(not m.rank for m in members):
                message = f"an array that depends on {quoted(min(inside))}, beside an entry"
                raise formula.error(message, member, f"write an entry: (…)[{min(inside)}]")
        elif member.rank and member.rank != len(names):
            message = f"an array with {member.rank} axes beside one that is read at {len(names)} indices"
            raise formula.error(message, member)
        elif member.rank:
            keys = tuple_of(ast.Name(n, ast.Load()) for n in names)
            member = operand(formula, ast.Subscript(member.node, keys, ast.Load()), member)
        entries.append(member)
    return entries


def check_rows(formula: Formula, members: Sequence[Operand]) -> None:
    """K_c beside a matrix is no row of K."""
    first, *others = members
    match first.node:
        case ast.Subscript(ast.Name(name), ast.Name(index)) if first.rank and any(m.rank > first.rank for m in others):
            message = f"{quoted(f'{name}_{index}')} is read as an array of the entries {name}[{index}, …]"
            message += f" with {first.rank} {'axis' if first.rank == 1 else 'axes'}, and the other side has more"
            raise formula.error(message, first, rf"another name for what is defined, as \tilde{{{name}}}")


def _check_ranks(formula: Formula, members: Sequence[Operand], are_equal: bool) -> None:
    """An array stands beside no entry at an index that only that entry has."""
    array = next((m for m in members if m.rank), None)
    if array is None:
        return
    for member in members:
        free = formula.free_names(member.node) - formula.names.sizes - {*formula.names.tensors}
        if not member.rank and not member.pure and free:
            message = f"an array beside a number that depends on {quoted(min(free))}"
            raise formula.error(message, array, f"write an entry: (…)[{min(free)}]")
        if not member.rank and not member.pure and are_equal:
            hint = "both sides are arrays, or both are numbers" + _number_instead(array.node)
            raise formula.error("an array is compared with a number", array, hint)


def _number_instead(array: ast.expr) -> str:
    match array:
        case ast.Call(ast.Name("conj")):
            return r"; the mean is \operatorname{mean}(x)"
        case ast.Call(ast.Name("dot")) | ast.BinOp(_, ast.MatMult()):
            return r"; a product of all entries is \langle X, Y \rangle_F"
        case ast.Call(ast.Name("fft" | "ifft")):
            return r"; entries are multiplied by \odot"
    return ""


def fit(formula: Formula, members: Sequence[Operand]) -> bool:
    """Whether all members have the same axes, and the sizes are those that their operations require."""
    operations = [n for m in members for n in _operations(formula.value(m.node))]
    members = [m for m in members if not (isinstance(m.node, ast.Constant) and m.node.value == 0)]
    if any(required.left != required.right for n in operations for required in n.definition.requires):
        return False
    return all([a.size for a in m.axes] == [a.size for a in members[0].axes] for m in members)


def _operations(value: object) -> list[Operation]:
    return [n for n in nodes(value) if isinstance(n, Operation)] if isinstance(value, TensorExpr) else []


def check_kronecker(formula: Formula, members: Sequence[Operand]) -> None:
    """A Kronecker product beside a sliding one is meant as another product."""
    names = [value.operator.name if isinstance(value, Operation) else "" for value in _values(formula, members)]
    slides = any(name.removeprefix("circular_") in ("convolve", "correlate") for name in names)
    if slides and "kron" in names and not fit(formula, members):
        hint = r"a correlation is \star, a convolution *"
        raise formula.error(r"\otimes is the Kronecker product", members[names.index("kron")], hint)


def _values(formula: Formula, members: Sequence[Operand]) -> list[object]:
    return [formula.value(m.node) for m in members]


def with_vectors(formula: Formula, members: Sequence[Operand]) -> list[Operand]:
    r"""The members, A \begin{bmatrix} 1 \\ 2 \end{bmatrix} beside vectors as A @ [1, 2]."""
    if all(member.rank != 1 for member in members):
        return [*members]
    return [_times_vector(formula, member) or member for member in members]


def _times_vector(formula: Formula, member: Operand) -> Operand | None:
    """A matrix times a list of numbers in one column, as a vector; None for anything else."""
    match member:
        case Operand(ast.BinOp(left, ast.MatMult(), ast.List(rows))):
            entries = [row.elts for row in rows if isinstance(row, ast.List)]
            if len(entries) == len(rows) and all(len(entry) == 1 for entry in entries):
                vector = ast.List([entry[0] for entry in entries], ast.Load())
                return operand(formula, ast.BinOp(left, ast.MatMult(), vector), member)
    return None


def check_columns(formula: Formula, members: Sequence[Operand]) -> None:
    """A matrix with one column can be meant as a vector."""
    for member in members:
        long = [axis for axis in member.axes if axis.size != 1]
        if len(long) < member.rank and any(m.rank == len(long) for m in members):
            hint = "write [a, b] for a vector, or one column of the matrix: (…)_{:,0}"
            message = f"{AMBIGUOUS}: a matrix with one row or column beside a vector"
            raise formula.error(message, member, hint)


def check_repeated(formula: Formula, members: Sequence[Operand]) -> None:
    """An index that stands twice in one member and in no other can be meant as one to sum over."""
    free = [formula.free_names(m.node) - formula.names.sizes for m in members]
    for place, member in enumerate(members):
        others = set().union(*free[:place], *free[place + 1 :])
        bare = [key for key in _bare_indices(member.node) if key.id in free[place] - others]
        for key in bare:
            if _times_read(member.node, key.id) > 1:
                message = f"{AMBIGUOUS}: {quoted(key.id)} stands twice and only here"
                raise formula.source.fail(message, key, rf"write \sum_{{{key.id}}} if it is summed over")


def _times_read(tree: ast.AST, name: str) -> int:
    """How often one product has a name alone as an index, at most."""
    match tree:
        case ast.BinOp(left, ast.Add() | ast.Sub(), right):
            return max(_times_read(left, name), _times_read(right, name))
        case ast.Subscript() | ast.IfExp():
            return sum(key.id == name for key in _bare_indices(tree))
    return sum(_times_read(part, name) for part in ast.iter_child_nodes(tree))


def moved_indices(formula: Formula, member: Operand) -> list[str]:
    """The free indices of a member that never stand alone in it, or stand alone in axes of several sizes: they are
    kept where its reads are inside."""
    reads = [node for node in ast.walk(member.node) if isinstance(node, ast.Subscript)]
    keys = [key for node in reads for key in _keys(node)]
    used = {n.id for key in keys for n in ast.walk(key) if isinstance(n, ast.Name)}
    alone = {key.id for key in keys if isinstance(key, ast.Name)}
    free = formula.free_names(member.node) - formula.names.sizes - {*formula.names.parameters}
    several = {n for n in used & alone if len({size for _, size in reads_at(formula, member.node, n)}) > 1}
    return sorted((used & free - alone) | (several & free))


def indexed_first(formula: Formula, members: list[Operand]) -> list[Operand]:
    """The members of a chain of equations with one first whose indices range over all of an array: an entry, or what
    is read at indices that are only numbers in the first member, as k in Σ_n x_n exp(k n) = c X_k."""
    place = next((i for i, m in enumerate(members) if _plain_indices(m) is not None), None)
    if place is None and (flattened := _flattened(formula, members[0])):
        place = next((i for i, m in enumerate(members) if flattened <= _index_names(m.node)[1]), None)
    if place is None:
        read, _ = _index_names(members[0].node)
        numbers = formula.free_names(members[0].node) - read - formula.names.sizes - {*formula.names.parameters}
        place = next((i for i, m in enumerate(members) if i and numbers & _index_names(m.node)[1]), 0) if numbers else 0
    return [members[place], *members[:place], *members[place + 1 :]]


def _flattened(formula: Formula, member: Operand) -> set[str]:
    """The free names that share an index with another one, as those of (A ⊗ B)[p*r + v, q*s + w] do."""
    free = formula.free_names(member.node) - formula.names.sizes - {*formula.names.parameters}
    keys = [key for node in ast.walk(member.node) if isinstance(node, ast.Subscript) for key in _keys(node)]
    names = [{n.id for n in ast.walk(key) if isinstance(n, ast.Name)} & free for key in keys]
    return set().union(*(several for several in names if len(several) > 1))


def _index_names(tree: ast.expr) -> tuple[set[str], set[str]]:
    """The names in the indices of a member, and those that stand alone in one."""
    keys = [key for node in ast.walk(tree) if isinstance(node, ast.Subscript) for key in _keys(node)]
    names = {n.id for key in keys for n in ast.walk(key) if isinstance(n, ast.Name)}
    return names, {key.id for key in keys if isinstance(key, ast.Name)}


def _keys(node: ast.Subscript) -> list[ast.expr]:
    return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]


def _plain_indices(member: Operand) -> list[str] | None:
    """The names that a member is read at, if it is an entry at different names."""
    if member.rank or not isinstance(member.node, ast.Subscript):
        return None
    keys = _keys(member.node)
    names = [key.id for key in keys if isinstance(key, ast.Name)]
    return names if len(names) == len(keys) == len(set(names)) else None


def _bare_indices(tree: ast.AST) -> list[ast.Name]:
    """The names that stand alone as an index."""
    reads = [node for node in ast.walk(tree) if isinstance(node, ast.Subscript)]
    impulses = [node.test for node in ast.walk(tree) if isinstance(node, ast.IfExp)]
    keys = [key for node in reads for key in _keys(node) if isinstance(key, ast.Name)]
    return keys + [name for test in impulses for name in ast.walk(test) if isinstance(name, ast.Name)]
