"""Factors: a name, a number or brackets, with the scripts, indices and arguments that belong to it."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from symconv.reading.latex.identifiers.declared_names import entries_of, named, undeclared
from symconv.reading.latex.identifiers.defined_names import entry_defined, standing_for
from symconv.reading.latex.latex_notations import SCRIPTED, form
from symconv.reading.latex.lexing.scan import Token
from symconv.reading.latex.notations.function_names import called, function_named
from symconv.reading.latex.notations.impulses import impulse
from symconv.reading.latex.parsing.grammar_nodes import CONDITIONS, Node, name_token, token_of
from symconv.reading.latex.shared_parts.filled import without_sizes
from symconv.reading.latex.shared_parts.forms import read
from symconv.reading.latex.shared_parts.formula import AMBIGUOUS, Formula, Operand, call, operand
from symconv.reading.latex.shared_parts.scripts import indexed, scripted


@form("factor")
def _single(formula: Formula, node: Node) -> Operand:
    return _headed(formula, [node])[0]


def operands(formula: Formula, node: Node) -> list[Operand]:
    """The factors of a product, indices and arguments put to what they belong to."""
    if node.rule != "factors":
        return [read(formula, node)]
    values: list[Operand] = []
    factors: Sequence[Node] = node.nodes()
    while factors:
        factor, used = _headed(formula, factors)
        values.append(factor)
        factors = factors[used:]
    return values


def _headed(formula: Formula, factors: Sequence[Node]) -> tuple[Operand, int]:
    """The first factor with the brackets after it that are its arguments or indices, and how many factors that is."""
    head, following = factors[0], factors[1] if len(factors) > 1 else None
    token = token_of(head.parts[0])
    name = function_named(formula, token) if token is not None else None
    alone = impulse(formula, factors) or entry_defined(formula, factors)
    if alone is not None:
        return alone
    if name == "trace" and following is not None and following.nodes()[0].rule not in ("group", "set", "bracket"):
        return _trace(formula, head, factors[1:]), len(factors)
    if name is not None:
        base = called(formula, name, head, following)
        assert following is not None
        base, used = scripted(formula, base, following.nodes()[1:]), 2
    else:
        base, used = _factor(formula, head, following), 1
    for factor in map(_periodic, factors[used:]):
        inside = factor.nodes()[0]
        if not _is_index(formula, base, inside, token):
            break
        base = indexed(formula, base, inside.nodes()[0], inside.last)
        base = scripted(formula, base, factor.nodes()[1:])
        used += 1
    if token is not None and token.kind == "LETTER" and (formula.has_entries(token.text) or token.text.islower()):
        fonts = formula.notes.ranks.setdefault(token.text, {})
        fonts.setdefault(token.font, set()).add(base.rank)
    return base, used


def _periodic(factor: Node) -> Node:
    """x((n - m))_N as x[((n - m))_N]: what stands below double brackets belongs to the index in them."""
    match factor:
        case Node(
            "factor", (Node("group", (Node("items", (Node("factor", (Node("group") as index,)),)),)) as outer, *_)
        ):
            below, *others = factor.nodes()[1:] or [outer]
            if below.rule == "below":
                key = Node("factor", (index, below), index.first, below.last)
                items = Node("items", (key,), index.first, below.last)
                group = Node("group", (items,), outer.first, below.last)
                return Node("factor", (group, *others), factor.first, factor.last)
    return factor


def _trace(formula: Formula, head: Node, factors: Sequence[Node]) -> Operand:
    r"""\operatorname{tr} A B, the trace of the whole product."""
    if scripts := head.nodes()[1:]:
        hint = r"write brackets: (\operatorname{tr}(A))^{2}"
        raise formula.error("the name of a function takes no exponent or subscript", scripts[0], hint)
    several = len(factors) > 1
    whole = Node("factors", tuple(factors), factors[0].first, factors[-1].last) if several else factors[0]
    product = read(formula, whole)
    tree = call("trace", product.node)
    if several:
        formula.take((head.first, product.last), f"{ast.unparse(tree)}: the trace of all that follows")
    return operand(formula, tree, (head.first, product.last))


def _is_index(formula: Formula, base: Operand, inside: Node, token: Token | None) -> bool:
    """Whether brackets after a factor hold indices into it."""
    if inside.rule not in ("group", "bracket"):
        return False
    items = inside.nodes()[0].parts
    spaced = formula.tokens[inside.first].spaced
    if all(isinstance(item, Node) and item.rule in CONDITIONS for item in items):
        return False
    if inside.rule == "bracket":
        return base.rank > 0 or not (token is None or token.kind == "NUM" or spaced)
    if len(items) > 1:
        if base.rank == 0:
            raise formula.error("these brackets hold several things, and stand after a number", inside)
        return True
    if base.rank == 0:
        return False
    match items[0]:
        case Node("factor", (Node("group") as index, Node("below"))):
            items = (index,)
    content = read(formula, items[0])
    if not content.pure:
        return False
    computed = token is None and not formula.free_names(content.node) - formula.names.sizes
    if base.rank == 1 and not computed and not spaced:
        return True
    hint = r"write indices as a subscript, a product with \cdot"
    raise formula.error(f"{AMBIGUOUS}: an index or a factor", inside, hint)


def _factor(formula: Formula, node: Node, following: Node | None) -> Operand:
    """A factor with what stands above and below it."""
    head, *scripts = node.nodes()
    for scripted_form in SCRIPTED.get(head.rule, ()) if scripts else ():
        if (taken := scripted_form(formula, node)) is not None:
            base, used = taken
            return scripted(formula, base, scripts[used:])
    token = name_token(head)
    if token is None:
        outer = formula.closed
        base = read(formula, head)
        formula.closed = outer
        return scripted(formula, base, scripts)
    if not scripts:
        _check_called(formula, token, following)
    below = next((s for s in scripts if s.rule == "below"), None)
    if below is not None and scripts[0] is not below and not formula.has_entries(token.text):
        raise formula.error("a subscript that is part of a name comes before an exponent", below)
    if (capital := entries_of(formula, token, below)) is not None:
        return _entries(formula, token, capital, head, scripts)
    if (sized := without_sizes(formula, token, (head.first, head.last))) is not None and below is None:
        return scripted(formula, sized, scripts)
    base, joined = named(formula, token, head, below)
    return scripted(formula, base, [s for s in scripts if not (joined and s is below)])


def _entries(formula: Formula, token: Token, capital: str, head: Node, scripts: Sequence[Node]) -> Operand:
    """a_{ij} as an entry of A; a_i as one of its rows, or of its columns in the other reading."""
    place = (head.first, head.last)
    defined = formula.definitions.get(capital) if capital not in formula.names.tensors else None
    name = ast.Name(capital, ast.Load())
    whole = operand(formula, name, place) if defined is None else standing_for(formula, defined, place)
    value = scripted(formula, whole, scripts[:1])
    if value.rank and (value.rank, whole.rank) != (1, 2):
        raise undeclared(formula, token)
    if value.rank:
        formula.notes.lines.add(capital)
        if capital in formula.conventions.columns and isinstance(value.node, ast.Subscript):
            key = ast.Tuple([ast.Slice(), value.node.slice], ast.Load())
            value = operand(formula, ast.Subscript(whole.node, key, ast.Load()), value)
            formula.notes.reads[-1].size = whole.axes[1].size
    formula.take(value, f"{ast.unparse(value.node)}: {token.text} are the entries of {capital}")
    return scripted(formula, value, scripts[1:])


def _check_called(formula: Formula, token: Token, following: Node | None) -> None:
    """Note a name that is not declared and stands before brackets, where it could be a function."""
    brackets = following.nodes()[0] if following is not None else None
    if brackets is None or brackets.rule not in ("group", "bracket") or formula.is_known(token.text):
        return
    if brackets.rule == "bracket" or len(brackets.nodes()[0].parts) > 1 or token.kind == "WORD":
        raise undeclared(formula, token, called=brackets.rule == "group")
    formula.called.setdefault(token.text, token)
