"""Mutated programs: each is refused, or read as what Python computes at random small sizes.

python tests/mutated_programs.py --count 100000 [--seed 0] [--jobs 1]      prints those that are read as something else
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import inspect
import io
import resource
import subprocess
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
from limited import limited
from test_twins import numeric

from symconv import SymconvError, Tensor, evaluate, from_source
from symconv.algebra.polynomials import Poly
from symconv.expressions.tensors import TensorExpr, as_tensor

READING, RUNNING = 10.0, 2.0
"""Seconds of processor time for reading one mutant, and for running it at one size."""
MEMORY = 5 << 30
BATCH = 500
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod)
_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)


@dataclass(frozen=True)
class Original:
    """A function with what it needs of its module, and arguments that it takes."""

    name: str
    tree: ast.Module
    args: tuple[Any, ...]


def _needed(module: ModuleType, name: str) -> ast.Module:
    """The imports of a module, and the definitions that a function uses."""
    tree = ast.parse(inspect.getsource(module))
    imports = [
        n for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom)) and "__future__" not in ast.unparse(n)
    ]
    named = {n.name: n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    named |= {t.id: n for n in tree.body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)}
    found, waiting = set(), [name]
    while waiting:
        one = waiting.pop()
        if one in named and one not in found:
            found.add(one)
            waiting += [n.id for n in ast.walk(named[one]) if isinstance(n, ast.Name)]
    kept = [n for n in tree.body if n in imports or any(named[f] is n for f in found)]
    return ast.Module(kept, [])


@cache
def originals() -> Sequence[Original]:
    """The functions of the tables of tests, each with its arguments."""
    import test_programs
    import test_public_code

    rows = [(f, args) for f, args, *_ in test_programs.VERDICTS] + test_public_code.arguments()
    modules = {f.__module__: inspect.getmodule(f) for f, _ in rows}
    return [Original(f.__name__, _needed(modules[f.__module__], f.__name__), tuple(args)) for f, args in rows]


def mutated(tree: ast.Module, random: Random) -> str:
    """The text of a module with one to three changes of its functions."""
    tree = copy.deepcopy(tree)
    for _ in range(random.choice((1, 1, 1, 2, 2, 3))):
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
        function = random.choice(functions)
        for _ in range(20):
            if _CHANGES[random.randrange(len(_CHANGES))](function, random):
                break
    return ast.unparse(ast.fix_missing_locations(tree))


def _nodes(function: ast.FunctionDef, kind: Any) -> list[Any]:
    return [n for s in function.body for n in ast.walk(s) if isinstance(n, kind)]


def _operator(function: ast.FunctionDef, random: Random) -> bool:
    nodes = _nodes(function, (ast.BinOp, ast.AugAssign))
    for node in random.sample(nodes, min(1, len(nodes))):
        node.op = random.choice(_OPERATORS)()
    return bool(nodes)


def _comparison(function: ast.FunctionDef, random: Random) -> bool:
    nodes = _nodes(function, ast.Compare)
    for node in random.sample(nodes, min(1, len(nodes))):
        node.ops = [random.choice(_COMPARISONS)() for _ in node.ops]
    return bool(nodes)


def _number(function: ast.FunctionDef, random: Random) -> bool:
    nodes = [n for n in _nodes(function, ast.Constant) if type(n.value) in (int, float)]
    for node in random.sample(nodes, min(1, len(nodes))):
        node.value = node.value + random.choice((1, -1)) if random.random() < 0.7 else random.choice((0, 1, 2, -1, 0.5))
    return bool(nodes)


def _name(function: ast.FunctionDef, random: Random) -> bool:
    nodes = _nodes(function, ast.Name)
    known = sorted({n.id for n in nodes if isinstance(n.ctx, ast.Store)} | {a.arg for a in function.args.args})
    for node in random.sample(nodes, min(1, len(nodes))):
        node.id = random.choice(known or [node.id])
    return bool(nodes)


def _shift(function: ast.FunctionDef, random: Random) -> bool:
    """An index, a bound or an argument of range is one more or less."""
    places: list[tuple[Any, str, int | None]] = []
    for node in _nodes(function, (ast.Subscript, ast.Slice, ast.Call)):
        match node:
            case ast.Subscript(_, ast.Name() | ast.BinOp() | ast.Constant()):
                places.append((node, "slice", None))
            case ast.Slice():
                places += [(node, part, None) for part in ("lower", "upper") if getattr(node, part) is not None]
            case ast.Call(ast.Name("range"), args):
                places += [(node, "args", k) for k in range(len(args))]
    if not places:
        return False
    owner, field, k = random.choice(places)
    old = getattr(owner, field) if k is None else owner.args[k]
    new = ast.BinOp(old, random.choice((ast.Add, ast.Sub))(), ast.Constant(1))
    if k is None:
        setattr(owner, field, new)
    else:
        owner.args[k] = new
    return True


def _slice(function: ast.FunctionDef, random: Random) -> bool:
    nodes = _nodes(function, ast.Slice)
    for node in random.sample(nodes, min(1, len(nodes))):
        part = random.choice(("lower", "upper", "step"))
        setattr(
            node,
            part,
            random.choice([None, ast.Constant(1), ast.Constant(2), ast.UnaryOp(ast.USub(), ast.Constant(1))]),
        )
    return bool(nodes)


def _bodies(function: ast.FunctionDef) -> list[list[ast.stmt]]:
    owners = [function, *_nodes(function, (ast.For, ast.While, ast.If))]
    return [b for o in owners for b in (o.body, getattr(o, "orelse", [])) if b]


def _statement(function: ast.FunctionDef, random: Random) -> bool:
    """A statement is dropped, done twice, or done before another one."""
    body = random.choice(_bodies(function))
    k = random.randrange(len(body))
    match random.randrange(3):
        case 0 if len(body) > 1:
            del body[k]
        case 1:
            body.insert(random.randrange(len(body) + 1), copy.deepcopy(body[k]))
        case 2 if len(body) > 1:
            j = random.randrange(len(body))
            body[j], body[k] = body[k], body[j]
        case _:
            return False
    return True


def _moved(function: ast.FunctionDef, random: Random) -> bool:
    """A statement of a loop or a branch is done after it, or one after it inside."""
    for body in random.sample(bodies := _bodies(function), len(bodies)):
        at = [k for k, s in enumerate(body) if isinstance(s, (ast.For, ast.While, ast.If)) and len(s.body) > 1]
        if at:
            k = random.choice(at)
            inner = body[k].body  # type: ignore[attr-defined]
            if random.random() < 0.5:
                body.insert(k + 1, inner.pop())
            elif k + 1 < len(body) and not isinstance(body[k + 1], ast.Return):
                inner.append(body.pop(k + 1))
            return True
    return False


def _assignment(function: ast.FunctionDef, random: Random) -> bool:
    """x = … becomes x += …, or the other way round."""
    for body in _bodies(function):
        at = [k for k, s in enumerate(body) if isinstance(s, (ast.Assign, ast.AugAssign))]
        if at and random.random() < 0.5:
            k = random.choice(at)
            match body[k]:
                case ast.Assign([ast.Name() | ast.Subscript() as target], value):
                    body[k] = ast.AugAssign(target, random.choice((ast.Add, ast.Sub, ast.Mult))(), value)
                case ast.AugAssign(target, _, value):
                    body[k] = ast.Assign([target], value)
            return True
    return False


def _alias(function: ast.FunctionDef, random: Random) -> bool:
    """What is assigned to one name is assigned to another as well, or copied, or is a view."""
    nodes = [n for n in _nodes(function, ast.Assign) if isinstance(n.targets[0], ast.Name)]
    names = sorted(
        {t.id for n in nodes for t in n.targets if isinstance(t, ast.Name)} | {a.arg for a in function.args.args}
    )
    if not nodes:
        return False
    node = random.choice(nodes)
    match random.randrange(3):
        case 0:
            node.targets.append(ast.Name(random.choice(names), ast.Store()))
        case 1:
            node.value = ast.Name(random.choice(names), ast.Load())
        case 2:
            node.value = ast.Subscript(node.value, ast.Slice(), ast.Load())
    return True


_CHANGES = (
    _operator, _comparison, _number, _number, _name, _name, _shift, _shift, _slice, _statement, _statement, _moved,
    _assignment, _alias,
)  # fmt: skip


def checked(original: Original, text: str, random: Random) -> str:
    """How a mutant comes out: "refused", "read", "slow", or what is wrong."""
    try:
        with limited(READING):
            read = _flat(from_source(text, original.name)(*original.args))
    except SymconvError:
        return "refused"
    except TimeoutError:
        return "slow"
    if read is None:
        return "refused"
    names: dict[str, Any] = {}
    exec(compile(text, "<mutant>", "exec"), names)
    tensors = sorted(_tensors(original.args), key=str)
    sizes = sorted({s.name for s in _symbols(original.args)})
    compared = 0
    for _ in range(24):
        values = {name: random.randint(1, 4) for name in sizes}
        if any(size < 1 for t in tensors for size in _shape(t, values)):
            continue
        arrays = {t.name: _entries(t, values, random) for t in tensors}
        try:
            expected = [evaluate(e, values, arrays, twins=False) for e in read]
        except SymconvError:
            continue
        given = [_given(a, values, arrays) for a in original.args]
        try:
            with limited(RUNNING), contextlib.redirect_stdout(io.StringIO()):
                returned = names[original.name](*given)
        except TimeoutError:
            return "slow"
        except Exception as error:
            return f"Python raises {type(error).__name__}: {error} at {values}"
        found = _flat_values(returned)
        if len(found) != len(expected) or not all(map(_same, found, expected)):
            return f"Python gives {str(found)[:300]}, read is {str(expected)[:300]} at {values}, {arrays}"
        compared += 1
        if compared == 3:
            break
    return "read" if compared else "nowhere"


def _symbols(value: Any) -> set[Any]:
    if isinstance(value, (tuple, list)):
        return {s for v in value for s in _symbols(v)}
    if isinstance(value, dict):
        return _symbols(list(value.values()))
    return {s for s in getattr(value, "free_symbols", ()) if not isinstance(s, Tensor)}


def _tensors(value: Any) -> set[Tensor]:
    if isinstance(value, (tuple, list)):
        return {t for v in value for t in _tensors(v)}
    return value.atoms(Tensor) if isinstance(value, TensorExpr) else set()


def _shape(tensor: Tensor, values: dict[str, int]) -> list[int]:
    at = {name: Poly.of(value) for name, value in values.items()}
    return [axis.size.substitute(at).integer or 0 for axis in tensor.axes]


def _entries(tensor: Tensor, values: dict[str, int], random: Random) -> np.ndarray:
    shape = _shape(tensor, values)
    return np.array([random.randint(-4, 4) for _ in np.ndindex(*shape)], dtype=object).reshape(shape)


def _given(argument: Any, values: dict[str, int], arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(argument, TensorExpr):
        return np.array(evaluate(argument, values, arrays).astype(float))
    if isinstance(argument, (tuple, list)):
        return type(argument)(_given(a, values, arrays) for a in argument)
    if isinstance(argument, dict):
        return {key: _given(a, values, arrays) for key, a in argument.items()}
    if hasattr(argument, "subs"):
        return int(argument.subs({s: values[s.name] for s in argument.free_symbols}))
    return argument


def _flat(value: Any) -> list[TensorExpr] | None:
    """The arrays that a program returns, one by one; None where there are other things."""
    if isinstance(value, dict):
        return _flat(list(value.values()))
    if isinstance(value, (tuple, list)):
        parts = [_flat(v) for v in value]
        return None if None in parts else [e for part in parts for e in part or ()]
    try:
        return [as_tensor(value)]
    except (SymconvError, TypeError, ValueError):
        return None


def _flat_values(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return _flat_values(tuple(value.values()))
    if isinstance(value, tuple) or isinstance(value, list) and any(np.ndim(v) != np.ndim(value[0]) for v in value):
        return [v for part in value for v in _flat_values(part)]
    return [value]


def _same(found: Any, expected: Any) -> bool:
    try:
        array, other = np.array(found, dtype=complex), np.array(expected, dtype=object)
        return array.shape == other.shape and bool(np.allclose(array, numeric(other, complex)))
    except (TypeError, ValueError):
        return False


def batch(seeds: Sequence[int]) -> Iterator[tuple[int, str, str, str]]:
    """Each mutant of these seeds: its number, function, text, and how it comes out."""
    rows = originals()
    for seed in seeds:
        random = Random(f"mutant {seed}")
        original = random.choice(rows)
        text = mutated(original.tree, random)
        try:
            outcome = checked(original, text, random)
        except Exception as error:
            outcome = f"crash {type(error).__name__}: {error}"
        yield seed, original.name, text, outcome


FINE = ("refused", "read", "slow", "nowhere")


def _one_process(seeds: Sequence[int]) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    counts: Counter[str] = Counter()
    for seed, name, text, outcome in batch(seeds):
        counts[outcome if outcome in FINE else "WRONG"] += 1
        if outcome not in FINE:
            print(f"--- {seed} {name}: {outcome}\n{text}\n", flush=True)
    print("counts", dict(counts), flush=True)
    return 0


def main() -> int:
    """Try the mutants that the command line asks for, a few hundred a process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--here", action="store_true", help="in this process")
    options = parser.parse_args()
    seeds = range(options.seed, options.seed + options.count)
    if options.here:
        return _one_process(seeds)
    started, total, wrong = time.time(), Counter[str](), 0
    for start in range(seeds.start, seeds.stop, BATCH):
        count = min(BATCH, seeds.stop - start)
        command = [sys.executable, __file__, "--here", "--seed", str(start), "--count", str(count)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=3600)
        for line in done.stdout.splitlines():
            if line.startswith("counts "):
                total += Counter(ast.literal_eval(line.removeprefix("counts ")))
            else:
                print(line, flush=True)
        if "counts " not in done.stdout:
            print(f"--- the process of {start} died: {done.stderr[-500:]}", flush=True)
        wrong = total["WRONG"]
        print(f"{start + count - seeds.start} mutants, {dict(total)}, {time.time() - started:.0f} s", flush=True)
    return bool(wrong)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
