"""Python's expression syntax, as far as claims use it, read into tensor expressions.

The syntax tree is walked and never evaluated. Every node that is built has a place in the text,
and whatever is wrong with it is reported there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import sympy
from sympy import Expr, Integer

from symconv.algebra.polynomials import ONE, ZERO, Extremum, Floor, Inverse, Poly, extremum
from symconv.claims.names import SCALAR_FUNCTIONS, named_operator, names_below, quoted
from symconv.claims.number_limits import bits, steps
from symconv.claims.program_calls import (
    Returned,
    class_named,
    is_of_program,
    owner_called,
    part_of,
    program_value,
    returned_value,
)
from symconv.claims.reader_state import (
    INFIX,
    ORDER,
    Bound,
    Reader,
    built,
    constant_of,
    described,
    multiplied_out,
    plain_value,
)
from symconv.expressions.conversion import FromEnd, Radical, symbol, to_poly, to_sympy
from symconv.expressions.registry import REGISTRY, Operator
from symconv.expressions.tensors import TensorExpr, as_tensor
from symconv.formulas.conditions import Compare
from symconv.libraries.entry_types import check_filling
from symconv.libraries.library_table import MODULES, LibraryFunction, function_named
from symconv.limits import (
    MAX_BITS,
    MAX_EXTREMUM,
    MAX_INTEGER,
    MAX_NUMBER_POWER,
    MAX_SUMS,
    check_time,
)
from symconv.operators.conditional import written
from symconv.printing.as_loops import assumed

_FOREIGN = {
    ast.BoolOp: "'and' or 'or'",
    ast.Compare: "a comparison",
    ast.Dict: "a dictionary",
    ast.GeneratorExp: "a generator outside sum(…)",
    ast.JoinedStr: "an f-string",
    ast.Lambda: "a lambda",
    ast.NamedExpr: "an assignment",
    ast.Set: "a set",
    ast.Slice: "a slice outside of brackets",
    ast.Starred: "a starred argument",
}


def links_of(reader: Reader, node: ast.expr) -> list[tuple[TensorExpr, str, TensorExpr]]:
    """The comparisons of a chain: left, "==" or "!=", right."""
    message = "a claim compares two sides with == or !="
    if not isinstance(node, ast.Compare):
        chain = "state a chain a == b == c, or two claims"
        raise reader.fail(
            message, node, chain if isinstance(node, ast.BoolOp) else "as in 'x[n], y[n]: x + y == y + x'"
        )
    sides = [node.left, *node.comparators]
    for op, (first, second) in zip(node.ops, pairwise(sides), strict=True):
        if not isinstance(op, (ast.Eq, ast.NotEq)):
            raise reader.source.between(message, first, second)
    members = _members(reader, sides)
    relations = ["==" if isinstance(op, ast.Eq) else "!=" for op in node.ops]
    return list(zip(members, relations, members[1:], strict=False))


def _members(reader: Reader, sides: Sequence[ast.expr]) -> list[TensorExpr]:
    """The members of a chain; a program that is compared with one side is read where that side's needs hold."""
    if not reader.names.programs or len(sides) != 2:
        return [tensor_of(reader, side, {}) for side in sides]
    calls = [any(is_of_program(reader.names, n) for n in ast.walk(side) if isinstance(n, ast.expr)) for side in sides]
    first, second = (1, 0) if calls[0] and not calls[1] else (0, 1)
    members = {first: tensor_of(reader, sides[first], {})}
    if calls[second] and not calls[first]:
        sizes, conditions = reader.known
        names = {*reader.names.sizes, *reader.names.parameters}
        needs = (n for n in assumed(members[first]) if isinstance(n, Compare) and n.poly.names <= names)
        reader.known = sizes, (*conditions, *needs)
    members[second] = tensor_of(reader, sides[second], {})
    return [members[0], members[1]]


def tensor_of(reader: Reader, node: ast.expr, bound: Bound) -> TensorExpr:
    """The node as an array, or as a number of shape ()."""
    return built(reader, node, as_tensor, array_of(reader, node, bound))


def integer_of(reader: Reader, node: ast.expr, bound: Bound) -> int | Expr:
    """The node as a whole number, which may depend on sizes and indices."""
    poly = polynomial_of(reader, node, bound)
    return value_of(reader, node, bound) if poly.integer is None else poly.integer


def polynomial_of(reader: Reader, node: ast.expr, bound: Bound) -> Poly:
    """The node as a whole number, as a polynomial."""
    value = value_of(reader, node, bound)
    if not isinstance(value, Expr) or isinstance(value, TensorExpr):
        raise reader.fail(f"a whole number belongs here, not {described(value)}", node)
    poly = to_poly(value)
    if any(isinstance(c, int) and abs(c) > MAX_INTEGER for c in poly.terms.values()):
        raise reader.fail("this number is too large for a size or an index", node, "they go up to 10**18")
    atoms = {type(atom) for monomial in poly.terms for atom in monomial}
    if not atoms <= {str, Floor, Extremum} or not all(isinstance(c, int) for c in poly.terms.values()):
        raise reader.fail("a whole number belongs here", node, "whole division is written //")
    return poly


def array_of(reader: Reader, node: ast.expr, bound: Bound) -> Any:
    """The node as an array or a scalar; a list is a literal array."""
    value = value_of(reader, node, bound)
    if isinstance(value, (list, tuple)):
        return built(reader, node, as_tensor, value)
    if isinstance(value, Returned):
        raise reader.fail(f"this function returns {value.described}", node, "a claim compares arrays: return one")
    if not isinstance(value, Expr):
        raise reader.fail(f"an array or a number belongs here, not {described(value)}", node)
    return value


def value_of(reader: Reader, node: ast.expr, bound: Bound) -> Any:
    """What a node stands for: a tensor expression, a SymPy scalar, a list, a string, None, …"""
    if node not in reader.values:
        reader.values[node] = multiplied_out(reader, node, built(reader, node, _value, reader, node, bound))
    return reader.values[node]


def _value(reader: Reader, node: ast.expr, bound: Bound) -> Any:
    check_time()
    match node:
        case ast.Constant(value):
            return constant_of(reader, value, node)
        case ast.Name(name):
            return bound.get(name) or reader.names.tensors.get(name) or reader.names.scalar(node)
        case ast.UnaryOp(ast.USub(), operand):
            return -array_of(reader, operand, bound)
        case ast.UnaryOp(ast.UAdd(), operand):
            return array_of(reader, operand, bound)
        case ast.BinOp(left, op, right):
            return _infix(reader, op, node, left, right, bound)
        case ast.Call():
            return _call(reader, node, bound)
        case ast.Attribute():
            return _attribute(reader, node, bound)
        case ast.Subscript(value, key):
            return _subscript(reader, value, key, bound)
        case ast.List(items):
            return [_item_of_list(reader, item, bound) for item in items]
        case ast.Tuple(items):
            return tuple(value_of(reader, item, bound) for item in items)
        case ast.ListComp(element, generators):
            return _stack(reader, node, element, generators, bound)
        case ast.IfExp(test, body, ast.Constant(0)):
            conditions = conditions_of(reader, [test], bound)
            with reader.needs.under(conditions):
                guarded = tensor_of(reader, body, bound)
            return REGISTRY["when"](guarded, written(conditions))
        case ast.IfExp(_, _, orelse):
            raise reader.fail("what stands after 'else' is 0", orelse, "add two: (a if c else 0) + (b if d else 0)")
    raise reader.fail(f"{_FOREIGN.get(type(node), 'this')} cannot stand in an expression", node)


def _item_of_list(reader: Reader, node: ast.expr, bound: Bound) -> Any:
    """What an entry stands for; whole numbers need no more than their value."""
    match node:
        case ast.Constant(int(value)) if type(value) is int and value.bit_length() <= MAX_BITS:
            return Integer(value)
        case ast.UnaryOp(ast.USub(), ast.Constant(int(value))) if type(value) is int and value.bit_length() <= MAX_BITS:
            return Integer(-value)
    return value_of(reader, node, bound)


def _attribute(reader: Reader, node: ast.Attribute, bound: Bound) -> Any:
    match node:
        case ast.Attribute(value, name) if is_of_program(reader.names, value) and name != "T":
            return returned_value(_attribute_of_program(reader, node, bound))
        case ast.Attribute(value, "T"):
            return tensor_of(reader, value, bound).T
        case ast.Attribute(ast.Name(module), "pi") if module in MODULES and module not in reader.names.tensors:
            return sympy.pi
    raise reader.fail(f"there is no attribute {quoted(node.attr)}", node, "only .T; sizes are named where declared")


def _infix(reader: Reader, op: ast.operator, node: ast.expr, left: ast.expr, right: ast.expr, bound: Bound) -> Any:
    a, b = array_of(reader, left, bound), array_of(reader, right, bound)
    if isinstance(op, ast.MatMult) or isinstance(a, TensorExpr) or isinstance(b, TensorExpr):
        if type(op) not in INFIX:
            raise reader.fail("this operator is not for arrays", node, "arrays take + - * / ** @")
        return REGISTRY[INFIX[type(op)]](a, b)
    reader.needs.divide(op, a, b)
    match op:
        case ast.Add():
            return a + b
        case ast.Sub():
            return a - b
        case ast.Mult():
            return a * b
        case ast.Pow() if b.is_Rational and abs(b) > MAX_NUMBER_POWER:
            raise reader.fail("this exponent is too large", right, f"exponents go up to {MAX_NUMBER_POWER}")
        case ast.Pow() if b.is_Rational and bits(a) * abs(b) > MAX_BITS:
            raise reader.fail("this number is too large", node)
        case ast.Div() | ast.FloorDiv() | ast.Mod() if b == 0:
            raise reader.fail("division by zero", right)
        case ast.Pow() if a == 0 and b.is_negative:
            raise reader.fail("division by zero", left)
        case ast.Pow():
            return sympy.Pow(a, b)
        case ast.Div():
            return a / b
        case ast.FloorDiv():
            return to_sympy(polynomial_of(reader, left, bound) // polynomial_of(reader, right, bound))
        case ast.Mod():
            return to_sympy(polynomial_of(reader, left, bound) % polynomial_of(reader, right, bound))
    raise reader.fail("this operator is not for numbers", node, "numbers take + - * / // % **")


def _subscript(reader: Reader, value: ast.expr, key: ast.expr, bound: Bound) -> Any:
    if is_of_program(reader.names, value) and isinstance(held := value_of(reader, value, bound), Returned):
        return part_of(held, key, reader.names)
    array = array_of(reader, value, bound)
    if not isinstance(array, TensorExpr):
        raise reader.fail("a number has no entries", value)
    items = key.elts if isinstance(key, ast.Tuple) else [key]
    return array[tuple(_item(reader, item, bound) for item in items)]


def _item(reader: Reader, node: ast.expr, bound: Bound) -> Any:
    match node:
        case ast.Slice(lower, upper, step):
            start, stop = (end and _slice_bound(reader, end, bound) for end in (lower, upper))
            return slice(start, stop, step and _position(reader, step, bound))
        case ast.Constant(value) if value is None or value is Ellipsis:
            return value
    return _position(reader, node, bound)


def _slice_bound(reader: Reader, node: ast.expr, bound: Bound) -> int | Expr:
    """A bound of a slice; one that is written with a minus in front is counted from the end."""
    position = _position(reader, node, bound)
    first = node
    while isinstance(first, ast.BinOp):
        first = first.left
    from_end = isinstance(first, ast.UnaryOp) and isinstance(first.op, ast.USub) and isinstance(position, Expr)
    return FromEnd(-position) if from_end else position


def _position(reader: Reader, node: ast.expr, bound: Bound) -> int | Expr:
    """A whole number; what cancels down from symbols would count from the end only by accident."""
    number = integer_of(reader, node, bound)
    if isinstance(number, int) and any(names_below([node])):
        raise reader.fail(f"this index is always {number}", node, "write the number")
    return number


def _call(reader: Reader, node: ast.Call, bound: Bound) -> Any:
    if owner_called(reader.names, node.func) is not None:
        _keywords(reader, node)
        return _program(reader, node, bound)
    name = reader.names.callee(node.func)
    keywords = _keywords(reader, node)
    callee = name if name not in reader.names.programs else node.func.id if isinstance(node.func, ast.Name) else ""
    if callee in bound or callee in reader.names.tensors or callee in reader.names.sizes:
        raise reader.fail(f"{quoted(callee)} is not a function", node.func, "a function is declared as in 'f(): …'")
    if name in reader.names.programs:
        return _program(reader, node, bound)
    if name in reader.names.functions:
        if len(node.args) != 1 or keywords:
            raise reader.fail(f"{quoted(name)} takes one argument", node)
        return REGISTRY["call"](name, tensor_of(reader, node.args[0], bound))
    if name == "sum" and len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp) and not keywords:
        return _sum(reader, node.args[0], bound)
    if name in ("assume", "needing") and node.args and not keywords:
        conditions = written(conditions_of(reader, node.args[1:], bound))
        return REGISTRY[name](tensor_of(reader, node.args[0], bound), conditions)
    if name in SCALAR_FUNCTIONS:
        return _scalar_function(reader, name, node, bound)
    if op := named_operator(name):
        return _operation(reader, op, node, keywords, bound)
    if "." in name and (known := function_named(name)):
        return _of_library(reader, known, node, keywords, bound)
    if name == "range":
        raise reader.fail("range(…) stands only after 'in'", node)
    raise reader.names.unknown(name, node.func, called=True)


def _keywords(reader: Reader, node: ast.Call) -> dict[str, ast.expr]:
    """The arguments by name; raises for starred ones."""
    keywords = {str(keyword.arg): keyword.value for keyword in node.keywords}
    for starred in (*(a for a in node.args if isinstance(a, ast.Starred)), keywords.get("None")):
        if starred is not None:
            raise reader.fail("a starred argument cannot stand in a claim", starred)
    if len(keywords) < len(node.keywords):
        raise reader.fail("an argument is given twice", node)
    return keywords


def _operation(
    reader: Reader, op: Operator, node: ast.Call, keywords: Mapping[str, ast.expr], bound: Bound
) -> TensorExpr:
    given = op.bind(node.args, keywords)
    for name, value in given.arguments.items():
        read = _operand if name in op.operands else _argument
        match value:
            case tuple():
                given.arguments[name] = tuple(read(reader, v, bound) for v in value)
            case dict():
                given.arguments[name] = {key: read(reader, v, bound) for key, v in value.items()}
            case _:
                given.arguments[name] = read(reader, value, bound)
    check_filling(op.library, [*given.args, *given.kwargs.values()])
    return op(*given.args, **given.kwargs)


def _of_library(
    reader: Reader, function: LibraryFunction, node: ast.Call, keywords: Mapping[str, ast.expr], bound: Bound
) -> Any:
    """What a function means by which its library is named."""
    if isinstance(function.make, Operator):
        return _operation(reader, function.make, node, keywords, bound)
    given = [plain_value(value_of(reader, argument, bound)) for argument in node.args]
    named = {key: plain_value(value_of(reader, value, bound)) for key, value in keywords.items()}
    return function.apply(*function.bound(given, named))


def _program(reader: Reader, node: ast.Call, bound: Bound) -> Any:
    """What a function of a source file, or a method of what it returns, makes of its arguments."""
    names = reader.names
    if owner_called(names, node.func) is not None:
        if isinstance(node.func, ast.Attribute):
            program = _attribute_of_program(reader, node.func, bound)
        else:
            program = value_of(reader, node.func, bound)
        program = program.value if isinstance(program, Returned) else program
        if not callable(program):
            raise reader.fail("this cannot be called", node.func)
    else:
        program = names.programs[names.callee(node.func)]
        reader.taken += getattr(program, "notes", ())
        program = program.under(*reader.known) if hasattr(program, "under") else program
    read = lambda argument: plain_value(value_of(reader, argument, bound))  # noqa: E731
    return program_value(program, node, names, frozenset(bound), read)


def _attribute_of_program(reader: Reader, node: ast.Attribute, bound: Bound) -> Any:
    """A method of a class of a source file, or an attribute of an instance of it."""
    names = reader.names
    if not isinstance(node.value, ast.Call) and (owner := class_named(names, node.value)) is not None:
        return owner.under(*reader.known).method(node.attr)
    value = value_of(reader, node.value, bound)
    if not isinstance(value, Returned):
        raise reader.fail(f"there is no attribute {quoted(node.attr)}", node)
    return getattr(value.value, node.attr)


def _operand(reader: Reader, node: ast.expr, bound: Bound) -> Any:
    value = value_of(reader, node, bound)
    if isinstance(value, (str, bool)) or value is Ellipsis:
        raise reader.fail(f"an array belongs here, not {described(value)}", node)
    return value


def _argument(reader: Reader, node: ast.expr, bound: Bound) -> Any:
    """A parameter that is no array: lists are sequences, whole numbers are Python's."""
    value = value_of(reader, node, bound)
    if isinstance(value, TensorExpr):
        raise reader.fail("a number or a string belongs here, not an array", node)
    return plain_value(value)


def _scalar_function(reader: Reader, name: str, node: ast.Call, bound: Bound) -> Expr:
    values = [value_of(reader, argument, bound) for argument in node.args]
    if not values or node.keywords or (len(values) > 1 and name not in ("min", "max")):
        raise reader.fail(f"{name} takes {'numbers' if name in ('min', 'max') else 'one number'}", node)
    if len(values) > MAX_EXTREMUM:
        raise reader.fail(f"{name} takes up to {MAX_EXTREMUM} numbers", node)
    if name in ("min", "max"):
        return to_sympy(extremum(name, [polynomial_of(reader, argument, bound) for argument in node.args]))
    if not isinstance(values[0], Expr) or isinstance(values[0], TensorExpr):
        raise reader.fail(f"{name} takes a number, not {described(values[0])}", node.args[0])
    if name == "sqrt" and values[0].free_symbols:
        return _root_of_sizes(reader, values[0], node)
    return {"exp": sympy.exp, "log": sympy.log, "sqrt": sympy.sqrt}[name](values[0])


def _root_of_sizes(reader: Reader, value: Expr, node: ast.Call) -> Expr:
    """The square root of sizes, which is a number since they are 0 or more, as are their sums and quotients."""
    poly = to_poly(value)
    plain = all(isinstance(a, (str, Inverse)) for a in poly.atoms)
    divisors = [a.denominator for a in poly.atoms if isinstance(a, Inverse)]
    positive = all(c > 0 for part in (poly, *divisors) for c in part.terms.values())
    if not (plain and positive and poly.names <= reader.names.sizes):
        hint = "square both sides, or write a root of sizes, as in sqrt(n) and sqrt(2/n)"
        raise reader.fail(f"whether {poly} is negative is not known", node, hint)
    return Radical(value)


def conditions_of(reader: Reader, nodes: Iterable[ast.expr], bound: Bound) -> tuple[Compare, ...]:
    """Comparisons of whole numbers, which `and` joins; later ones are looked at only where the earlier ones hold."""
    conditions: list[Compare] = []
    waiting = list(nodes)
    while waiting:
        match waiting.pop(0):
            case ast.BoolOp(ast.And(), parts):
                waiting[:0] = parts
            case ast.Compare(left, ops, rights) if all(type(op) in ORDER for op in ops):
                sides = [left, *rights]
                with reader.needs.under(conditions):
                    polys = [polynomial_of(reader, side, bound) for side in sides]
                conditions += [ORDER[type(op)](a, b) for op, (a, b) in zip(ops, pairwise(polys), strict=True)]
            case node:
                raise reader.fail("a condition compares whole numbers", node, "as in (x[m] if m >= 1 else 0)")
    return tuple(conditions)


def _sum(reader: Reader, node: ast.GeneratorExp, bound: Bound) -> TensorExpr:
    ranges, inner = _bind(reader, node.generators, bound)
    with reader.needs.bound(ranges):
        body = tensor_of(reader, node.elt, inner)
    for name, lower, upper in reversed(ranges):
        body = REGISTRY["index_sum"](body, name, to_sympy(lower), to_sympy(upper))
    return body


def _stack(
    reader: Reader, node: ast.expr, element: ast.expr, generators: Sequence[ast.comprehension], bound: Bound
) -> TensorExpr:
    if len(generators) > 1:
        raise reader.fail("a list takes one 'for'", node, "nest them: [[… for n in …] for m in …]")
    [(name, lower, upper)], inner = _bind(reader, generators, bound)
    shifted = {
        target: value.xreplace({symbol(name): symbol(name) + to_sympy(lower)}) for target, value in inner.items()
    }
    with reader.needs.bound([(name, ZERO, upper - lower)]):
        body = tensor_of(reader, element, shifted)
    return REGISTRY["index_stack"](body, name, to_sympy(upper - lower))


def _bind(
    reader: Reader, generators: Sequence[ast.comprehension], bound: Bound
) -> tuple[list[tuple[str, Poly, Poly]], dict[str, Expr]]:
    """The new names with their ranges, and what all bound names stand for inside."""
    ranges: list[tuple[str, Poly, Poly]] = []
    inner = dict(bound)
    for generator in generators:
        if generator.ifs:
            raise reader.fail("a generator takes no 'if'", generator.ifs[0], "write the bounds into range(…)")
        target = generator.target
        if generator.is_async or not isinstance(target, ast.Name):
            raise reader.fail("one name stands between 'for' and 'in'", target)
        reader.names.check(target.id, target)
        if len(inner) >= MAX_SUMS:
            raise reader.fail("the sums are nested too deeply", target, f"at most {MAX_SUMS} indices are bound")
        lower, upper, step = _range(reader, generator.iter, inner)
        name = reader.names.fresh(target.id, {n for value in inner.values() for n in to_poly(value).names})
        if step == ONE:
            ranges.append((name, lower, upper))
            inner[target.id] = symbol(name)
        else:
            ranges.append((name, ZERO, steps(lower, upper, step)))
            inner[target.id] = to_sympy(lower + step * Poly.name(name))
    return ranges, inner


def _range(reader: Reader, node: ast.expr, bound: Bound) -> tuple[Poly, Poly, Poly]:
    match node:
        case ast.Call(ast.Name("range"), [_] | [_, _] | [_, _, _] as arguments, []):
            values = [polynomial_of(reader, argument, bound) for argument in arguments]
        case _:
            raise reader.fail("'in' is followed by range(…)", node, "as in 'for u in range(h)'")
    if len(values) == 1:
        return ZERO, values[0], ONE
    lower, upper, step = [*values, ONE][:3]
    positive = step.names <= reader.names.sizes and all(c > 0 for c in step.terms.values()) and step.is_affine
    if not step or (step.integer is None and not positive):
        raise reader.fail("the step of a range is a number other than 0, or a size", arguments[2])
    return lower, upper, step
