"""Text and claims as LaTeX that needs the article class and amsmath, nothing else."""

from __future__ import annotations

import unicodedata

from symconv.expressions.latex_names import name_latex
from symconv.publish.views import ClaimView, Counterexample
from symconv.publish.words import HEADINGS, scope_words

__all__ = ["claim_tex", "code", "escape"]

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",
    "\u00a0": "~",
    "\u202f": r"\,",
    "–": "--",
    "—": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "…": r"\dots{}",
    "×": r"\(\times\)",
    "·": r"\(\cdot\)",
    "⋆": r"\(\star\)",
    "⊙": r"\(\odot\)",
    "⊗": r"\(\otimes\)",
    "−": r"\(-\)",
    "±": r"\(\pm\)",
    "→": r"\(\to\)",
    "↦": r"\(\mapsto\)",
    "⇒": r"\(\Rightarrow\)",
    "⇔": r"\(\Leftrightarrow\)",
    "↔": r"\(\leftrightarrow\)",
    "≤": r"\(\le\)",
    "≥": r"\(\ge\)",
    "≠": r"\(\ne\)",
    "≈": r"\(\approx\)",
    "≡": r"\(\equiv\)",
    "∈": r"\(\in\)",
    "∉": r"\(\notin\)",
    "∞": r"\(\infty\)",
    "∀": r"\(\forall\)",
    "∃": r"\(\exists\)",
    "∂": r"\(\partial\)",
    "Σ": r"\(\Sigma\)",
    "∑": r"\(\sum\)",
    "⟨": r"\(\langle\)",
    "⟩": r"\(\rangle\)",
    "⌊": r"\(\lfloor\)",
    "⌋": r"\(\rfloor\)",
    "ᵀ": r"\(^{\mathsf T}\)",
    "²": r"\(^{2}\)",
    "³": r"\(^{3}\)",
    "°": r"\(^{\circ}\)",
    "✓": r"\(\surd\)",
}
_GREEK = {
    f"GREEK SMALL LETTER {name}": rf"\({command}\)"
    for name, command in (
        (letter.upper(), rf"\{letter}")
        for letter in "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi "
        "pi rho sigma tau upsilon phi chi psi omega".split()
    )
} | {"GREEK SMALL LETTER LAMDA": r"\(\lambda\)"}


def escape(text: str) -> str:
    r"""Plain text as LaTeX text; a character that pdflatex lacks is an error.

    >>> escape("50% of K_1 → 0")
    '50\\% of K\\_1 \\(\\to\\) 0'
    >>> escape("漢")
    Traceback (most recent call last):
        ...
    ValueError: cannot write '漢' (CJK UNIFIED IDEOGRAPH-6F22) in LaTeX
    """
    return "".join(_character(character) for character in text)


def code(text: str) -> str:
    r"""Plain text in typewriter letters, its quotation marks straight.

    >>> code('K["a"]')
    '\\texttt{K["a"]}'
    """
    return r"\texttt{" + '"'.join(map(escape, text.split('"'))) + "}"


def _character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character == "\n" or " " <= character <= "~":
        return character
    name = unicodedata.name(character, f"U+{ord(character):04X}")
    if name in _GREEK:
        return _GREEK[name]
    if name.startswith("LATIN "):
        return character
    raise ValueError(f"cannot write {character!r} ({name}) in LaTeX")


def claim_tex(claim: ClaimView, caption: str = "", derivation: bool = True) -> str:
    """The fragment for `\\input`: the statement, its verdict and, if wanted, its derivation."""
    lines = [f"% {line}" for line in claim.text.splitlines()]
    heading = escape(HEADINGS[claim.verdict])
    title = rf"\emph{{{escape(caption)}}} " if caption else ""
    lines += [
        rf"\par\medskip\noindent {title}\textbf{{{heading}}}{_scope(claim)}",
        *(_display(claim.latex) if claim.latex else ()),
    ]
    if claim.counterexample is not None:
        lines += _counterexample(claim, claim.counterexample)
    if claim.condition:
        lines += [rf"\noindent The exact condition is {code(claim.condition)}.\par"]
    if derivation:
        for chain in claim.chains:
            lines.append(chain.tex)
    return "\n".join(lines) + "\n"


def _scope(claim: ClaimView) -> str:
    words, conditions = scope_words(claim)
    inside = ", ".join(f"${condition}$" for condition in conditions)
    return "".join(f" {part}" for part in (escape(words), inside) if part) + "."


def _display(latex: str) -> list[str]:
    return [r"\begin{equation*}", latex, r"\end{equation*}"]


def _counterexample(claim: ClaimView, found: Counterexample) -> list[str]:
    sizes = ", ".join(f"${name_latex(name)}={value}$" for name, value in found.sizes)
    what = "Witness" if "!=" in claim.text and claim.verdict == "proved" else "Counterexample"
    where = f" at {sizes}" if sizes else ""
    side = f" ({escape(found.direction)})" if found.direction else ""
    lines = [rf"\noindent {what}{where}{side}:"]
    shown = [*(array.latex for array in found.arrays), *found.functions]
    if shown:
        lines += [r"\begin{gather*}", ",\\\\\n".join(shown) + ".", r"\end{gather*}"]
    entry = f" entry $({', '.join(found.index)})$ of" if found.index else ""
    lines.append(
        rf"\noindent There{entry} the left side {found.compared} ${found.lhs}$"
        rf" and the right side {found.compared} ${found.rhs}$.\par"
    )
    if found.sides:
        lines += [r"\begin{gather*}", ",\\\\\n".join(found.sides) + ".", r"\end{gather*}"]
    return lines
