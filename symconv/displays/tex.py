"""Text and claims as LaTeX that needs the article class and amsmath, nothing else."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from symconv.derivations.laid_out import align
from symconv.derivations.reason_words import latex_words
from symconv.displays.claim_record import ClaimRecord
from symconv.displays.words import HEADINGS, compared, given_values, scope_words, statement_latex
from symconv.kernel.replay import Counterexample
from symconv.printing.notation import current

__all__ = ["claim_tex", "escape", "symbol"]

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
    r"""Plain text as LaTeX text; letters that LaTeX has no command for stay as they are.

    >>> escape("50% of K_1 → 0")
    '50\\% of K\\_1 \\(\\to\\) 0'
    >>> escape("\a")
    Traceback (most recent call last):
        ...
    ValueError: cannot write '\x07' in LaTeX
    """
    return "".join(_character(character) for character in text)


def _character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character == "\n" or character.isprintable():
        return _GREEK.get(unicodedata.name(character, ""), character)
    raise ValueError(f"cannot write {character!r} in LaTeX")


def symbol(character: str) -> str | None:
    r"""The command that sets a character which is not of ASCII, if there is one.

    >>> symbol("→"), symbol("漢")
    ('\\ensuremath{\\to}', None)
    """
    written = _character(character)
    return written.replace(r"\(", r"\ensuremath{").replace(r"\)", "}") if written != character else None


def claim_tex(record: ClaimRecord, caption: str = "", derivation: bool = True) -> str:
    """The fragment for `\\input`: the statement, its verdict and, if wanted, its derivation."""
    lines = [f"% {line}" for line in record.text.splitlines()]
    heading = escape(HEADINGS[record.verdict])
    title = rf"\emph{{{escape(caption)}}} " if caption else ""
    lines += [
        rf"\par\medskip\noindent {title}\textbf{{{heading}}}{_scope(record)}",
        *(_display(statement_latex(record)) if record.claim is not None else ()),
    ]
    if record.counterexample is not None:
        lines += _counterexample(record, record.counterexample)
    if record.condition is not None:
        lines += [rf"\noindent The exact condition is ${record.condition.latex()}$.\par"]
    elif record.no_condition is not None:
        lines += [rf"\noindent No exact condition was found: {escape(record.no_condition)}.\par"]
    if derivation:
        for chain in record.chains:
            lines.append(align(replace(chain, given=())))
    return "\n".join(lines) + "\n"


def _scope(record: ClaimRecord) -> str:
    words, conditions = scope_words(record)
    inside = ", ".join(f"${condition}$" for condition in conditions)
    return "".join(f" {part}" for part in (escape(words), inside) if part) + "."


def _display(latex: str) -> list[str]:
    return [r"\begin{equation*}", latex, r"\end{equation*}"]


def _counterexample(record: ClaimRecord, found: Counterexample) -> list[str]:
    sizes = ", ".join(f"${current().name(name)}={value}$" for name, value in found.sizes.items())
    what = "Witness" if record.verdict == "proved" else "Counterexample"
    where = f" at {sizes}" if sizes else ""
    side = f" ({escape(found.direction)})" if found.direction else ""
    lines = [rf"\noindent {what}{where}{side}:"]
    shown = given_values(found)
    if shown:
        lines += [r"\begin{gather*}", ",\\\\\n".join(shown) + ".", r"\end{gather*}"]
    lines.append(rf"\noindent {latex_words(compared(found))}\par")
    if record.sides:
        sides = (side.latex for side in record.sides)
        lines += [r"\begin{gather*}", ",\\\\\n".join(sides) + ".", r"\end{gather*}"]
    return lines
