"""Random claims, each with the form that it has: what is true by a law, what a change made of it, what nearly holds."""

from __future__ import annotations

import random
import re

from .changing import changed
from .pairs import Names, matrix, scalar, vector
from .products import product_claim
from .quotients import quotient_claim
from .supposing import (
    COMPREHENSIONS,
    MATRIX_CONCLUSIONS,
    MATRIX_EQUATIONS,
    MATRIX_PAIRS,
    PARAMETER_CONCLUSIONS,
    VECTOR_CONCLUSIONS,
    VECTOR_EQUATIONS,
    VECTOR_SIZES,
    matrix_part_hypothesis,
    part_hypothesis,
    resized,
    size_hypothesis,
)
from .tables import LINES

HYPOTHESES = [
    "part",
    "part of a matrix",
    "comprehension",
    "equation",
    "matrix equation",
    "scalar against array",
    "several",
    "exact",
]
WEIGHTS = {
    **dict.fromkeys(HYPOTHESES, 4),
    **dict.fromkeys(LINES, 2),
    **dict.fromkeys(["division by zero", "division", "functions", "gradients", "tied"], 1),
    "pairs": 8,
    "pairs under a hypothesis": 5,
    "pairs on sizes": 5,
    "chains": 3,
    "differences": 3,
}


CLOSE = """
sum(x) == x[0] iff n == 1
x == flip(x) iff x[::-1] == x
dot(x,y) == 0 iff x == 0
diff(x) == 0 iff x == x[0]*ones(n)
convolve(x,k) == 0 iff x == 0
x == roll(x,1) iff diff(x) == 0
cumsum(x) == 0 iff x == 0
x[1:] == 0 iff x == x[0]*unit_impulse(n)
dot(x,y) == x[0]*y[0] iff x[1:] == 0
dot(x,y) == dot(x,flip(y)) iff x == flip(x)
x*y == 0 iff x == 0
convolve(x,k) == convolve(flip(x),k) iff x == flip(x)
x == cumsum(x) iff x[:-1] == 0
dot(x,y) == sum(y) iff x == 1
"""

TIES = """
x == y
x == 2*y
x + y == 1
x[0] == y[0]
x[:1] == y[-1:]
x[::2] == y[::2]
x[1:] == y[:-1]
cumsum(x) == y
sum(x) == sum(y)
x + y == flip(y)
x*y == y
x*y == x
x*y == 0
dot(x,y) == 0
""".strip().splitlines()

TIED_CONCLUSIONS = ["x == x", "dot(x,y) == dot(y,x)", "y == x*y", "y == 2*x*y", "x*y == 0*y", "sum(x*y) == 0", "x == y"]
TIED_CONDITIONS = ["y == 0", "y == 1", "y[0] == 0", "y[1:] == 0", "y == flip(y)", "x == y", "x == 0", "y == 1/2"]


def drawn_claim(rng: random.Random, form: str | None = None) -> tuple[str, str]:
    """A form and a claim; "products" and "quotients" are drawn where they are asked for only."""
    form = form or rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    claim = from_table(form, rng) if form in LINES else MAKERS[form](rng)
    if rng.random() < 0.3:
        claim = changed(claim, rng)
    return form, claim


def from_table(form: str, rng: random.Random) -> str:
    line = rng.choice(LINES[form])
    r, s = sorted(rng.sample(range(5), 2))
    holes = {
        "{a}": str(rng.randint(1, 3)),
        "{b}": str(rng.randint(1, 4)),
        "{c}": str(rng.randint(-3, 5)),
        "{p}": rng.choice(["1", "2", "p", "-p", "p+1", "-1", "3"]),
        "{q}": rng.choice(["1", "q", "p", "-2", "q-p"]),
        "{s}": str(r + s),
        "{t}": str(r * s),
        "{u}": rng.choice(["x", "flip(x)", "roll(x, p)", "(x + x)", "cumsum(x)"]),
    }
    for hole, text in holes.items():
        line = line.replace(hole, text)
    return line


def declared(body: str, rng: random.Random, size: str = "n", pair: tuple[str, str] = ("n", "n")) -> str:
    """The body with declarations of the tensors that it names."""
    words = set(re.findall(r"\b[A-Za-z_]\w*\b", body))
    parts = [f"x[{size}]"] if "x" in words else []
    parts += [f"X[{pair[0]},{pair[1]}]"] if "X" in words else []
    parts += [f"y[{size}]"] if "y" in words else []
    parts += [f"Y[{pair[0]},{pair[1]}]"] if "Y" in words else []
    parts += ["k[m]"] if "k" in words else []
    parts += ["c"] if "c" in words else []
    if not any(re.search(r"\bm\b", p) for p in parts) and re.search(r"\bm\b", body):
        parts.append("w[m]")
    if not any(re.search(r"\bn\b", p) for p in parts) and re.search(r"\bn\b", body):
        parts.append("v[n]")
    return f"{', '.join(parts)}: {body}"


def _about_x(rng: random.Random, hypothesis: str, word: str = "if") -> str:
    size = rng.choice(VECTOR_SIZES)
    conclusion = _conclusion(rng, hypothesis)
    return declared(resized(f"{conclusion} {word} {hypothesis}", size), rng, size)


def _conclusion(rng: random.Random, hypothesis: str) -> str:
    """A parameter may not stand in a hypothesis alone."""
    return rng.choice(PARAMETER_CONCLUSIONS if re.search(r"\bp\b", hypothesis) else VECTOR_CONCLUSIONS)


def _about_matrix(rng: random.Random, hypothesis: str, word: str = "if") -> str:
    pair = rng.choice(MATRIX_PAIRS)
    conclusion = rng.choice(MATRIX_CONCLUSIONS)
    if re.search(r"\b[xy]\b", conclusion + hypothesis) or "eye" in hypothesis + conclusion:
        pair = ("n", "n")
    return declared(f"{conclusion} {word} {hypothesis}", rng, pair[1], pair)


def _several(rng: random.Random) -> str:
    pool = [
        lambda: part_hypothesis(rng),
        lambda: rng.choice(VECTOR_EQUATIONS),
        lambda: size_hypothesis(rng),
        lambda: rng.choice(COMPREHENSIONS),
    ]
    parts = [rng.choice(pool)() for _ in range(rng.choice([2, 2, 3]))]
    parts = [f"({p})" if " or " in p else p for p in parts]
    return _about_x(rng, " and ".join(parts))


def _exact(rng: random.Random) -> str:
    conclusion = rng.choice(VECTOR_CONCLUSIONS)
    close = dict(line.split(" iff ") for line in CLOSE.strip().splitlines())
    if rng.random() < 0.5:
        conclusion = rng.choice(list(close))
        condition = close[conclusion] if rng.random() < 0.6 else part_hypothesis(rng)
    else:
        condition = rng.choice(
            [part_hypothesis, size_hypothesis, lambda r: r.choice(VECTOR_EQUATIONS), lambda r: r.choice(COMPREHENSIONS)]
        )(rng)
        conclusion = _conclusion(rng, condition)
    if " or " in condition:
        condition = f"({condition})"
    text = f"{conclusion} iff {condition}"
    if rng.random() < 0.3:
        text += f" if {rng.choice(['n >= 2', 'n <= 3', 'p >= 0', 'n % 2 == 1', 'x[0] == 0', 'n >= 2 and x[n-1] == 0'])}"
    size = rng.choice(VECTOR_SIZES[:8])
    return declared(resized(text, size), rng, size)


def _tied(rng: random.Random) -> str:
    """A condition on one tensor under a hypothesis on it and another one, which may be what is claimed."""
    tie = rng.choice(TIES)
    conclusion = rng.choice([tie, *TIED_CONCLUSIONS])
    size = rng.choice(["n", "n", "n", "n+1", "2*n", "3"])
    return declared(resized(f"{conclusion} iff {rng.choice(TIED_CONDITIONS)} if {tie}", size), rng, size)


def _scalar_against_array(rng: random.Random) -> str:
    hypothesis = rng.choice(
        [
            "x == c",
            "x == dot(y,y)",
            "x == n",
            "x == y[0]",
            "X == n",
            "x == p",
            "x == sum(y)",
            "x[1:] == c",
            "x == 1/n",
            "x == 2*p",
            "x == 2",
            "x == n*n",
            "X == 1/n",
            "x[1:] == n",
            "x == n % 2",
        ]
    )
    hypothesis += rng.choice(
        ["", "", " and n == 2", " and y == 0", " and n >= 2", " and c == 1" if "c" in hypothesis else ""]
    )
    return _about_matrix(rng, hypothesis) if "X" in hypothesis else _about_x(rng, hypothesis)


def _pair(rng: random.Random) -> tuple[Names, str, str, str]:
    names = Names(rng, complex=rng.random() < 0.12)
    size = rng.choice(["n", "n", "n", "n+1", "2*n", "3"])
    kind, depth = rng.random(), rng.choice([1, 2, 2, 3])
    if kind < 0.45:
        left, right = vector(names, size, depth)
    elif kind < 0.7:
        left, right = matrix(names, size, rng.choice([size, "m"]), depth)
    else:
        left, right = scalar(names, size, depth)
    return names, size, left, right


def _claimed(names: Names, body: str) -> str:
    return f"{names.declared()}: {body}"


def _pairs(rng: random.Random) -> str:
    names, _, left, right = _pair(rng)
    return _claimed(names, f"{left} == {right}")


def _pairs_under_a_hypothesis(rng: random.Random) -> str:
    """A law in which a tensor was replaced by what a hypothesis, on all of it or on a part, says of it."""
    names, _, left, right = _pair(rng)
    tensors = [*names.vectors, *names.matrices]
    name = rng.choice(tensors)
    ways = [
        (f"flip({name})", "{} == flip({})"),
        (f"(-flip({name}))", "{} == -flip({})"),
        (f"(0*{name})", "{} == 0"),
        (f"(-{name})", "{} == -{}"),
    ]
    if name in names.matrices and len(set(names.matrices[name])) == 1:
        ways += [(f"{name}.T", "{} == {}.T"), (f"(-{name}.T)", "{} == -{}.T")]
    if name in names.vectors:
        ways += [
            (f"roll({name}, 1)", "{} == roll({},1)"),
            (f"({name}[0]*ones({names.vectors[name]}))", "diff({}) == 0"),
        ]
    replacement, form = rng.choice(ways)
    part = name + rng.choice(["", "", "[1:]", "[:2]", "[::2]", "[:-1]", "[1:-1]", "[:1]"])
    if ".T" in form and part != name:
        part = name + rng.choice(["[1:,1:]", "[:2,:2]"])
    right = re.sub(rf"\b{name}\b", lambda _: replacement, right, count=rng.choice([0, 1]))
    return _claimed(names, f"{left} == {right} {rng.choice(['if', 'if', 'if', 'iff'])} {form.replace('{}', part)}")


def _pairs_on_sizes(rng: random.Random) -> str:
    """A law that is spoilt by what vanishes at some sizes."""
    names, size, left, right = _pair(rng)
    s = size if size.isalnum() else f"({size})"
    if size == "3" or rng.random() < 0.3:
        # A parameter has to stand in an argument or a range.
        spoilt = rng.choice(
            [
                "sum(1 for t in range(p))",
                "sum(t for t in range(p))",
                "sum(1 for t in range(p, 2*p))",
                "sum(1 for t in range(p*p-p))",
            ]
        )
        condition = rng.choice(
            ["p == 0", "p <= 0", "p == 1", "p == 1 or p == 0", "p <= 1", "p >= 0", "p*p == p", "not (p >= 1)"]
        )
    else:
        spoilt = rng.choice(
            [f"({s}-1)", f"({s}-2)*({s}-3)", f"({s}-1)*({s}-2)", f"({s} % 2)", f"({s}//3)", f"({s}*{s}-{s})"]
        )
        condition = rng.choice(["n == 1", "n <= 2", "n == 2 or n == 3", "n % 2 == 0", "n <= 3", "n != 3", "n >= 1"])
    word = rng.choice(["if", "if", "iff"])
    return _claimed(names, f"{left} == {right} + {spoilt}*({left}) {word} {condition}")


def _chain(rng: random.Random) -> str:
    state = rng.getrandbits(32)
    first, second = random.Random(state), random.Random(state)
    names, _, left, right = _pair(first)
    _, _, _, _ = _pair(second)
    middle = rng.choice([f"({left})*1", f"{right} + 0*({left})", f"({left}) + ({right}) - ({right})"])
    relation = rng.choice(["==", "==", "==", "!="])
    return _claimed(names, f"{left} == {middle} {relation} {right}")


def _difference(rng: random.Random) -> str:
    if rng.random() < 0.5:
        names, _, left, right = _pair(rng)
        return _claimed(names, f"{left} != {right}")
    size = rng.choice(VECTOR_SIZES)
    hypothesis = rng.choice([part_hypothesis, size_hypothesis, lambda r: r.choice(VECTOR_EQUATIONS)])(rng)
    body = _conclusion(rng, hypothesis).replace("==", "!=")
    if rng.random() < 0.6:
        body += f" if {hypothesis}"
    return declared(resized(body, size), rng, size)


MAKERS = {
    "part": lambda rng: _about_x(rng, part_hypothesis(rng)),
    "part of a matrix": lambda rng: _about_matrix(rng, matrix_part_hypothesis(rng)),
    "comprehension": lambda rng: _about_x(rng, rng.choice(COMPREHENSIONS)),
    "equation": lambda rng: _about_x(rng, rng.choice(VECTOR_EQUATIONS)),
    "matrix equation": lambda rng: _about_matrix(rng, rng.choice(MATRIX_EQUATIONS)),
    "scalar against array": _scalar_against_array,
    "several": _several,
    "exact": _exact,
    "tied": _tied,
    "pairs": _pairs,
    "pairs under a hypothesis": _pairs_under_a_hypothesis,
    "pairs on sizes": _pairs_on_sizes,
    "chains": _chain,
    "differences": _difference,
    "products": product_claim,
    "quotients": quotient_claim,
}
