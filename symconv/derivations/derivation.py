"""A derivation, and the notations that it is printed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symconv.derivations import laid_out
from symconv.derivations.examples import worked
from symconv.derivations.records import Chain, Step
from symconv.errors import SymconvError
from symconv.printing.notation import Notation, using


@dataclass(frozen=True, repr=False)
class Derivation:
    """The chains of lines that a verdict is told by: data that is printed in any notation."""

    chains: tuple[Chain, ...]
    #: The notation that it is printed in, unless another one is asked for.
    notation: Notation | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The lines of all chains."""
        return tuple(step for chain in self.chains for step in chain.steps)

    def latex(self, notation: Notation | None = None, reasons: str = "margin") -> str:
        r"""The lines as `align*` blocks that need amsmath only, in a notation.

        Reasons stand in the "margin" or between the lines, as "intertext".

        >>> from symconv import prove
        >>> told = prove("x[N], k[M]: convolve(x, k) == convolve(k, x)").derivation
        >>> notation = Notation(convolution=r"\circledast", subscripts="A[i,j]", indices={"u": "r"})
        >>> print(told.latex(notation, reasons="intertext"))
        \begin{align*}
        &\mathrel{\phantom{=}} (x \circledast k)[m] \\
        \intertext{definition of convolution:}
        &= \sum_{r=0}^{M-1} x[m-r]\,k[r] \\
        \intertext{substitute $r \to m-v$, entries outside $x$ and $k$ are zero:}
        &= \sum_{v=0}^{N-1} x[v]\,k[m-v] \\
        \intertext{definition of convolution:}
        &= (k \circledast x)[m]
        \end{align*}
        """
        with using(notation or self.notation):
            return "\n\n".join(laid_out.align(chain, reasons) for chain in self.chains)

    def markdown(self, notation: Notation | None = None) -> str:
        """The lines as Markdown with display mathematics."""
        with using(notation or self.notation):
            return "\n\n".join(map(laid_out.markdown, self.chains))

    def html(self, notation: Notation | None = None) -> str:
        """The lines as HTML with MathML; needs the extra [docs]."""
        with using(notation or self.notation):
            return "\n".join(map(laid_out.html, self.chains))

    def text(self) -> str:
        """The lines for a terminal."""
        return "\n\n".join(map(laid_out.text, self.chains))

    def at(
        self,
        sizes: Mapping[str, int] | None = None,
        arrays: Mapping[str, Any] | None = None,
        index: Sequence[int] | None = None,
    ) -> Derivation:
        """The same lines with numbers in, one output entry after the other, or only the one at `index`.

        `arrays` gives each tensor; sizes that their shapes do not tell go into `sizes`. Raises
        `SymconvError` where an array or a size is missing or does not fit.

        >>> from symconv import prove
        >>> told = prove("x[N], k[M]: convolve(x, k, 'valid') == correlate(x, flip(k), 'valid')").derivation
        >>> print(told.at(arrays={"x": [1, 2, 4], "k": [1, 3]}, index=(0,)))
        x = [1, 2, 4]
        k = [1, 3]
          convolve(x, k, "valid")[0]
        = 2·1 + 1·3                           definition of convolution
        = 1·3 + 2·1                           substitute u → M-1-u
        = correlate(x, flip(k), "valid")[0]   definition of correlation
        = 5                                   compute
        """
        return Derivation(worked(self.chains, sizes or {}, arrays or {}, index), self.notation)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<derivation of {len(self.steps)} lines; print it, or use .latex(), .markdown(), .html()>"

    def _repr_latex_(self) -> str:
        return self.latex()

    def _repr_html_(self) -> str | None:
        try:
            return self.html()
        except SymconvError:  # without the extra [docs] a notebook shows the LaTeX
            return None


__all__ = ["Derivation"]
