"""The record of a claim as docutils' own nodes, which every builder of documents has visitors for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from docutils import nodes

from symconv.derivations.laid_out import align
from symconv.derivations.reason_words import ClaimName, Maths, Phrase
from symconv.derivations.records import Chain, Given, Step
from symconv.displays.claim_record import ClaimRecord
from symconv.displays.words import HEADINGS, MARKS, compared, given_values, scope_words, statement_latex
from symconv.expressions.latex_names import name_latex
from symconv.expressions.tensors import Operation
from symconv.expressions.traversal import nodes as expression_nodes
from symconv.kernel.replay import Counterexample
from symconv.printing.arrays_of_numbers import array_text

__all__ = ["claim", "claim_block", "details", "drawings", "steps", "used_claim"]


class claim(nodes.container):
    """A claim with all that is told of it.

    Its attributes `verdict`, `said` and `caption` are text, `operators` the names of those that it speaks of,
    `lemmas` those of the earlier claims that its derivation uses.
    """


class details(nodes.container):
    """What a reader may open; `summary` says what it is, `open` whether it is open at first."""


class used_claim(nodes.inline):
    """The name of an earlier claim that is a reason, which documents make a reference."""


class steps(nodes.bullet_list):
    """The lines of a chain, a list item each; `align` is all of them as one `align*` of LaTeX."""


def claim_block(
    record: ClaimRecord,
    caption: str = "",
    derivation: str = "closed",
    tex: str = "",
    drawing: Any = None,
    numpy: str = "",
) -> claim:
    """A claim: verdict, statement, picture, counterexample, condition, derivation, and its sources.

    Each formula carries itself as plain text (`plain`), for builders that show no mathematics.
    """
    block = claim("", classes=["claim", record.verdict], verdict=record.verdict, said=record.text, caption=caption)
    block["operators"] = sorted(_operators(record))
    block["lemmas"] = list(record.lemmas)
    block += _verdict(record, caption)
    if record.claim is not None:
        block += _formula(statement_latex(record), record.text)
    if drawing is not None:
        block += nodes.container("", classes=["picture"], drawing=drawing)
    if record.counterexample is not None:
        block += _counterexample(record, record.counterexample)
    if record.condition is not None:
        said = _math(record.condition.latex(), str(record.condition))
        block += nodes.paragraph("", "", nodes.Text("The exact condition: "), said, classes=["condition"])
    elif record.no_condition is not None:
        block += _paragraph(f"No exact condition was found: {record.no_condition}.", "condition")
    notes = (*(f"warning: {text}" for text in record.warned), record.compared)
    block += [_paragraph(f"{note[0].upper()}{note[1:]}.", "note") for note in notes if note]
    more = nodes.container("", classes=["more"])
    if derivation != "none" and record.chains:
        told = details("", summary="Derivation" if record.verdict == "proved" else "Working", open=derivation == "open")
        for chain in record.chains:
            told += _chain(chain)
        more += told
    for summary, source in (("Claim text", record.text), ("LaTeX", tex), ("NumPy", numpy)):
        if source:
            more += details("", nodes.literal_block("", source, classes=["source"]), summary=summary, open=False)
    block += more
    return block


def _operators(record: ClaimRecord) -> set[str]:
    """The operators of the claim and of the reasons of its derivation."""
    links = record.claim.links if record.claim is not None else ()
    sides = (side for link in links for side in (link.left, link.right))
    stated = {n.operator.name for side in sides for n in expression_nodes(side) if isinstance(n, Operation)}
    reasons = (step.reason for chain in record.chains for step in chain.steps if step.reason is not None)
    return stated.union(*(reason.operators for reason in reasons))


def drawings(block: claim) -> Iterator[Any]:
    """The pictures in a claim."""
    return (node["drawing"] for node in block.findall(nodes.container) if "drawing" in node)


def _verdict(record: ClaimRecord, caption: str) -> nodes.paragraph:
    paragraph = nodes.paragraph("", classes=["verdict"])
    if caption:
        paragraph += [nodes.inline("", caption, classes=["caption"]), nodes.Text(" ")]
    words, conditions = scope_words(record)
    paragraph += nodes.strong("", f"{MARKS[record.verdict]} {HEADINGS[record.verdict]}")
    paragraph += nodes.Text(f" {words}" if words else "")
    others = (*record.only_where, *(a for a in record.assumptions if a not in record.only_where))
    plain = others if record.differs_at is None else record.differs_at
    for number, (shown, condition) in enumerate(zip(conditions, plain, strict=False)):
        paragraph += [nodes.Text(", " if number else " "), _math(shown, str(condition))]
    return paragraph


def _counterexample(record: ClaimRecord, found: Counterexample) -> nodes.container:
    block = nodes.container("", classes=["counterexample"])
    opening = nodes.paragraph("", "Witness" if record.verdict == "proved" else "Smallest counterexample")
    for number, (name, value) in enumerate(found.sizes.items()):
        size = nodes.inline("", "", _math(f"{name_latex(name)}={value}", f"{name} = {value}"), classes=["size"])
        opening += [nodes.Text(", " if number else " at "), size]
    opening += nodes.Text(f" ({found.direction}):" if found.direction else ":")
    plain = [array_text(array, name) for name, array in found.arrays.items()]
    plain += [", ".join(f"{name}({x}) = {y}" for x, y in table.items()) for name, table in found.functions.items()]
    there = _worded(compared(found), "".join(compared(found, is_latex=False)), "values")
    block += [opening, _arrays(given_values(found), plain), there]
    if record.sides:
        block += _arrays([side.latex for side in record.sides], [str(side) for side in record.sides])
    return block


def _arrays(latex: Iterable[str], plain: Iterable[str]) -> nodes.container:
    shown = [_formula(formula, text) for formula, text in zip(latex, plain, strict=True)]
    return nodes.container("", *shown, classes=["arrays"])


def _chain(chain: Chain) -> list[nodes.Node]:
    shown: list[nodes.Node] = []
    if title := chain.words(is_latex=True):
        shown.append(_worded(title, chain.title, "chain-title"))
    given: tuple[Given, ...] = chain.given
    shown += [_formula(array.latex, str(array)) for array in given]
    lines = [_line(step, number > 0) for number, step in enumerate(chain.steps)]
    shown.append(steps("", *lines, classes=["steps"], align=align(replace(chain, given=(), heading=None)), bullet="*"))
    return shown


def _line(step: Step, equal: bool) -> nodes.list_item:
    sign = "= " if equal else ""
    line = nodes.list_item("", _formula(rf"\displaystyle {sign}{step.latex()}", f"{sign}{step.text()}"))
    if why := step.why(is_latex=True):
        line += _worded(why, "".join(step.why()), "reason")
        line[-1]["operators"] = sorted(step.reason.operators) if step.reason is not None else []
    if not step.verified:
        line += _paragraph("not verified", "unverified")
    return line


def _worded(phrase: Phrase, plain: str, name: str) -> nodes.paragraph:
    return nodes.paragraph("", "", *map(_piece, phrase), classes=[name], plain=plain)


def _piece(piece: str) -> nodes.Node:
    match piece:
        case Maths():
            return _math(piece, piece)
        case ClaimName():
            return used_claim("", piece, name=str(piece))
    return nodes.Text(piece)


def _paragraph(text: str, name: str) -> nodes.paragraph:
    return nodes.paragraph("", text, classes=[name])


def _math(latex: str, plain: str) -> nodes.math:
    return nodes.math("", latex, plain=plain)


def _formula(latex: str, plain: str) -> Any:
    # Sphinx asks for these three of every block of mathematics
    return nodes.math_block("", latex, plain=plain, nowrap=False, number=None, label=None, classes=["formula"])
