"""Formulas with mistakes: whatever is written, it is a claim or an error with its place.

The long run: `python tests/latex_mutations.py --inputs 100000`.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from random import Random

from latex_decorated import DECORATED
from latex_read import INPUTS
from latex_refused import MALFORMED
from latex_textbooks import TEXTBOOKS
from latex_written import READ, REFUSED, SEVERAL
from limited import limited

from symconv import SymconvError
from symconv.claims import Claim, parse
from symconv.reading.latex import read_all

#: A reading that takes longer than this, in seconds of processor time, hangs.
LIMIT = 10.0

#: Definitions of macros and uses of them.
MACROS = [
    r"\newcommand{\tr}{\operatorname{tr}}P[a,b], Q[b,a]: \tr(PQ) = \tr(QP)",
    r"P[m,n]: \newcommand{\twice}[2][2]{#1 #2} \twice P = \twice[2]{P}",
    r"p[n], q[n]: \def\T{^{\mathsf T}}\def\both#1#2{#1\T #2} \both pq = \both{q}{p}",
    r"x[N], k[M]: \let\conv=* \renewcommand{\ast}{\conv_{\mathrm{same}}} x \ast k = \frac\half2 x \conv k",
    r"x[n]: \iffalse \def\y{x} \else \DeclareMathOperator*{\y}{flip} \fi {\gdef\z{x}} \y(x) = \y(\z)",
    r"x[n]: \DeclarePairedDelimiter{\p}{(}{)} \catcode`\@=11 \csname x\endcsname \p*{x} = \mathbin{x}",
]
FORMULAS = [text for text, *_ in [*INPUTS, *READ, *SEVERAL, *MALFORMED, *REFUSED]] + MACROS * 5
FORMULAS += [f"{declare}: {text}" for declare, text, _ in [*TEXTBOOKS, *DECORATED]]
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|[A-Za-z]+|\d+|.", re.DOTALL)
_VOCABULARY = sorted({token for text in FORMULAS for token in _TOKEN.findall(text)}) + [
    r"\frac", r"\sum_{u}", r"^{\top}", "_{i,j}", r"\left(", r"\right)", r"\begin{aligned}", r"\end{aligned}", r"\\",
    r"\operatorname{flip}(", r"\text{ if }", r"\mathrm{", "&", "$", "%", "~", "\x00", "∗", "λ", "²", "\\", "''", "1e9",
]  # fmt: skip


def mutated(random: Random) -> str:
    """A formula with one to six mistakes in it."""
    parts = _TOKEN.findall(random.choice(FORMULAS))
    for _ in range(random.choice([1, 1, 1, 2, 2, 3, 6])):
        place = random.randrange(len(parts) + 1)
        end = min(len(parts), place + random.choice([1, 1, 1, 2, 4, 8]))
        match random.randrange(8):
            case 0:
                del parts[place:end]
            case 1:
                parts[place:place] = parts[place:end]
            case 2:
                parts.insert(place, random.choice(_VOCABULARY))
            case 3:
                parts[place:end] = [random.choice(_VOCABULARY)]
            case 4:
                other = _TOKEN.findall(random.choice(FORMULAS))
                first = random.randrange(len(other) + 1)
                parts[place:end] = other[first : first + random.choice([1, 3, 10])]
            case 5:
                parts[place:end] = parts[place:end][::-1]
            case 6 if parts:
                other_place = random.randrange(len(parts))
                place = min(place, len(parts) - 1)
                parts[place], parts[other_place] = parts[other_place], parts[place]
            case 7:
                text = "".join(parts)
                at = random.randrange(len(text) + 1)
                parts = _TOKEN.findall(text[:at] + random.choice(["", text[at + 1 :], text[at + 2 :]]))
    return "".join(parts)


def outcome(text: str) -> str:
    """ "claim" or "error", or what is wrong with the answer to a formula."""
    try:
        with limited(LIMIT):
            for claim in read_all(text):
                reading, again = str(claim), parse(str(claim)) if isinstance(claim, Claim) else claim
                if again != claim and str(again) != reading:
                    return f"the reading {reading!r} is another claim"
            return "claim"
    except SymconvError as error:
        if error.span is None or error.text != text:
            return f"an error without its place: {error}"
        start, stop = error.span
        return "error" if 0 <= start <= stop <= len(text) + 1 else f"a place outside of the text: {error.span}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def run(inputs: int, seed: int = 0) -> Counter[str]:
    """How many of the inputs are claims, errors, and anything else, which is printed."""
    found: Counter[str] = Counter()
    for number in range(inputs):
        text = mutated(Random(f"{seed}:{number}"))
        what = outcome(text)
        found[what if what in ("claim", "error") else "wrong"] += 1
        if what not in ("claim", "error"):
            print(f"{seed}:{number} {text!r}\n    {what}", flush=True)
    return found


def main() -> int:
    """The long run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    started = time.perf_counter()
    found = run(options.inputs, options.seed)
    print(f"{options.inputs} inputs in {time.perf_counter() - started:.0f} s:", dict(found))
    return 1 if found["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
