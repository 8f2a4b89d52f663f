"""Programs that claims call, against Python: what is read has the values that the function itself returns.

python tests/differential.py FILE.py… --claims CLAIMS      prints where they differ; lines of CLAIMS begin with claims
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import re
import sys
import types
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from test_twins import numeric

from symconv import SymconvError, Tensor, evaluate, from_file, parse
from symconv.algebra.polynomials import Poly
from symconv.expressions.tensors import TensorExpr

POINTS, TRIES, LARGEST = 3, 12, 5


def loaded(files: Sequence[str]) -> dict[str, Any]:
    """What the files define, by name and by file and name, taking NumPy's arrays."""
    names: dict[str, Any] = {**vars(np), "np": np}
    for file in files:
        spec = importlib.util.spec_from_file_location(Path(file).stem, file)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        convert = _converter(Path(file).read_text())
        known = {n: _taking(v, convert) for n, v in vars(module).items() if getattr(v, "__module__", "") == spec.name}
        names |= {**known, Path(file).stem: types.SimpleNamespace(**known)}
    return names


def _converter(text: str) -> Callable[[Any], Any]:
    """What makes arrays of the library that a file uses."""
    if re.search(r"^\s*(import|from) torch", text, re.M):
        import torch

        return lambda a: torch.from_numpy(np.array(a, float if a.dtype.kind != "c" else complex))
    if re.search(r"^\s*(import|from) jax", text, re.M):
        import jax.numpy as jnp

        return jnp.asarray
    return lambda a: a


def _taking(function: Any, convert: Callable[[Any], Any]) -> Any:
    if not callable(function):
        return function

    def called(*args: Any, **kwargs: Any) -> Any:
        def arrays(value: Any) -> Any:
            if isinstance(value, (tuple, list)):
                return type(value)(map(arrays, value))
            if isinstance(value, dict):
                return {k: arrays(v) for k, v in value.items()}
            return convert(value.copy()) if isinstance(value, np.ndarray) else value

        return function(*map(arrays, args), **{k: arrays(v) for k, v in kwargs.items()})

    return called


_WORDS = {"all", "for", "in", "range", "or", "not", "if", "else", "max", "min", "flip", "i", "j"}
"""Words of hypotheses that are no sizes and no indices of a side."""


def calls(claim: str, names: Mapping[str, Any]) -> Iterator[str]:
    """The calls of programs in the sides of a claim, each with the declarations and hypotheses as a text of its own."""
    head, _, body = claim.partition(": ")
    sides, _, conditions = re.split(r" iff ", body)[0].partition(" if ")
    for side in re.split(r" [=!]= ", sides):
        waiting: list[ast.AST] = [ast.parse(side.strip(), mode="eval").body]
        while waiting:
            node = waiting.pop()
            root: Any = node
            while isinstance(root, (ast.Attribute, ast.Call)):
                root = root.func if isinstance(root, ast.Call) else root.value
            if isinstance(node, ast.Call) and isinstance(root, ast.Name) and root.id in names:
                known = {*re.findall(r"\w+", head), *re.findall(r"\w+", ast.unparse(node))}
                spoken = [c for c in conditions.split(" and ") if {*re.findall(r"[a-zA-Z]\w*", c)} <= known | _WORDS]
                kept = " and ".join(c for c in spoken if c)
                yield f"{head}: {ast.unparse(node)} == 0" + (f" if {kept}" if kept else "")
            else:
                waiting += ast.iter_child_nodes(node)


def compared(text: str, programs: Any, names: Mapping[str, Any], random: Random) -> str:
    """How a call comes out: "same", "refused", "nowhere" where no sizes do, or what differs."""
    head, _, body = text.partition(": ")
    call, _, conditions = body.partition(" == 0")
    expected = None
    for part in ("", "[0]", "[1]"):
        try:
            claim = parse(f"{head}: {call}{part} == {call}{part}{conditions}", programs)
        except SymconvError as error:
            message = str(error).splitlines()[0]
            continue
        expected = claim.links[0].left
        break
    if not isinstance(expected, TensorExpr):
        return f"refused: {message}" if expected is None else "nowhere"
    tensors = sorted(claim.tensors, key=str)
    sizes = {n for t in tensors for axis in t.axes for n in axis.size.names}
    parameters = {n.id for n in ast.walk(ast.parse(body.replace(" if ", " and "), mode="eval"))
                  if isinstance(n, ast.Name)} - {t.name for t in tensors} - sizes - {*names}  # fmt: skip
    done = 0
    for _ in range(TRIES):
        values = {n: random.randint(1, LARGEST) for n in sorted(sizes | parameters)}
        shapes = {t.name: _shape(t, values) for t in tensors}
        if any(size < 1 for shape in shapes.values() for size in shape):
            continue
        arrays = {name: _entries(shape, t, random) for (name, shape), t in zip(shapes.items(), tensors, strict=True)}
        around = {**names, **values, **arrays}
        try:
            if conditions and not eval(conditions.removeprefix(" if "), {}, around):
                continue
            read = evaluate(expected, values, arrays, twins=False)
        except (SymconvError, NameError, ValueError, TypeError):
            continue
        try:
            found = eval(call + part, {}, around)
        except Exception as error:
            return f"Python raises {type(error).__name__}: {error} at {values}"
        if not _same(found, read):
            return f"Python gives {str(found)[:200]}, read is {str(read)[:200]} at {values}"
        done += 1
        if done == POINTS:
            return "same"
    return "same" if done else "nowhere"


def _shape(tensor: Tensor, values: Mapping[str, int]) -> list[int]:
    at = {name: Poly.of(value) for name, value in values.items()}
    return [axis.size.substitute(at).integer or 0 for axis in tensor.axes]


def _entries(shape: Sequence[int], tensor: Tensor, random: Random) -> Any:
    entries = np.array([random.randint(-4, 4) for _ in np.ndindex(*shape)], float).reshape(shape)
    return entries + 1j * np.roll(entries, 1) if tensor.is_complex else entries


def _same(found: Any, expected: Any) -> bool:
    if hasattr(found, "detach"):
        found = found.detach().numpy()
    array, other = np.asarray(found, complex), numeric(np.array(expected, dtype=object), complex)
    return array.shape == other.shape and bool(np.allclose(array, other, rtol=1e-4, atol=1e-4))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--claims", required=True)
    options = parser.parse_args()
    programs, names = from_file(*options.files), loaded(options.files)
    known = {n.rpartition(".")[2] for n in programs} | {Path(f).stem for f in options.files}
    counts: Counter[str] = Counter()
    tried: set[str] = set()
    for line in Path(options.claims).read_text().splitlines():
        claim = re.split(r"\t| \| ", line)[0]
        for text in calls(claim, dict.fromkeys(known)) if ": " in claim else ():
            if text in tried:
                continue
            tried.add(text)
            outcome = compared(text, programs, names, Random(text))
            counts[outcome if outcome in ("same", "nowhere") else outcome.partition(":")[0][:12]] += 1
            if outcome != "same":
                print(f"{outcome}\n    {text}", flush=True)
    print(dict(counts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
