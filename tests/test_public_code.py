"""Functions as they are in public: claims about them, and what is read against what Python computes."""

from __future__ import annotations

import ast
from pathlib import Path
from random import Random
from typing import Any

import mutated_programs
import public_filters
import public_loops
import public_nests
import pytest

import symconv
from symconv import from_file, parse, prove

FILES = (public_nests, public_filters, public_loops)
FUNCTIONS = {name: function for file in FILES for name, function in vars(file).items()}
CLAIMS = (Path(__file__).parent / "public_claims.txt").read_text().splitlines()


def _split(line: str) -> tuple[str, str]:
    claim, _, verdict = line.rpartition(" | ")
    return claim, verdict


def arguments() -> list[tuple[Any, tuple[Any, ...]]]:
    """The functions of the claims, and what the claims give them."""
    rows = []
    for claim in dict.fromkeys(_split(line)[0] for line in CLAIMS):
        head, _, body = claim.partition(": ")
        declared = parse(f"{head}: {head.split('[')[0]} == {head.split('[')[0]}").tensors
        known: dict[str, Any] = {t.name: t for t in declared}
        known |= {axis_name: symconv.sizes(axis_name) for t in declared for a in t.axes for axis_name in a.size.names}
        call = next(n for n in ast.walk(ast.parse(body.split(" == ")[0], mode="eval")) if _is_of_file(n))
        given = [n for a in call.args for n in ast.walk(a)]
        is_plain = not any(isinstance(n, (ast.Call, ast.BinOp)) for n in given)
        if is_plain and all(n.id in known for n in given if isinstance(n, ast.Name)):
            rows.append((FUNCTIONS[call.func.id], tuple(_value(a, known) for a in call.args)))
    return rows


def _is_of_file(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS


def _value(node: ast.expr, known: dict[str, Any]) -> Any:
    match node:
        case ast.Name(name):
            return known[name]
        case ast.Tuple(items):
            return tuple(_value(item, known) for item in items)
        case ast.Dict(keys, values):
            return {_value(k, known): _value(v, known) for k, v in zip(keys, values, strict=True) if k}
    return ast.literal_eval(node)


@pytest.fixture(scope="module")
def programs() -> Any:
    return from_file(*(str(file.__file__) for file in FILES))


@pytest.mark.parametrize("line", CLAIMS)
def test_public_functions(programs: Any, line: str) -> None:
    """A claim about a function as it stands has its verdict."""
    claim, verdict = _split(line)
    assert prove(parse(claim, programs)).verdict == verdict


@pytest.mark.parametrize("start", range(20, 40, 20))
def test_mutants(start: int) -> None:
    """A program with a few changes is refused, or read as what Python computes."""
    for seed, name, text, outcome in mutated_programs.batch(range(start, start + 20)):
        assert outcome in mutated_programs.FINE, f"{seed} {name}: {outcome}\n{text}"


@pytest.mark.long
@pytest.mark.parametrize("start", range(1_000, 11_000, 500))
def test_many_mutants(start: int) -> None:
    """The same for thousands of changes."""
    for seed, name, text, outcome in mutated_programs.batch(range(start, start + 500)):
        assert outcome in mutated_programs.FINE, f"{seed} {name}: {outcome}\n{text}"


@pytest.mark.parametrize("number", range(0, 110, 10))
def test_what_is_read_of_public_functions(number: int) -> None:
    """A function as it stands is read as what Python computes, some only where conditions are known."""
    for original in mutated_programs.originals()[-len(arguments()) :][number : number + 10]:
        outcome = mutated_programs.checked(original, ast.unparse(original.tree), Random(original.name))
        assert outcome in ("read", "refused"), f"{original.name}: {outcome}"
