"""Claims made from laws: the lines of laws.txt, and those of hard_claims.txt that are proved."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

import numpy as np
from fitting import draw
from oracle import Question, _bound, _names, hashed
from random_changes import NoChangeError, Text, expression, kept, specialise
from random_mutations import mutated
from references import OutsideError, UnclearError

from symconv.operators import REGISTRY

_HERE = Path(__file__).parent
LONGEST_LAW = 300
MAX_ENTRIES = 100
ILL_TYPED = 0.05
"""How many of the claims may have sides that no small sizes give a value."""
DIFFERENT_SHAPES = 0.2
"""How many of the claims whose sides have different shapes are kept."""
_ORDER = "XLA layers transforms calculus structured sliding products layout functions arithmetic sums".split()


def _lines(name: str) -> list[str]:
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#") and len(line) <= LONGEST_LAW]


def _called(text: str) -> list[str]:
    """The operators that are called by name."""
    return [n for n in re.findall(r"((?:lax\.)?\w+)\(", text) if n in REGISTRY]


def _family(text: str) -> str:
    """The family of a law's operators, the rarest if there are several."""
    found = {REGISTRY[n].family for n in _called(text)}
    if "()" in text.partition(": ")[0] or " else " in text:
        return "functions"
    if found <= {"products"} and " for " in text:
        return "sums"
    return next((f for f in _ORDER if f in found), "arithmetic")


WRITTEN = _lines("laws.txt")
PROVED = [line.removeprefix("proved ") for line in _lines("hard_claims.txt") if line.startswith("proved ")]
LAWS = WRITTEN + PROVED
FAMILIES: dict[str, dict[str, list[str]]] = {f: {"": []} for f in _ORDER}
"""The laws by family and by the operator that they call; under "" all whose rarest operator is of the family."""
for _law in LAWS:
    FAMILIES[_family(_law)][""].append(_law)
    for _name in dict.fromkeys(_called(_law)):
        FAMILIES[REGISTRY[_name].family].setdefault(_name, []).append(_law)


def changed(random: Random, family: str, kind: str) -> str:
    """A claim made from a law of a family, every operator of which comes up as often as any other."""
    law = _chosen(random.choice(list(FAMILIES[family].values())), random)
    text = Text.of(law)
    if kind == "wild" and random.random() < 0.5:
        text = _joined(text, Text.of(_chosen(LAWS, random)), random)
    elif kind == "wild" or random.random() < 0.85:
        text = kept(text, random, rank(law))
    if kind != "law":
        for _ in range(1 if kind == "mutated" else random.choice([0, 1, 2])):
            text = mutated(text, random)
    made = str(text)
    answer = _glance(made)
    if (answer is None and random.random() > ILL_TYPED) or (answer == "shape" and random.random() > DIFFERENT_SHAPES):
        raise NoChangeError
    return made


def _chosen(laws: list[str], random: Random) -> str:
    """One of the laws, mostly the same after others have been added."""
    drawn = random.random()
    return min(laws, key=lambda law: crc32(f"{drawn} {law}".encode()))


def _joined(text: Text, other: Text, random: Random) -> Text:
    """A side of each of two laws, about the same tensors as far as their shapes allow."""
    if Question(str(text)).free or Question(str(other)).free or not text.sizes:
        raise NoChangeError
    bound = set().union(*(_bound(ast.unparse(m)) for m in other.members))
    if bound & {*text.sizes, *text.tensors}:
        raise NoChangeError
    sizes = {s: ast.Name(random.choice(text.sizes), ast.Load()) for s in other.sizes}
    names: dict[str, ast.expr] = dict(sizes)
    made = text.copy()
    for name, rest in other.declared.items():
        shape = [ast.unparse(expression(s, **sizes)) for s in other.tensors.get(name, [])]
        alike = [n for n, s in text.tensors.items() if name in other.tensors and s == shape]
        new = random.choice(alike) if alike and random.random() < 0.8 else made.fresh(name, *"yzBD")
        names[name] = ast.Name(new, ast.Load())
        if new not in made.declared:
            after = f"[{','.join(shape)}]" if shape else ""
            made.declared[new] = after + " complex" * rest.endswith("complex") if name in other.tensors else rest
    member = ast.unparse(random.choice(other.members))
    called = {
        n.func.id for n in ast.walk(ast.parse(member)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    functions = {n: ast.unparse(v) for n, v in names.items() if n in called}
    for old, new in functions.items():
        member = re.sub(rf"\b{old}\(", f"{new}(", member)
    made.members = [made.members[0], expression(member, **{n: v for n, v in names.items() if n not in functions})]
    made.word, made.conditions = "", []
    used = set().union(*(_names(m) for m in made.members))
    for name in [n for n in made.declared if n not in used]:
        if not made.tensors.get(name) or len(made.declared) > 4:
            del made.declared[name]
    if random.random() < 0.5:
        specialise(made, random)
    return made


@lru_cache(maxsize=4096)
def rank(law: str) -> int:
    """The number of axes of a law's sides; negative where they have free indices or no small sizes give a value."""
    question = Question(law)
    if question.free:
        return -1
    for values, arrays in _small(question):
        try:
            return int(np.ndim(question.evaluate(question.members[0], values, arrays, _functions(question))))
        except (OutsideError, UnclearError):
            continue
    return -1


def _functions(question: Question) -> dict[str, Any]:
    return {f: hashed(k + 1) for k, f in enumerate(question.functions)}


def _glance(text: str) -> str | None:
    """What becomes of a claim at the first small sizes that give its sides a value; None if none do."""
    try:
        question = Question(text)
    except (SyntaxError, AssertionError):
        raise NoChangeError from None
    for values, arrays in _small(question):
        try:
            return question.answer(values, arrays, _functions(question))
        except OutsideError:
            continue
        except UnclearError:
            return "unclear"
        except Exception:
            raise NoChangeError from None
    return None


def _small(question: Question) -> Iterator[tuple[dict[str, int], dict[str, Any]]]:
    """A few small sizes and arrays."""
    names = [*question.sizes, *question.parameters]
    random = Random(0)
    rows = [[2] * len(names), [3] * len(names), [1] * len(names)]
    rows += [[random.randint(1, 4) for _ in names] for _ in range(12)]
    for row in rows:
        values = dict(zip(names, row, strict=True))
        try:
            if sum(int(np.prod(question.shape(t, values))) for t in question.tensors) > MAX_ENTRIES:
                continue
            if not all(question.holds(c, values, {}) for c in question.size_conditions):
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield values, draw(question, values, random, [], 9)
        except (OutsideError, UnclearError):
            continue
