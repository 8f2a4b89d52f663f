"""Mutated inputs for every reader, each of which must end in an error of ours or in a claim.

python tests/fuzz_readers.py READER… --count 100000 [--seed 0]     readers: claims, loops, numpy, sympy
"""

from __future__ import annotations

import argparse
import inspect
import re
import resource
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from random import Random
from types import FunctionType
from typing import Any

import sympy
from limited import limited
from sympy.core.relational import Relational

from symconv import SymconvError, Tensor, from_source, parse, sizes
from symconv.claims import from_expressions

FORMING = 0.5
"""Seconds of processor time that SymPy gets to form one input."""

MEMORY = 6 << 30
"""Bytes that the long run may use: more is a failure of one input, not of the machine."""

LIMIT = 20.0
"""Seconds of processor time after which one input counts as a hang."""

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_WORDS = (
    "0 1 -1 2 3 N n m i j x k A K ( ) [ ] , : = == != += -= + - * / // % ** @ . .T if else for in range len min max "
    "and or not np sum zeros flip return lambda None True 1.5 1e400 99999999999999999999 'a' # \\ [::-1] [-1] "
    "x[i] shape assert raise while break continue def pass ... iff _ é \x00"
).split(" ")


def mutated(text: str, random: Random, others: Sequence[str]) -> str:
    """The text with a few tokens or characters removed, doubled, swapped or replaced."""
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        tokens = _TOKEN.findall(text)
        if not tokens:
            return random.choice(_WORDS)
        at, other = random.randrange(len(tokens)), random.randrange(len(tokens))
        match random.randrange(8):
            case 0:
                del tokens[at]
            case 1:
                tokens.insert(at, tokens[other])
            case 2:
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case 3 | 4:
                tokens[at] = random.choice(_WORDS)
            case 5:
                tokens[at] = random.choice(_TOKEN.findall(random.choice(others)) or ["x"])
            case 6:
                tokens = tokens[: at + 1] if random.random() < 0.1 else tokens[:at] + tokens[at + 1 :]
            case 7:
                text = "".join(tokens)
                place = random.randrange(len(text) + 1)
                tokens = [text[:place], random.choice("()[]:,=+-*/ \n\t'\"#\\0ax"), text[place:]]
        text = "".join(tokens)
    return text


def _claims() -> tuple[Sequence[str], Callable[[str], Any]]:
    from samples import PROVED, REFUTED

    return [*PROVED.values(), *REFUTED.values()], parse


N, M, n, m, H, W, h, w = sizes("N M n m H W h w")
_LINES = (Tensor("x", N), Tensor("k", M), Tensor("y", N))
_PLANES = (Tensor("A", H, W), Tensor("K", h, w))


def _read_program(text: str) -> Any:
    name = (re.search(r"def\s+(\w+)", text) or ["", "f"])[1]
    header = text[text.find("def") :].partition(":")[0]
    count = max(header.count(",") + 1, 1)
    for pool in (_LINES, _PLANES):
        try:
            return from_source(text, name)(*(pool * 2)[:count])
        except SymconvError as error:
            refused = error
    raise refused


def _sources(module: Any) -> Sequence[str]:
    found = [f for f in vars(module).values() if isinstance(f, FunctionType) and f.__module__ == module.__name__]
    return ["import numpy as np\n\n" + inspect.getsource(f) for f in found]


def _loops() -> tuple[Sequence[str], Callable[[str], Any]]:
    import array_nests
    import sliding_nests

    return [*_sources(sliding_nests), *_sources(array_nests)], _read_program


def _numpy() -> tuple[Sequence[str], Callable[[str], Any]]:
    import test_numpy_code

    lines = inspect.getsource(test_numpy_code).split("CODE = [")[1].split("\n]")[0].splitlines()
    head = "import numpy as np\nimport einops\nfrom numpy.lib.stride_tricks import sliding_window_view\n\n"
    code = [re.match(r"\s*\(lambda ([\w, ]+): (.*), \(\w", line) for line in lines]
    made = [f"{head}def f({c[1]}):\n    return {c[2]}\n" for c in code if c]
    plain = [f for f in vars(test_numpy_code).values() if isinstance(f, FunctionType) and f.__name__[0] not in "_t<"]
    return [*made, *(head + inspect.getsource(f) for f in plain if f.__module__ == "test_numpy_code")], _read_program


def _sympy() -> tuple[Sequence[Any], Callable[[Any], Any]]:
    import test_sympy

    warnings.simplefilter("ignore", sympy.utilities.exceptions.SymPyDeprecationWarning)
    return [c for c, _ in test_sympy.CLAIMS] + [c for c, _ in test_sympy.REFUSED], from_expressions


def mutated_tree(claim: Any, random: Random, others: Sequence[Any]) -> Any:
    """The SymPy expression with a subtree of another expression, or a number, in place of one of its own."""
    for _ in range(random.choice((1, 1, 2, 3))):
        nodes = list(sympy.preorder_traversal(claim))
        old = random.choice(nodes[1:] or nodes)
        foreign = random.choice(others)
        new = random.choice([*sympy.preorder_traversal(foreign)])
        new = random.choice([new, new, sympy.Integer(random.randint(-2, 3)), sympy.Rational(1, 2), sympy.oo, sympy.I])
        everywhere = random.random() < 0.5
        try:
            with limited(FORMING):
                claim = _replaced(claim, old, new, everywhere)
        except Exception:  # what SymPy itself cannot form, or not soon, is no input
            continue
        if not isinstance(claim, sympy.Basic):
            return foreign
    return claim


def _replaced(claim: Any, old: Any, new: Any, everywhere: bool) -> Any:
    """An equation with something else in it; its sides are not compared by SymPy, which costs most of the time."""
    if isinstance(claim, Relational) and claim != old:
        sides = [_replaced(side, old, new, everywhere) if everywhere else side for side in claim.args]
        if not everywhere:
            chosen = next((k for k, side in enumerate(sides) if side.has(old)), 0)
            sides[chosen] = _at_one_place(sides[chosen], old, new)
        return claim.func(*sides, evaluate=False)
    return claim.xreplace({old: new}) if everywhere else _at_one_place(claim, old, new)


def _at_one_place(node: Any, old: Any, new: Any) -> Any:
    if node == old:
        return new
    args = list(node.args)
    for k, arg in enumerate(args):
        if isinstance(arg, sympy.Basic) and arg.has(old):
            args[k] = _at_one_place(arg, old, new)
            return node.func(*args)
    return node


READERS = {"claims": _claims, "loops": _loops, "numpy": _numpy, "sympy": _sympy}


def _shown(given: Any) -> str:
    try:
        return str(given)
    except Exception:  # an expression that SymPy itself cannot print
        return f"<{type(given).__name__}>"


def fuzz(reader: str, seeds: Sequence[int]) -> tuple[dict[str, int], list[tuple[int, str, str]]]:
    """How many inputs were read and how many refused, and those that ended in anything else."""
    corpus, read = READERS[reader]()
    change: Callable[..., Any] = mutated_tree if reader == "sympy" else mutated
    counts = {"read": 0, "refused": 0}
    failures = []
    for seed in seeds:
        random = Random(f"{reader} {seed}")
        given = change(random.choice(corpus), random, corpus)
        try:
            with limited(LIMIT):
                read(given)
            counts["read"] += 1
        except SymconvError:
            counts["refused"] += 1
        except TimeoutError:
            failures.append((seed, _shown(given), "hang"))
        except BaseException:
            failures.append((seed, _shown(given), traceback.format_exc(limit=-4)))
    return counts, failures


def main() -> int:
    """Fuzz the readers named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("readers", nargs="+", choices=sorted(READERS))
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    failed = 0
    for reader in options.readers:
        started, total, found = time.time(), {"read": 0, "refused": 0}, 0
        for start in range(options.seed, options.seed + options.count, 1_000):
            counts, failures = fuzz(reader, range(start, min(start + 1_000, options.seed + options.count)))
            total = {k: total[k] + counts[k] for k in total}
            found += len(failures)
            for seed, text, how in failures:
                print(f"--- {reader} {seed}\n{text}\n{how}", flush=True)
            print(f"{reader}: {total}, failures: {found}, {time.time() - started:.0f} s", flush=True)
        failed += found
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
