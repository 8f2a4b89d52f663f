"""Names in mathematics, as LaTeX."""

from __future__ import annotations

import re

_GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split()
)


def name_latex(name: str) -> str:
    r"""A name in mathematics: one letter, a Greek letter, or upright letters; digits go below.

    >>> [name_latex(n) for n in ("K", "sigma", "x1", "kernel", "k_out")]
    ['K', '\\sigma', 'x_{1}', '\\mathrm{kernel}', 'k_{\\mathrm{out}}']
    """
    stem, accent, _ = name.rpartition("_")
    if accent and stem and name.endswith("_prime"):
        return name_latex(stem) + "'"
    if len(_word(stem).lstrip("\\")) == 1 or stem in _GREEK:
        for word in ("hat", "tilde"):
            if name == f"{stem}_{word}":
                return rf"\{word}{{{_word(stem)}}}"
    stem, _, below = name.partition("_")
    if not below and (found := re.fullmatch(r"(\D+)(\d+)", name)):
        stem, below = found.groups()
    if below and stem:
        return f"{_word(stem)}_{{{_word(below)}}}"
    return _word(name)


def _word(word: str) -> str:
    if word in _GREEK:
        return "\\" + word
    if word == "λ":  # the name lambda is Python's
        return r"\lambda"
    if len(word) == 1 or word.isdigit():
        return word if word != "_" else r"\_"
    return r"\mathrm{" + word.replace("_", r"\_") + "}"
