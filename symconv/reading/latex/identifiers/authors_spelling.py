"""How an author writes: names, fonts, subscripts and symbols, as the notation that answers are printed in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from symconv.claims import Claim
from symconv.claims.names import Names
from symconv.claims.syntax import Source
from symconv.errors import SymconvError
from symconv.expressions.latex_names import name_latex
from symconv.expressions.tensors import Operation, TensorExpr
from symconv.expressions.traversal import nodes
from symconv.printing.notation import Notation
from symconv.reading.latex.identifiers.formula_declarations import colon
from symconv.reading.latex.latex_notations import FUNCTIONS, SLIDING
from symconv.reading.latex.lexing.scan import NAMES, Token
from symconv.reading.latex.lexing.spelling import spelled
from symconv.reading.latex.lexing.tokens import tokens

_STYLES = {"SUB": "A_{i,j}", "_LSQ": "A[i,j]", "_LPAR": "A(i,j)"}
_ENTRIES = {
    "convolve": "convolution", "correlate": "correlation", "circular_convolve": "circular_convolution",
    "circular_correlate": "circular_correlation",
}  # fmt: skip
_LABEL = re.compile(r"\s*\^\s*\{\s*(?:\([^()]*\)|\[[^][]*\])\s*\}")
_OLD_FONT = re.compile(r"\{\\(rm|bf|sf|it|cal)\s*(\w+|\\\w+)\}")
_FUNCTIONS = {"trace": "tr", "vec": "vec", "flip": "flip"}


def spelling(text: str, claim: Claim) -> Notation:
    r"""The notation of a formula whose claim is known.

    >>> claim = Claim.from_latex(r"\mathbf{x} \ast k = k \ast \mathbf{x}", "x[n], k[m]")
    >>> claim.spelling.convolution, claim.spelling.names
    ('\\ast', {'x': '\\mathbf{x}'})
    """
    start = colon(text)
    source = Source(text, is_latex=True)
    names = Names(source, functions=[*claim.functions])
    for tensor in claim.tensors:
        names.declare(tensor)
    seen, _ = spelled(names, tokens(source, 0 if start is None else start + 1))
    arrays = {tensor.name for tensor in claim.tensors if tensor.axes}
    known = {*names.tensors, *claim.functions, *claim.sizes, *claim.indices, *claim.parameters}
    parts = [
        t if t.kind not in NAMES or _is_spelled(names, source, t, arrays) else replace(t, kind="")
        for t in _with_subscripts(source, seen, arrays)
    ]
    whole, entries = _names(source, parts, arrays, known)
    kinds = [token.kind for token in seen]
    after_brackets = [
        _STYLES[b]
        for place, (a, b) in enumerate(pairwise(kinds), start=1)
        if a == "_RPAR" and b in _STYLES and (b == "SUB" or _is_index(seen, place, arrays))
    ]
    styles = Counter(style for _, style in entries.values() if style != "A(i,j)")
    chosen: dict[str, Any] = {
        **_symbols(source, seen, known, not _has_adjoints(claim)),
        "subscripts": [*after_brackets, *(style for style, _ in styles.most_common(1)), "A_{i,j}"][0],
    }
    try:
        return Notation(names=whole, entries=entries, has_columns=True, **chosen)
    except SymconvError:  # a symbol of several lines, say, which the answer does without
        return Notation(names=whole, entries=entries, has_columns=True)


def _shown(source: Source, token: Token) -> str:
    shown = " ".join(source.text[slice(*token.span)].split())
    if old := _OLD_FONT.fullmatch(shown):
        return rf"\math{old[1]}{{{old[2]}}}"
    shown = shown.replace(r"\operatorname*", r"\operatorname")
    if token.font and shown[:1] != "\\":
        return rf"\{token.font}{{{shown}}}"
    return re.sub(r"(\\[A-Za-z]+) (\w|\\[A-Za-z]+)$", r"\1{\2}", shown)


def _is_spelled(names: Names, source: Source, token: Token, arrays: set[str]) -> bool:
    """Whether the place of a name spells it: that of x_1 in x_{1,i} spells x."""
    shown = _shown(source, token)
    try:
        alone = Source(shown, is_latex=True)
        seen, _ = spelled(replace(names, source=alone), tokens(alone, 0))
        parts = _with_subscripts(alone, seen, arrays)
    except SymconvError:
        return True
    return len(parts) != 1 or parts[0].text == token.text


def _with_subscripts(source: Source, seen: Sequence[Token], arrays: set[str]) -> list[Token]:
    """The tokens, names of arrays one with the subscripts and labels that are a part of them."""
    found: list[Token] = []
    rest = [*seen]
    while rest:
        token = rest.pop(0)
        label = _LABEL.match(source.text, token.span[1]) if token.text in arrays and len(token.text) > 1 else None
        if label and token.text not in source.text[slice(*token.span)]:
            token = replace(token, span=(token.span[0], label.end()))
        elif token.kind in NAMES and token.text not in arrays and [t.kind for t in rest[:1]] == ["SUB"]:
            end = 1 + next((n for n, t in enumerate(rest[1:], 1) if t.kind == "_RBRACE"), len(rest) - 1)
            end = end if rest[1:2] and rest[1].kind == "_LBRACE" else 2
            below = "".join(t.text for t in rest[1:end] if t.kind not in ("_LBRACE", "_RBRACE"))
            name = next((n for n in (f"{token.text}_{below}", token.text + below) if n in arrays), None)
            if name is not None:
                token = replace(token, text=name, span=(token.span[0], rest[end - 1].span[1]), font="")
                del rest[:end]
        found.append(token)
    return found


def _names(
    source: Source, seen: Sequence[Token], arrays: set[str], known: set[str]
) -> tuple[Mapping[str, str], Mapping[str, tuple[str, str]]]:
    """How names are written, and how arrays are that are read at indices."""
    whole: dict[str, str] = {}
    entries: dict[str, tuple[str, str]] = {}
    kinds = [*(token.kind for token in seen), ""]
    for place, token in enumerate(seen):
        if token.kind not in NAMES:
            continue
        name, shown, style = token.text, _shown(source, token), _STYLES.get(kinds[place + 1])
        if name not in known and name.upper() in arrays and style == "A_{i,j}":
            entries.setdefault(name.upper(), (shown, style))
        elif name in arrays and style is not None and (style != "A(i,j)" or _is_index(seen, place + 1, arrays)):
            entries.setdefault(name, (shown, style))
        elif name in known:
            whole.setdefault(name, shown)
    for name, (shown, _) in entries.items():
        whole.setdefault(name, shown if shown.lower() != name.lower() or shown == name else name_latex(name))
    return {name: shown for name, shown in whole.items() if shown != name_latex(name)}, entries


def _is_index(seen: Sequence[Token], place: int, arrays: set[str]) -> bool:
    """Whether the brackets here hold indices: no array stands in them."""
    depth = 0
    for token in seen[place:]:
        depth += (token.kind in ("_LPAR", "_LSQ")) - (token.kind in ("_RPAR", "_RSQ"))
        if depth == 0:
            return True
        if token.kind in NAMES and token.text in arrays:
            return False
    return False


def _has_adjoints(claim: Claim) -> bool:
    """Whether something is transposed and conjugated, so that a star above it was no conjugate."""
    sides = [side for link in claim.links for side in (link.left, link.right)]
    return any(
        isinstance(node, Operation) and node.operator.name == "conj" and _is_transposed(node.args[-1])
        for side in sides
        if isinstance(side, TensorExpr)
        for node in nodes(side)
    )


def _is_transposed(node: object) -> bool:
    return isinstance(node, Operation) and node.operator.name == "transpose"


def _symbols(source: Source, seen: Sequence[Token], known: set[str], has_conjugates: bool) -> dict[str, str]:
    """The symbols that an author chose, the first where there are several."""
    chosen: dict[str, str] = {}
    kinds = ["", "", *(token.kind for token in seen)]
    for place, token in enumerate(seen):
        shown = _shown(source, token)
        is_above = kinds[place + 1] == "SUP" or kinds[place : place + 2] == ["SUP", "_LBRACE"]
        match token.kind:
            case "SLIDE" if is_above and token.text in ("*", r"\ast"):
                if has_conjugates:
                    chosen.setdefault("conjugate", shown)
            case "SLIDE" if not is_above:
                chosen.setdefault(_ENTRIES[SLIDING[token.text]], shown)
            case "ODOT":
                chosen.setdefault("elementwise", shown)
            case "TOP" | "LETTER" if is_above and token.text in ("T", r"\top", r"\intercal") and "T" not in known:
                chosen.setdefault("transpose", shown)
            case "DAGGER" | "LETTER" if is_above and token.text in ("H", r"\dagger") and "H" not in known:
                chosen.setdefault("adjoint", shown)
            case "LETTER" if token.text == "delta" and "delta" not in known:
                chosen.setdefault("impulse", shown)
            case "WORD" if entry := _FUNCTIONS.get(FUNCTIONS.get(token.text, token.text)):
                chosen.setdefault(entry, shown)
    return chosen
