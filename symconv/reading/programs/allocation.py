"""New arrays in programs: np.zeros, np.empty, np.full, np.array and their kin."""

from __future__ import annotations

import ast
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Poly
from symconv.expressions.tensors import TensorExpr
from symconv.expressions.traversal import is_complex
from symconv.formulas.conditions import Compare
from symconv.kernel.facts import Facts
from symconv.reading import numpy_functions
from symconv.reading.programs.held_values import Cell, Path, Ref, has_whole_entries, held
from symconv.reading.programs.program_expressions import Expressions
from symconv.reading.programs.source import External
from symconv.reading.programs.summed_terms import Term, Terms, number


class Allocation(Expressions):
    """Makes arrays that can be assigned to."""

    base: Facts

    def _filled(self, node: ast.Call, path: Path, terms: Terms, like: bool = False, extra: int = 1) -> Ref:
        names = ["a" if like else "shape", *(["fill_value"] if extra == 2 else []), "dtype"]
        if len(node.args) > len(names):
            raise self.fail(f"{self.segment(node.func)} takes {len(names)} arguments here", node)
        given: dict[str, ast.expr] = dict(zip(names, node.args, strict=False))
        given |= {str(k.arg): k.value for k in node.keywords}
        for name in given:
            if name not in (*names, "order"):
                raise self.fail(f"the argument '{name}' is not understood", given[name])
        if names[0] not in given:
            raise self.fail("no shape is given", node)
        if extra == 2:
            if "fill_value" not in given:
                raise self.fail("no fill_value is given", node)
            value = self.array(given["fill_value"], path)
            if value.axes:
                raise self.fail("the fill_value is an array", given["fill_value"])
            terms = () if value == number(ZERO) else (Term(value),)
        shape, cell = self._shape_of(given[names[0]], path, like)
        made_complex = any(t.value is not None and is_complex(t.value) for t in terms)
        kind = {"is_complex": made_complex, "is_integer": extra == 2 and _is_whole(value, given["fill_value"])}
        if cell is not None:
            kind = {"is_complex": made_complex or cell.is_complex, "is_integer": cell.is_integer}
        if "dtype" in given:
            kind = {"is_complex": self._dtype(given["dtype"], path, kind["is_complex"])}
        for size in shape:
            if size.constant is None or size.constant < 0:
                self.require(Compare(size, ">="), path, node, f"the size {size} is negative")
        return path.new(shape, terms, **kind)

    def _shape_of(self, node: ast.expr, path: Path, like: bool) -> tuple[tuple[Poly, ...], Cell | None]:
        value = self.value(node, path)
        if like:
            ref = self.ref(value, path, node)
            return ref.shape, ref.cell
        sizes = value if isinstance(value, (tuple, list)) else [value]
        for size in sizes:
            if not isinstance(size, Poly) or any(not isinstance(c, int) for c in size.terms.values()):
                raise self.fail(f"'{self.segment(node)}' is not a shape", node, "a shape is a tuple of whole numbers")
            self.check_size(size, node)
        return tuple(sizes), None

    def _dtype(self, node: ast.expr, path: Path, complex_entries: bool) -> bool:
        value = self.value(node, path)
        name = value.name.rpartition(".")[2] if isinstance(value, External) else value
        if isinstance(name, str) and name.startswith("complex"):
            return True
        if name is None or name == "object":
            return complex_entries
        if not numpy_functions.is_exact_type(name):
            raise self.fail(f"entries of type {name} cut numbers off", node, "use float or complex")
        return False

    def _call_numpy_zeros(self, node: ast.Call, path: Path) -> Ref:
        return self._filled(node, path, ())

    def _call_numpy_ones(self, node: ast.Call, path: Path) -> Ref:
        return self._filled(node, path, (Term(number(ONE)),))

    def _call_numpy_empty(self, node: ast.Call, path: Path) -> Ref:
        return self._filled(node, path, (Term(None),))

    def _call_numpy_full(self, node: ast.Call, path: Path) -> Ref:
        return self._filled(node, path, (), extra=2)

    def _call_numpy_zeros_like(self, node: ast.Call, path: Path) -> Ref:
        return self._filled(node, path, (), like=True)

    def _call_numpy_ones_like(self, node: ast.Call, path: Path) -> Ref:
        return self._filled(node, path, (Term(number(ONE)),), like=True)

    def _call_numpy_empty_like(self, node: ast.Call, path: Path) -> Ref:
        return self._filled(node, path, (Term(None),), like=True)

    def _call_numpy_full_like(self, node: ast.Call, path: Path) -> Ref:
        return self._filled(node, path, (), like=True, extra=2)

    def _copied_array(self, node: ast.Call, path: Path, same: bool) -> Any:
        if len(node.args) != 1 or any(k.arg != "dtype" for k in node.keywords):
            raise self.fail(f"{self.segment(node.func)} takes one array here", node)
        value = self.value(node.args[0], path)
        if same and isinstance(value, Ref) and not value.cell.is_list and not node.keywords:
            return value
        made = self.tensor(value, path, node)
        whole = value.cell.is_integer if isinstance(value, Ref) and not value.cell.is_list else None
        kind = {"is_complex": is_complex(made), "is_integer": _is_whole(made, node) if whole is None else whole}
        for keyword in node.keywords:
            kept = self._dtype(keyword.value, path, kind["is_complex"])
            if kind["is_complex"] and not kept:
                raise self.fail("an array of floats has no imaginary part", keyword.value, "take the real part first")
            kind = {"is_complex": kept}
        if not made.axes:
            return made
        return path.new(tuple(a.size for a in made.axes), held(made), **kind)

    def _call_numpy_array(self, node: ast.Call, path: Path) -> Any:
        return self._copied_array(node, path, False)

    def _call_numpy_copy(self, node: ast.Call, path: Path) -> Any:
        return self._copied_array(node, path, False)

    def _call_numpy_asarray(self, node: ast.Call, path: Path) -> Any:
        return self._copied_array(node, path, True)


def _is_whole(value: TensorExpr, node: ast.expr) -> bool:
    """Whether NumPy makes an array of integers of what is written: no entry, no fraction and no decimal point."""
    return has_whole_entries(value) and not any(
        isinstance(part, ast.Div) or isinstance(part, ast.Constant) and isinstance(part.value, (float, complex))
        for part in ast.walk(node)
    )
