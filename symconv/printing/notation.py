r"""The notation table: the symbols, subscripts and index names that LaTeX is printed with.

>>> from symconv import Tensor, convolve, sizes
>>> from symconv.printing.as_latex import expression_latex
>>> N, M = sizes("N M")
>>> x, k = Tensor("x", N), Tensor("k", M)
>>> with using(Notation(convolution=r"\circledast", subscripts="A[i,j]")):
...     print(expression_latex(convolve(x, k, "valid")[0]))
(x \circledast_{\mathrm{valid}} k)[0]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches

from symconv.errors import SymconvError
from symconv.expressions.latex_names import name_latex

_STYLES = {"A_{i,j}": ("_{", "}"), "A[i,j]": ("[", "]"), "A(i,j)": ("(", ")")}
_ENTRY_OF = {
    "convolve": "convolution", "correlate": "correlation", "vec": "vec", "trace": "tr", "flip": "flip",
    "circular_convolve": "circular_convolution", "circular_correlate": "circular_correlation",
}  # fmt: skip
#: The operands in the pattern of a product.
OPERAND = re.compile(r"(?<![\\A-Za-z])[XY](?![A-Za-z])")
_NAME = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True)
class Notation:
    r"""What a document may choose of its notation; without arguments, what is printed otherwise.

    Infix symbols: `convolution`, `correlation` (both take the mode as a subscript),
    `circular_convolution`, `circular_correlation`, `elementwise`, `kronecker`. Names before an operand in
    brackets: `vec`, `tr`, `flip`. `frobenius` is a pattern in X and Y. `subscripts` is "A_{i,j}", "A[i,j]"
    or "A(i,j)"; `indices` maps index names that would be chosen to those wanted, which are used where
    nothing else has the name. Raises `SymconvError` for an entry that cannot be printed.

    >>> Notation(subscripts="A<i,j>")
    Traceback (most recent call last):
        ...
    symconv.errors.SymconvError: notation: subscripts 'A<i,j>' are not known
      hint: write A_{i,j}, A[i,j] or A(i,j)
    """

    convolution: str = "*"
    correlation: str = r"\star"
    circular_convolution: str = r"*_{\mathrm{circ}}"
    circular_correlation: str = r"\star_{\mathrm{circ}}"
    elementwise: str = r"\odot"
    kronecker: str = r"\otimes"
    frobenius: str = r"\langle X, Y \rangle_F"
    vec: str = r"\operatorname{vec}"
    tr: str = r"\operatorname{tr}"
    flip: str = r"\operatorname{flip}"
    transpose: str = r"\top"
    subscripts: str = "A_{i,j}"
    indices: Mapping[str, str] = field(default_factory=dict, hash=False)
    #: How an author writes names, and how names that are read at indices, with their own kind of subscripts.
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    entries: Mapping[str, tuple[str, str]] = field(default_factory=dict, hash=False)
    #: The marks of a conjugate transpose and of a conjugate, which are overlined without them.
    adjoint: str = ""
    conjugate: str = ""
    #: The impulse that is 1 at 0.
    impulse: str = ""
    #: Vectors are columns whose transposes are written, and products of matrices have no brackets.
    has_columns: bool = False

    def __post_init__(self) -> None:
        for name in _SYMBOLS:
            _check_symbol(name, getattr(self, name))
        places = OPERAND.findall(self.frobenius)
        if places != ["X", "Y"]:
            told = f"notation: frobenius {self.frobenius!r} does not have X and Y once each, in this order"
            raise SymconvError(told, hint=r"such as \langle X, Y \rangle_F")
        if self.subscripts not in _STYLES:
            told = f"notation: subscripts {self.subscripts!r} are not known"
            raise SymconvError(told, hint="write A_{i,j}, A[i,j] or A(i,j)")
        for old, new in self.indices.items():
            if not (_NAME.fullmatch(old) and _NAME.fullmatch(new)):
                raise SymconvError(f"notation: indices '{old}={new}' are no two names", hint="such as u=k, v=l")
        if len({*self.indices.values()}) < len(self.indices):
            raise SymconvError("notation: two indices would have the same name")

    @staticmethod
    def read(lines: Sequence[str], base: Notation | None = None) -> Notation:
        r"""The notation of lines `entry: symbol`, what they leave out as in `base`; raises `SymconvError`.

        >>> Notation.read([r"convolution: \circledast", "indices: u=k, v=l"]).indices
        {'u': 'k', 'v': 'l'}
        >>> Notation.read([r"convolutoin: \ast"])
        Traceback (most recent call last):
            ...
        symconv.errors.SymconvError: notation: no entry is called 'convolutoin'
          hint: did you mean convolution?
        """
        known = [*_SYMBOLS, "subscripts", "indices"]
        chosen: dict[str, str] = {}
        for line in filter(str.strip, lines):
            name, colon, value = (part.strip() for part in line.partition(":"))
            if not colon or not value:
                raise SymconvError(f"notation: {line.strip()!r} is no entry", hint=r"such as  convolution: \ast")
            if name not in known:
                near = get_close_matches(name, known, 1)
                hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
                raise SymconvError(f"notation: no entry is called {name!r}", hint=hint)
            if name in chosen:
                raise SymconvError(f"notation: {name} is {chosen[name]!r} and {value!r}")
            chosen[name] = value
        changes: dict[str, object] = {**chosen}
        if "indices" in chosen:
            names: dict[str, str] = {}
            for pair in chosen["indices"].split(","):
                old, _, new = (part.strip() for part in pair.partition("="))
                if names.setdefault(old, new) != new:
                    raise SymconvError(f"notation: {old} is {names[old]!r} and {new!r}")
            changes["indices"] = names
        return replace(base or Notation(), **changes)  # type: ignore[arg-type]

    def name(self, name: str) -> str:
        """How a name is written."""
        return self.names.get(name) or name_latex(name)

    def entry(self, base: str, subscripts: Sequence[str], style: str = "") -> str:
        """An array with subscripts."""
        opening, closing = _STYLES[style or self.subscripts]
        return f"{base}{opening}{','.join(subscripts)}{closing}"

    def entry_of(self, name: str, subscripts: Sequence[str]) -> str:
        """An array of this name with subscripts, the name in braces if it has one itself."""
        shown, style = self.entries.get(name) or (self.name(name), self.subscripts)
        return self.entry(f"{{{shown}}}" if "_" in shown and style == "A_{i,j}" else shown, subscripts, style)

    @property
    def has_low_subscripts(self) -> bool:
        """Whether subscripts stand below the line, where a symbol can have only one."""
        return self.subscripts == "A_{i,j}"

    def index(self, name: str) -> str:
        """How an index is called that would have this name."""
        return self.indices.get(name, name)

    def symbol(self, operator: str) -> tuple[str, str]:
        """An operator's usual symbol and the one chosen for it."""
        name = _ENTRY_OF.get(operator)
        return (getattr(_USUAL, name), getattr(self, name)) if name else ("", "")


_SYMBOLS = [f.name for f in fields(Notation) if f.type == "str" and f.default and f.name != "subscripts"]


def _check_symbol(name: str, symbol: str) -> None:
    bare = re.sub(r"\\.", "", symbol)
    depths = [bare[:i].count("{") - bare[:i].count("}") for i in range(len(bare) + 1)]
    if not symbol.strip() or depths[-1] or min(depths) < 0 or any(c in bare for c in "$%&#\n") or "\\\\" in symbol:
        told = f"notation: {name} {symbol!r} is no symbol in LaTeX"
        raise SymconvError(told, hint="braces in pairs, and none of $ % & #")


_USUAL = Notation()
_CURRENT: ContextVar[Notation] = ContextVar("notation", default=_USUAL)


def current() -> Notation:
    """The notation that is printed in."""
    return _CURRENT.get()


@contextmanager
def using(notation: Notation | None) -> Iterator[None]:
    """Print in a notation inside a `with` block; None leaves it as it is."""
    token = _CURRENT.set(notation or current())
    try:
        yield
    finally:
        _CURRENT.reset(token)


__all__ = ["OPERAND", "Notation", "current", "using"]
