"""How an author writes: names, fonts, subscripts and symbols, as the notation that answers are printed in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from symconv.claims import Claim
from symconv.claims.syntax import Source
from symconv.errors import SymconvError
from symconv.expressions.latex_names import name_latex
from symconv.printing.notation import Notation
from symconv.reading.latex.formula_declarations import colon
from symconv.reading.latex.latex_notations import FUNCTIONS, SLIDING
from symconv.reading.latex.tokens import Token, tokens

_STYLES = {"SUB": "A_{i,j}", "_LSQ": "A[i,j]", "_LPAR": "A(i,j)"}
_ENTRIES = {
    "convolve": "convolution", "correlate": "correlation", "circular_convolve": "circular_convolution",
    "circular_correlate": "circular_correlation",
}  # fmt: skip
_FUNCTIONS = {"trace": "tr", "vec": "vec", "flip": "flip"}


def spelling(text: str, claim: Claim) -> Notation:
    r"""The notation of a formula whose claim is known.

    >>> claim = Claim.from_latex(r"\mathbf{x} \ast k = k \ast \mathbf{x}", "x[n], k[m]")
    >>> claim.spelling.convolution, claim.spelling.names
    ('\\ast', {'x': '\\mathbf{x}'})
    """
    start = colon(text)
    source = Source(text, is_latex=True)
    seen = tokens(source, 0 if start is None else start + 1)
    arrays = {tensor.name for tensor in claim.tensors if tensor.axes}
    whole, entries = _names(source, seen, claim, arrays)
    kinds = [token.kind for token in seen]
    after_brackets = [_STYLES[b] for a, b in pairwise(kinds) if a == "_RPAR" and b in _STYLES]
    styles = Counter(style for _, style in entries.values() if style != "A(i,j)")
    chosen: dict[str, Any] = {
        **_symbols(source, seen, {*arrays, *claim.sizes, *claim.parameters, *claim.indices}),
        "subscripts": [*after_brackets, *(style for style, _ in styles.most_common(1)), "A_{i,j}"][0],
    }
    try:
        return Notation(names=whole, entries=entries, has_columns=True, **chosen)
    except SymconvError:  # a symbol of several lines, say, which the answer does without
        return Notation(names=whole, entries=entries, has_columns=True)


def _shown(source: Source, token: Token) -> str:
    shown = " ".join(source.text[slice(*token.span)].split())
    return re.sub(r"(\\[A-Za-z]+) (\w|\\[A-Za-z]+)$", r"\1{\2}", shown)


def _names(
    source: Source, seen: Sequence[Token], claim: Claim, arrays: set[str]
) -> tuple[Mapping[str, str], Mapping[str, tuple[str, str]]]:
    """How names are written, and how arrays are that are read at indices."""
    whole: dict[str, str] = {}
    entries: dict[str, tuple[str, str]] = {}
    known = {*(t.name for t in claim.tensors), *claim.functions, *claim.sizes, *claim.indices, *claim.parameters}
    kinds = [*(token.kind for token in seen), ""]
    for place, token in enumerate(seen):
        if token.kind not in ("LETTER", "WORD"):
            continue
        name, shown, style = token.text, _shown(source, token), _STYLES.get(kinds[place + 1])
        if name not in known and name.upper() in arrays and style == "A_{i,j}":
            entries.setdefault(name.upper(), (shown, style))
        elif name in arrays and style is not None and (style != "A(i,j)" or _is_index(seen, place + 1, arrays)):
            entries.setdefault(name, (shown, style))
        else:
            whole.setdefault(name, shown)
    for name, (shown, style) in entries.items():
        if name in arrays:
            whole.setdefault(
                name, shown if shown.lstrip("\\")[:1] == name[:1] or style != "A_{i,j}" else name_latex(name)
            )
    for name in arrays - {*whole}:
        stem = (re.match(r"[^\W\d_]+", name) or [name])[0]
        if stem in whole and stem not in known:
            whole[name] = name_latex(name).replace(name_latex(stem), whole[stem], 1)
    return {name: shown for name, shown in whole.items() if shown != name_latex(name) and name in known}, entries


def _is_index(seen: Sequence[Token], place: int, arrays: set[str]) -> bool:
    """Whether the brackets here hold indices: no array stands in them."""
    depth = 0
    for token in seen[place:]:
        depth += (token.kind == "_LPAR") - (token.kind == "_RPAR")
        if depth == 0:
            return True
        if token.kind in ("LETTER", "WORD") and token.text in arrays:
            return False
    return False


def _symbols(source: Source, seen: Sequence[Token], known: set[str]) -> dict[str, str]:
    """The symbols that an author chose, the first where there are several."""
    chosen: dict[str, str] = {}
    kinds = ["", "", *(token.kind for token in seen)]
    for place, token in enumerate(seen):
        shown = _shown(source, token)
        is_above = kinds[place + 1] == "SUP" or kinds[place : place + 2] == ["SUP", "_LBRACE"]
        match token.kind:
            case "SLIDE" if is_above and token.text in ("*", r"\ast"):
                chosen.setdefault("conjugate", shown)
            case "SLIDE" if not is_above:
                chosen.setdefault(_ENTRIES[SLIDING[token.text]], shown)
            case "ODOT":
                chosen.setdefault("elementwise", shown)
            case "TOP" | "LETTER" if is_above and token.text in ("T", r"\top", r"\intercal") and "T" not in known:
                chosen.setdefault("transpose", shown)
            case "DAGGER" | "LETTER" if is_above and token.text in ("H", r"\dagger") and "H" not in known:
                chosen.setdefault("adjoint", shown)
            case "WORD" if entry := _FUNCTIONS.get(FUNCTIONS.get(token.text, token.text)):
                chosen.setdefault(entry, shown)
    return chosen
