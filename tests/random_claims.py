"""Random well-typed claims as text, from a seed: true by known laws, mutated from true ones, and wild.

Half of the families change laws over all operators, the others make expressions, formulas and conditions up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from changed_laws import FAMILIES as LAWS
from changed_laws import changed
from random_changes import NoChangeError
from random_expressions import Expressions, IllTypedError, Node, leaf
from random_formulas import indexed, literals, sums
from random_laws import mutated, rewritten

SHAPES = {
    "x": ("N",), "y": ("N",), "k": ("M",), "l": ("L",), "A": ("H", "W"), "B": ("H", "W"), "K": ("h", "w"),
    "X": ("n", "m"), "Y": ("m", "n"), "S": ("n", "n"), "v": ("n",), "o": ("2*r+1",), "c": (),
}  # fmt: skip

POOLS = {
    "vectors": "x y k c",
    "kernels": "x k l",
    "images": "A K c",
    "matrices": "X Y v",
    "square": "S v c",
    "arrays": "A B K",
    "odd": "x o",
}


@dataclass(frozen=True)
class RandomClaim:
    """A claim's text, its family, and how it came about: "law", "mutated" or "wild"."""

    text: str
    family: str
    kind: str


def claims(count: int, seed: int = 0) -> Iterator[RandomClaim]:
    """That many claims, the same for the same seed."""
    for number in range(count):
        yield claim(f"{seed}:{number}")


def claim(seed: str) -> RandomClaim:
    """The claim of one seed."""
    random = Random(seed)
    while True:
        family = random.choice(list(LAWS if random.random() < CHANGED else MADE_UP))
        kind = random.choice(["law", "mutated", "wild"])
        if family in MADE_UP:
            return made_up(seed, family, kind)
        try:
            text = changed(random, family, kind)
        except NoChangeError:
            continue
        if len(text) < LONGEST and (kind == "law" or "assume(" not in text):
            return RandomClaim(text, family, kind)


def made_up(seed: str, family: str | None = None, kind: str | None = None) -> RandomClaim:
    """A claim of one seed that is made up, not changed from a law."""
    random = Random(seed)
    while True:
        chosen = family or random.choice(list(MADE_UP))
        how = kind or random.choice(["law", "mutated", "wild"])
        try:
            text = MADE_UP[chosen](random, how)
        except IllTypedError:
            continue
        slides = text.count("convolve") + text.count("correlate")
        if len(text) < LONGEST and (slides <= 4 or random.random() < 0.2):
            return RandomClaim(text, chosen, how)


def _declared(names: set[str], is_complex: frozenset[str], functions: bool) -> str:
    parts = []
    for name, shape in SHAPES.items():
        if name in names:
            parts.append(name + (f"[{','.join(shape)}]" if shape else "") + " complex" * (name in is_complex))
    return ", ".join(parts + ["f()"] * functions)


def _leaves(names: str) -> list[Node]:
    return [leaf(n, *SHAPES[n]) for n in names.split()] + [leaf("2"), leaf("3")]


def _sides(random: Random, kind: str, source: Expressions, depth: int = 3) -> tuple[Node, Node]:
    ndim = random.choice([0, 1, 1, 2, 2, 2])
    left = source.of(ndim, depth)
    if kind == "wild":
        return left, source.like(left.shape, depth) if random.random() < 0.9 else source.of(ndim, depth)
    right = rewritten(left, random, random.randint(1, 4), source.complex)
    if random.random() < 0.3:
        left = rewritten(left, random, 1, source.complex)
    return (left, right) if kind == "law" else (left, mutated(right, random))


def _text(
    random: Random, left: Node, right: Node, is_complex: frozenset[str] = frozenset(), suffix: str = "", more: str = ""
) -> str:
    sides = [str(left), str(right)]
    sides = [s[1:-1] if s.startswith("(") and _closes_last(s) else s for s in sides]
    if random.random() < 0.5:
        sides.reverse()
    relation = "!=" if random.random() < 0.06 and not suffix.startswith(" iff") else "=="
    body = f"{sides[0]} {relation} {sides[1]}{suffix}"
    names = _with_sizes(set(re.findall(r"\w+", body + " " + more)))
    declared = _declared(names, is_complex, "f(" in body)
    return f"{declared}: {body}" if declared else body


def _closes_last(text: str) -> bool:
    depth = 0
    for k, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if not depth:
            return k == len(text) - 1
    return False


def _algebra(pools: str) -> Callable[[Random, str], str]:
    def family(random: Random, kind: str) -> str:
        source = Expressions(random, _leaves(POOLS[random.choice(pools.split())]))
        return _text(random, *_sides(random, kind, source))

    return family


def _functions(random: Random, kind: str) -> str:
    source = Expressions(random, _leaves(POOLS[random.choice(list(POOLS))]), functions=True)
    left, right = _sides(random, kind, source, 2)
    if "f(" not in f"{left}{right}":
        left, right = Node("f", (left,), (), left.shape), Node("f", (right,), (), right.shape)
    return _text(random, left, right)


def _complex(random: Random, kind: str) -> str:
    names = POOLS[random.choice(["vectors", "kernels", "images", "matrices"])]
    source = Expressions(random, _leaves(names), complex=True)
    left, right = _sides(random, kind, source, 2)
    return _text(random, left, right, frozenset(n for n in names.split() if n != "y"))


# Hypotheses


def _tensor_hypothesis(random: Random, name: str) -> str:
    options = [f"{name} == flip({name})", f"{name} == -flip({name})", f"{name} == 0"]
    if len(SHAPES[name]) == 2:
        options += [
            f"{name} == {name}.T",
            f"{name} == flip({name}, axis=0)",
            f"{name} == rot90({name}, 2)",
            f"{name} == -{name}.T",
        ]
        options += [f"{name} == outer(p, q)", f"{name} == rot90({name})", f"{name} == flip({name}.T)"]
    return random.choice(options)


def _size_hypothesis(random: Random, names: list[str]) -> str:
    a, b = (random.choice(names) for _ in range(2))
    return random.choice(
        [f"{a} >= {b}", f"{a} >= 2*{b} - 1", f"{a} % 2 == 1", f"{a} % 2 == 0", f"{a} == {b}" if a != b else f"{a} == 2",
         f"{a} == 1", f"{a} <= 3", f"{a} != {b}" if a != b else f"{a} != 1", f"{a} == 2*{b}" if a != b else f"{a} == 3",
         f"({a} == 1 or {b} >= 2)", f"not {a} == 2"]
    )  # fmt: skip


def _under_hypotheses(random: Random, kind: str) -> str:
    source = Expressions(
        random, _leaves(POOLS[random.choice(["vectors", "images", "square", "arrays", "kernels", "odd"])])
    )
    left, right = _sides(random, kind, source, 2)
    names = sorted({n.op for e in (left, right) for n in e.leaves() if n.op in SHAPES and SHAPES[n.op]})
    if not names:
        raise IllTypedError
    chosen = random.choice(names)
    hypotheses = [_tensor_hypothesis(random, chosen)]
    if kind != "wild" and chosen + ".T" not in hypotheses[0] and "rot90" not in hypotheses[0]:
        right = _with_leaf(right, chosen, hypotheses[0].partition(" == ")[2], random)
    if random.random() < 0.2:
        hypotheses.append(_tensor_hypothesis(random, random.choice(names)))
    if random.random() < 0.3:
        sizes = sorted({s[-3:-2] if "+" in s else s for n in names for s in SHAPES[n]})
        hypotheses = random.choice([[_size_hypothesis(random, sizes)], [*hypotheses, _size_hypothesis(random, sizes)]])
    return _hypothetical(_text(random, left, right, suffix=" if " + " and ".join(dict.fromkeys(hypotheses))), chosen)


def _hypothetical(text: str, chosen: str) -> str:
    """The text with the factors of a separable tensor declared."""
    if "outer(p, q)" not in text:
        return text
    height, width = SHAPES[chosen]
    declared, _, body = text.partition(": ")
    return f"{declared}, p[{height}], q[{width}]: {body}"


def _with_leaf(e: Node, name: str, text: str, random: Random) -> Node:
    """The expression with some occurrences of a tensor replaced by what it equals."""
    for node, put in list(e.nodes()):
        if node.op == name and random.random() < 0.6 and text != "0":
            return put(Node(f"({text})", shape=node.shape))
    return e


CONDITIONS = ["{0} == flip({0})", "{0} == -flip({0})", "{0} == 0"]
CONDITIONS_2D = [
    *CONDITIONS,
    "{0} == {0}.T",
    "{0} == flip({0}, axis=0)",
    "{0} == flip({0}, axis=1)",
    "{0} == flip({0}.T)",
]


def _exactly(random: Random, kind: str) -> str:
    """Claims about the exact condition; a law is one of the known answers."""
    mode = random.choice(["", ', "valid"', ', "same"'])
    a, b = random.choice([("x", "k"), ("A", "K")])
    flat = a == "x"
    known = [
        (f'convolve({a}, {b}, "valid") == correlate({a}, {b}, "valid")', f"{b} == flip({b})"),
        (f"convolve({a}, {b}) == correlate({a}, {b})", f"{b} == flip({b})"),
        (f"convolve({a}, {b}) == -correlate({a}, {b})", f"{b} == -flip({b})"),
        (f"sum({a}) * {b} == flip({b}) * sum({a})", f"{b} == flip({b})"),
        (f"{a} == 2*{a}", f"{a} == 0"),
    ]
    known += (
        []
        if flat
        else [
            ("A == B", "A == B"),
            ("dot(v, S @ v) == 0", "S == -S.T"),
            ("S @ S == S @ S.T", "S == S.T"),
            ("X == rot90(X, 2)", "X == flip(X)"),
        ]
    )
    if kind == "law":
        sides, condition = random.choice(known[:5])
        return _plain(f"{sides} iff {condition}")
    forms = CONDITIONS if flat else CONDITIONS_2D
    condition = random.choice(forms).format(random.choice([a, b, b]))
    if random.random() < 0.2:
        condition = _size_hypothesis(random, list({*SHAPES[a], *SHAPES[b]}))
    if kind == "mutated":
        return _plain(f"{random.choice(known)[0]} iff {condition}")
    source = Expressions(random, _leaves(f"{a} {b}"))
    left, right = _sides(random, "mutated", source, 2)
    if random.random() < 0.5:
        op = random.choice(["convolve", "correlate"])
        return _plain(f"{op}({a}, {b}{mode}) == {random.choice(['', '-'])}correlate({a}, {b}{mode}) iff {condition}")
    return _text(random, left, right, suffix=f" iff {condition}", more=condition)


def _plain(body: str) -> str:
    names = set(re.findall(r"\w+", body))
    return f"{_declared(_with_sizes(names), frozenset(), False)}: {body}"


def _with_sizes(names: set[str]) -> set[str]:
    """The names with a tensor for every size that is mentioned."""
    sizes = {s for n in names for s in SHAPES.get(n, ())}
    return names | {
        next(t for t, shape in SHAPES.items() if any(n in s for s in shape)) for n in names & set("NMLHWhwnmr") - sizes
    }


MADE_UP: dict[str, Callable[[Random, str], str]] = {
    "made up: sliding": _algebra("kernels kernels images images vectors odd"),
    "made up: products": _algebra("matrices square arrays kernels vectors"),
    "made up: functions": _functions,
    "made up: complex": _complex,
    "made up: hypotheses": _under_hypotheses,
    "made up: iff": _exactly,
    "made up: sums": sums,
    "made up: formulas": indexed,
    "made up: literals": literals,
}
CHANGED = 0.7
"""How many of the claims are changed laws."""
LONGEST = 400
