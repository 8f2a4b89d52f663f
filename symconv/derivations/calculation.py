"""`calc`: lines that a user writes, each link checked, each with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from symconv.claims import Claim, parse
from symconv.derivations import Chain, Derivation, Step, tell
from symconv.derivations.line_names import Naming
from symconv.derivations.reasons import Reason, Rule, as_written, definition, several
from symconv.errors import SymconvError
from symconv.kernel.verdicts import Verdict, VerdictWord
from symconv.limits import MANY_DEFINITIONS
from symconv.printing.line_contents import Whole
from symconv.printing.notation import Notation
from symconv.proving.proof_search import prove


@dataclass(frozen=True)
class CheckedLink:
    """One link: what the prover says to it, and the writer's reason, empty if there is none."""

    result: Verdict
    written: str = ""

    @property
    def verdict(self) -> VerdictWord:
        """What the prover says: "proved", "refuted" or "unknown"."""
        return self.result.verdict

    @cached_property
    def derivation(self) -> Derivation | None:
        """The link's own derivation, if it is proved and the writer gives no reason."""
        return tell(self.result) if self.verdict == "proved" and not self.written else None

    @property
    def reason(self) -> Reason | None:
        """The writer's reason, or else the ideas of the link's own derivation."""
        if self.written:
            return as_written(self.written)
        if self.verdict != "proved":
            return Reason(Rule.FALSE if self.verdict == "refuted" else Rule.NOT_DECIDED)
        return _ideas(self.derivation)


@dataclass(frozen=True)
class Calculation:
    """The links of a chain of lines, in order."""

    claim: Claim
    links: tuple[CheckedLink, ...]

    @property
    def verdict(self) -> VerdictWord:
        """The verdict of the first link that is not proved; "proved" if there is none."""
        broken = self.broken
        return "proved" if broken is None else self.links[broken].verdict

    @property
    def broken(self) -> int | None:
        """The number of the first false link, or else of the first that is not decided; None if all hold."""
        verdicts = [link.verdict for link in self.links]
        return next((verdicts.index(v) for v in ("refuted", "unknown") if v in verdicts), None)

    @cached_property
    def derivation(self) -> Derivation:
        """The lines as they were written, each with its reason."""
        usual = Naming(self.claim.indices, self.claim.indices, frozenset(), self.claim.parameters, self.claim.sizes)
        steps = [Step(Whole(self.claim.links[0].left), None, True, usual)]
        for link, checked in zip(self.claim.links, self.links, strict=True):
            naming = checked.derivation.steps[0].naming if checked.derivation is not None else usual
            steps.append(Step(Whole(link.right), checked.reason, checked.verdict == "proved", naming))
        return Derivation((Chain(tuple(steps)),))

    def __str__(self) -> str:
        shown = [self.derivation.text()]
        if self.broken is not None:
            link = self.claim.links[self.broken]
            word = "false" if self.verdict == "refuted" else "not decided"
            shown.append(f"link {self.broken + 1} is {word}: {link.left} {link.relation} {link.right}")
        return "\n".join(shown)

    def latex(self, notation: Notation | None = None, reasons: str = "margin") -> str:
        """The lines as an `align*` block; see `Derivation.latex`."""
        return self.derivation.latex(notation, reasons)

    def _repr_latex_(self) -> str:
        return self.latex()

    def _repr_html_(self) -> str | None:
        return self.derivation._repr_html_()


def calc(text: str, *, timeout: float | None = None) -> Calculation:
    """Check a chain of lines, each link by itself.

    The first line declares the tensors and holds the first expression; each further line starts with
    `==` and may end with a reason after `#`; hypotheses follow `if` on the last line. Raises
    `SymconvError` for what is no chain.

    >>> print(calc('''
    ... x[N], k[M]: correlate(x, k)
    ...   == convolve(x, flip(k))
    ...   == convolve(flip(k), x)   # convolution commutes
    ... '''))
      correlate(x, k)
    = convolve(x, flip(k))   substitute u → M-1-u
    = convolve(flip(k), x)   convolution commutes
    """
    lines = list(_lines(text))
    claim = parse(" ".join(line for line, _ in lines))
    reasons = [reason for line, reason in lines if line.startswith("==")]
    if claim.exactly is not None or any(link.relation != "==" for link in claim.links):
        raise SymconvError("a calculation is a chain of '=='", hint="hypotheses follow 'if' on the last line")
    if len(reasons) != len(claim.links):
        raise SymconvError(
            f"{len(claim.links)} links on {len(reasons)} lines that begin with '=='",
            hint="write each link on a line of its own, beginning with '=='",
        )
    links = []
    for link, reason in zip(claim.links, reasons, strict=True):
        single = replace(claim, links=(link,))
        single = replace(single, text=str(single))
        links.append(CheckedLink(prove(single, timeout=timeout), reason))
    return Calculation(claim, tuple(links))


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """The lines, each with its reason; a line that does not begin with `==` or `if` goes on with the one before."""
    lines: list[tuple[str, str]] = []
    for line in text.splitlines():
        body, reason = _without_comment(line)
        if not body and not reason:
            continue
        if lines and not body.startswith("=="):
            before, known = lines[-1]
            lines[-1] = (f"{before} {body}".strip(), reason or known)
        else:
            lines.append((body, reason))
    yield from lines


def _without_comment(line: str) -> tuple[str, str]:
    """The part before a `#` that stands outside quotation marks, and the part after it."""
    quoted = ""
    for place, letter in enumerate(line):
        if letter in "\"'" and quoted in ("", letter):
            quoted = "" if quoted else letter
        elif letter == "#" and not quoted:
            return line[:place].strip(), line[place + 1 :].strip()
    return line.strip(), ""


def _ideas(derivation: Derivation | None) -> Reason | None:
    """What a derivation rests on: its steps that are no definitions, or else its definitions."""
    reasons = {step.rule: step.reason for step in derivation.steps if step.reason} if derivation is not None else {}
    ideas = [reason for reason in reasons.values() if not reason.is_definition]
    if ideas or len(reasons) < 2:
        return several([*(ideas or reasons.values())]) if reasons else None
    names = list(dict.fromkeys(name for reason in reasons.values() for name in reason.defined))
    return definition(names) if 1 < len(names) < MANY_DEFINITIONS else Reason(Rule.ALL_DEFINITIONS)


__all__ = ["Calculation", "CheckedLink", "calc"]
