"""LaTeX mathematics to MathML, strictly: what cannot be shown is an error.

The conversion is docutils' own. It is lenient in places where it should not be (unbalanced
braces, `\\operatorname*`, the label of an `\\underbrace`), and those are caught or mended here.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from symconv.printing.formula_pieces import put_in_pieces

__all__ = ["MathError", "mathml"]

#: Commands that docutils does not know, in terms of those that it does.
_ALIASES = {
    r"\iff": r"\;\Longleftrightarrow\;",
    r"\bm": r"\mathbf",
    r"\boldsymbol": r"\mathbf",
    r"\mathbin": "",
    r"\lbrack": "[",
    r"\rbrack": "]",
}
_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|.)|[{}&']", re.DOTALL)
_TEXT = re.compile(r"(\\(?:text|mbox|textrm)\s*\{(?:[^{}]|\{[^{}]*\})*\})")
_BEFORE_OPERATOR = re.compile(r"(\\begin\{\w+\}|\\[A-Za-z]+|[)\]}A-Za-z0-9])\s*(?=\\operatorname)")
_FENCES = frozenset("⟨⟩⌊⌋⌈⌉{}‖⟺⟹⟸⇔⇒⇐↔→←↦")
#: A line over a formula: fonts have no overline that browsers stretch.
_OVER = "border-top:0.06em solid;padding-top:0.1em"
_LABELLED = {"\u23de": "mover", "\u23df": "munder"}  # over- and underbrace


class MathError(ValueError):
    """Mathematics that the converter does not understand."""


def mathml(tex: str, block: bool = False) -> str:
    r"""The MathML of some LaTeX mathematics, as one line of HTML.

    >>> mathml(r"K_{u}")
    '<math><msub><mi>K</mi><mi>u</mi></msub></math>'
    >>> mathml(r"\argmax K")
    Traceback (most recent call last):
        ...
    symconv.printing.as_mathml.MathError: Unknown LaTeX command "\argmax".
    """
    from docutils.utils.math.latex2mathml import tex2mathml

    _check(tex)
    try:
        xml = tex2mathml(_prepared(tex), as_block=block)
    except ValueError as error:
        raise MathError(str(error)) from None
    except (AttributeError, IndexError, TypeError):
        # docutils walks off its tree where the nesting is wrong
        raise MathError(f"badly nested mathematics: {tex}") from None
    xml = re.sub(r"&ApplyFunction;", "\u2061", xml)
    root = ET.fromstring(xml.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', ""))
    _mend(root)
    if command := next(filter(None, map(_command_in_text, root.iter())), None):
        raise MathError(f"cannot show {command} in text")
    if block:
        put_in_pieces(root)
    return ET.tostring(root, encoding="unicode", short_empty_elements=False)


def _tokens(tex: str) -> Iterator[str]:
    """Commands, braces and other structure outside of text."""
    for index, part in enumerate(_TEXT.split(tex)):
        if index % 2 == 0:
            yield from _TOKEN.findall(part)


def _check(tex: str) -> None:
    depth = 0
    fences = 0
    for token in _tokens(tex):
        if token == "{":
            depth += 1
        elif token == "}":
            depth -= 1
        elif token == r"\left":
            fences += 1
        elif token == r"\right":
            fences -= 1
        elif token.endswith("*") and len(token) > 2:
            raise MathError(f"cannot show {token}")
        if depth < 0 or fences < 0:
            break
    if "^^" in tex:
        raise MathError("cannot show ^^")
    if depth:
        raise MathError(f"unbalanced braces: {tex}")
    if fences:
        raise MathError(rf"\left and \right do not match: {tex}")
    if re.search(r"\\begin\{aligned\}\s*\[[tbc]\]", tex):
        raise MathError(r"cannot show the option of \begin{aligned}")


def _prepared(tex: str) -> str:
    """The same mathematics in commands that docutils knows, with primes as superscripts."""

    def known(match: re.Match[str]) -> str:
        token = match.group()
        return _ALIASES.get(token, token) + (" " if token in _ALIASES else "")

    parts = _TEXT.split(tex)
    for index in range(0, len(parts), 2):
        part = _TOKEN.sub(known, parts[index])
        part = re.sub(r"(?<=\d),(?=\d)", ", ", part)  # else docutils reads 0,1 as one number
        part = re.sub("'+", lambda m: "^{" + r"\prime " * len(m.group()) + "}", part)
        parts[index] = _BEFORE_OPERATOR.sub(_spaced, part)
    return "".join(parts)


def _spaced(match: re.Match[str]) -> str:
    """A thin space before the name of an operator that follows a factor, as TeX has it."""
    before = match.group(1)
    return before if before.startswith("\\") else before + r"\,"


def _mend(root: ET.Element) -> None:
    for node in root.iter():
        if node.tag in ("mover", "munderover") and node[-1].tag == "mo" and node[-1].text == "_":
            _draw_line_over(node)
        node.tail = None
        if node.text is not None and not node.text.strip("\n "):
            node.text = None
        for place, child in enumerate(node):
            # brackets without \left and \right, and arrows, keep the size of a letter
            outer = node.tag == "mrow" and place in (0, len(node) - 1)
            if child.tag == "mo" and child.text in _FENCES and not outer:
                child.attrib.setdefault("stretchy", "false")
        if node.tag == "mi" and node.text is not None:
            node.text = node.text.replace("\\_", "_")
        if node.tag == "mtable" and node.get("class") == "ams-align":
            node.set("displaystyle", "true")
        if node.tag in ("msub", "msup") and len(node) == 2:
            brace = node[0][1].text if len(node[0]) == 2 else None
            if brace in _LABELLED and node[0].tag == _LABELLED[brace]:
                node.tag = _LABELLED[brace]


def _command_in_text(node: ET.Element) -> str:
    """A command that docutils shows as it is, and LaTeX would obey."""
    shown = " ".join([node.text or "", *map(str, node.attrib.values())])
    found = re.search(r"\\[A-Za-z]+", shown)
    return found[0] if found else ""


def _draw_line_over(node: ET.Element) -> None:
    """What \\overline has become: a border as long as what it is over, and a subscript beside both."""
    base, *below, _ = node
    over = ET.Element("mrow", {"style": _OVER})
    over.append(base)
    for child in list(node):
        node.remove(child)
    node.tag, node.attrib = ("msub", {}) if below else ("mrow", {})
    node.extend([over, *below])
