"""What a reader is told about a claim, as plain data: HTML and LaTeX are both made from this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from symconv.latex.layout import align
from symconv.latex.printer import condition_latex, name_latex
from symconv.latex.symbols import current
from symconv.publish.breaking import broken

__all__ = ["ArrayView", "Chain", "ClaimView", "Counterexample", "Step", "calculation_view", "view"]

#: Arrays with more columns or rows than this are told by their non-zero entries.
_WIDEST = 12


@dataclass(frozen=True)
class Step:
    """One line of a derivation and why it equals the line before: words with $formulas$."""

    latex: str
    reason: str
    verified: bool


@dataclass(frozen=True)
class Chain:
    """A run of lines, each equal to the one before, and all of them set for print."""

    title: str
    steps: tuple[Step, ...]
    tex: str


@dataclass(frozen=True)
class ArrayView:
    """One array of a counterexample."""

    name: str
    latex: str


@dataclass(frozen=True)
class Counterexample:
    """The smallest sizes and arrays at which the two sides differ."""

    sizes: tuple[tuple[str, str], ...]
    index: tuple[str, ...]
    arrays: tuple[ArrayView, ...]
    functions: tuple[str, ...]
    lhs: str
    rhs: str
    of_shapes: bool
    direction: str
    sides: tuple[str, ...] = ()

    @property
    def compared(self) -> str:
        """What of a side is compared."""
        return "has the shape" if self.of_shapes else "is"


@dataclass(frozen=True)
class ClaimView:
    """Everything that is shown of one decided claim."""

    text: str
    latex: str
    verdict: str
    reason: str
    sized: bool
    assumptions: tuple[str, ...]
    condition: str
    counterexample: Counterexample | None
    checked_up_to: int | None
    chains: tuple[Chain, ...]


def view(result: Any, told: bool = True) -> ClaimView:
    """The plain data of a result of `symconv.prove`, with its derivation if that is to be told."""
    found = result.counterexample
    return ClaimView(
        text=result.claim.text,
        latex=broken(result.claim.latex()),
        verdict=result.verdict,
        reason=result.reason or "",
        sized=bool(result.claim.sizes),
        assumptions=tuple(map(condition_latex, result.assumptions)),
        condition="" if result.condition is None else str(result.condition),
        counterexample=None if found is None else _counterexample(result, found),
        checked_up_to=result.checked_up_to,
        chains=_chains(result.derivation) if told else (),
    )


def calculation_view(found: Any, text: str) -> ClaimView:
    """The plain data of a result of `symconv.calc`: its lines are shown as a chain, not as a statement."""
    results = [link.result for link in found.links]
    broken = results[found.broken] if found.broken is not None else None
    assumptions = dict.fromkeys(condition_latex(a) for result in results for a in result.assumptions)
    return ClaimView(
        text=text,
        latex="",
        verdict=found.verdict,
        reason=(broken.reason or "") if broken is not None else "",
        sized=bool(found.claim.sizes),
        assumptions=tuple(assumptions),
        condition="",
        counterexample=None,
        checked_up_to=None,
        chains=_chains(found.derivation),
    )


def _chains(derivation: Any) -> tuple[Chain, ...]:
    if derivation is None:
        return ()
    return tuple(
        Chain(
            chain.title_latex or chain.title,
            tuple(Step(s.latex(), s.reason.latex(), s.verified) for s in chain.steps),
            align(replace(chain, given=())),
        )
        for chain in derivation.chains
        if chain.steps
    )


def _counterexample(result: Any, found: Any) -> Counterexample:
    from symconv.derivations.instances import whole_sides

    return Counterexample(
        sizes=tuple((str(name), str(value)) for name, value in found.sizes.items()),
        index=tuple(str(i) for i in found.index or ()),
        arrays=tuple(ArrayView(str(name), array_latex(array, str(name))) for name, array in found.arrays.items()),
        functions=tuple(_function(str(n), values) for n, values in (found.functions or {}).items()),
        lhs=_number(found.lhs),
        rhs=_number(found.rhs),
        of_shapes=isinstance(found.lhs, tuple),
        direction=str(found.direction or ""),
        sides=tuple(side.latex for side in whole_sides(result)),
    )


def array_latex(array: Any, name: str, mark: tuple[int, ...] | None = None) -> str:
    r"""An equation that gives a named array; three axes and more are told plane by plane, the entry at `mark` boxed.

    >>> array_latex([[1, 0], [0, 2]], "K")
    'K=\\begin{bmatrix}1&0\\\\0&2\\end{bmatrix}'
    >>> array_latex([[[1, 0]], [[0, 3]]], "X")
    'X_{0}=\\begin{bmatrix}1&0\\end{bmatrix},\\quad X_{1}=\\begin{bmatrix}0&3\\end{bmatrix}'
    """
    import numpy as np

    values = np.asarray(array, dtype=object)
    shown = name_latex(name)
    if values.ndim == 0:
        return f"{shown}={_number(values.item())}"
    if max(values.shape) > _WIDEST or np.prod(values.shape[:-2], dtype=int) > _WIDEST:
        return _sparse(values, shown)
    written = np.array([_number(v) for v in values.flat], dtype=object).reshape(values.shape)
    if mark is not None:
        written[mark] = rf"\boxed{{{written[mark]}}}"
    if values.ndim <= 2:
        return f"{shown}={_matrix(np.atleast_2d(written))}"
    planes = np.ndindex(*values.shape[:-2])
    return r",\quad ".join(f"{_entry(shown, index)}={_matrix(written[index])}" for index in planes)


def _function(name: str, values: Mapping[Any, Any]) -> str:
    """The values that a chosen function has to take, as LaTeX.

    >>> _function("f", {0: 1, 2: 0})
    'f(0)=1,\\\\ f(2)=0'
    """
    shown = name_latex(name)
    return r",\ ".join(f"{shown}({_number(x)})={_number(y)}" for x, y in values.items())


def _matrix(rows: Iterable[Iterable[str]]) -> str:
    body = r"\\".join("&".join(row) for row in rows)
    return rf"\begin{{bmatrix}}{body}\end{{bmatrix}}"


def _sparse(values: Any, shown: str) -> str:
    import numpy as np

    entries = [
        f"{_entry(shown, index)}={_number(values[tuple(index)])}" for index in np.argwhere(values != 0)[: 2 * _WIDEST]
    ]
    return ",\\ ".join([*entries, r"\text{all other entries }0"])


def _entry(shown: str, index: Iterable[Any]) -> str:
    return current().entry_of(shown, [*map(str, index)])


def _number(value: Any) -> str:
    """A number as LaTeX; whole floats lose their `.0`."""
    import sympy

    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        value = value.item()
    if isinstance(value, (str, type(None))):
        return value or ""
    if isinstance(value, (tuple, list)) or getattr(value, "shape", None):
        entries = [_number(entry) for entry in _listed(value)]
        return "(" + ", ".join(entries) + (",)" if len(entries) == 1 else ")")
    if isinstance(value, complex) and value.imag == 0:
        value = value.real
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(sympy.latex(sympy.sympify(value)))


def _listed(value: Any) -> Sequence[Any]:
    return value.tolist() if hasattr(value, "tolist") else value
