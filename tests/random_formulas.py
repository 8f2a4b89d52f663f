"""Random claims whose sides are written out: sums over indices, index formulas, and literals."""

from __future__ import annotations

import re
from random import Random


def sums(random: Random, kind: str) -> str:
    """Two sums over bound indices; for a law the second is the first with its indices moved."""
    first = _random_sum(random)
    second = _moved(first, random) if kind != "wild" else _random_sum(random)
    if kind == "mutated":
        changes = [("M", "N"), ("+1", ""), ("-1", "+1"), ("N", "M"), ("//2", "//3"), ("2*", "3*"), ("k[", "x[")]
        fitting = [(old, new) for old, new in changes if old in second]
        if fitting:
            second = second.replace(*random.choice(fitting), 1)
    return f"x[N], k[M]: {first} == {second}"


def _moved(text: str, random: Random) -> str:
    """The sum with one index counted from 1 on further."""
    body, *loops = re.split(r" (?=for )", text[4:-1])
    at = random.randrange(len(loops))
    name = loops[at].split()[1]
    bounds = loops[at].split("range(")[1][:-1].split(", ")
    low, high = bounds if len(bounds) == 2 else ("0", bounds[0])
    by = random.choice([1, 2])
    rest = [body, *loops[at + 1 :]]
    rest = [re.sub(rf"(?<!for )\b{name}\b", f"({name}-{by})", part) for part in rest]
    loop = f"for {name} in range({low}+{by}, {high}+{by})"
    return f"sum({' '.join([rest[0], *loops[:at], loop, *rest[1:]])})"


def _random_sum(random: Random) -> str:
    names = random.sample(["i", "j"], random.choice([1, 1, 2]))
    ranges: list[str] = []
    bounds = ["N", "M", "N+1", "2*N", "1, N", "N//2", "3", "N-1", "1, M+1", "M, N", "N+M-1"]
    for name in names:
        ranges.append(f"for {name} in range({random.choice(bounds)})")
        bounds += [name, f"{name}, N", f"{name}+2"] * 3
    factors = [f"{random.choice('xk')}[{_affine(random, names)}]" for _ in range(random.choice([1, 1, 2]))]
    if random.random() < 0.25:
        factors.insert(0, random.choice([names[0], f"({names[-1]}+1)", "2"]))
    return f"sum({'*'.join(factors)} {' '.join(ranges)})"


def _affine(random: Random, names: list[str]) -> str:
    name, other = random.choice(names), random.choice(names)
    forms = [name, name, f"{name}+1", f"{name}-1", f"N-1-{name}", f"2*{name}", f"{name}//2", f"{name} % 2"]
    if other != name:
        forms += [f"{name}+{other}", f"{name}-{other}", f"2*{name}+{other}", f"{name}+2*{other}-1"]
    return random.choice(forms)


def indexed(random: Random, kind: str) -> str:
    """An operator at a free index against its index formula, with the offset right or not."""
    op, mode = random.choice(["convolve", "correlate"]), random.choice(["full", "same", "valid"])
    right = {"convolve": ("0", "(M-1)//2", "M-1"), "correlate": ("1-M", "-(M//2)", "0")}[op]
    offset = dict(zip(("full", "same", "valid"), right, strict=True))[mode]
    sign, tap, stop = "-" if op == "convolve" else "+", "k[u]", "M"
    if kind != "law":
        offset = random.choice([*right, "(M-1)//2", "M//2", "-((M-1)//2)", "1", "-1", "-M"])
    if kind == "wild":
        sign, stop = random.choice("+-"), random.choice(["M", "M", "M-1", "M+1"])
    if random.random() < 0.3:
        tap, sign = "k[M-1-u]", "+" if sign == "-" else "-"
        offset = f"{offset}+M-1" if sign == "-" else f"{offset}-M+1"
    place = f"m+{offset}{sign}u"
    if random.random() < 0.35:
        rows = [part.replace("M", "h") for part in (place, tap[2:-1], stop)]
        columns = [part.replace("m+", "n+").replace("h", "w").replace("u", "v") for part in rows]
        if kind == "wild":
            columns[0] = random.choice([columns[0], columns[0].replace("n+", "n+1+")])
        body = f"A[{rows[0]},{columns[0]}]*K[{rows[1]},{columns[1]}]"
        formula = f"sum({body} for u in range({rows[2]}) for v in range({columns[2]}))"
        return f'A[H,W], K[h,w]: {op}(A, K, "{mode}")[m,n] == {formula}'
    formula = f"sum(x[{place}]*{tap} for u in range({stop}))"
    if random.random() < 0.15:
        formula = formula.replace("M-1", "2*r").replace("M", "(2*r+1)")
        suffix = random.choice(["", " if r >= 1", " iff r == 0"])
        return f'x[N], k[2*r+1]: {op}(x, k, "{mode}")[m] == {formula}{suffix}'
    conditions = ["if M % 2 == 1", "if M <= N", "iff M % 2 == 1", "iff M == 1", "if k == flip(k)"]
    suffix = random.choice(["", "", "", *(f" {c}" for c in conditions)])
    return f'x[N], k[M]: {op}(x, k, "{mode}")[m] == {formula}{suffix}'


def literals(random: Random, kind: str) -> str:
    """Literal kernels."""
    taps = [random.randint(-2, 2) for _ in range(random.choice([1, 2, 3]))]
    op, mode = random.choice(["convolve", "correlate"]), random.choice(["full", "same", "valid"])
    n = len(taps)
    start = {"full": 0, "same": (n - 1) // 2, "valid": n - 1}[mode]
    ordered = taps if op == "convolve" else taps[::-1]
    terms = [f"{t}*x[m{start - u:+d}]" if start != u else f"{t}*x[m]" for u, t in enumerate(ordered)]
    if kind != "law":
        terms[random.randrange(n)] = f"{random.choice([1, taps[0]])}*x[m{random.choice([-2, -1, 1, 2]):+d}]"
    if random.random() < 0.2:
        return f"x[{n}]: dot(x, {taps}) == " + " + ".join(f"{t}*x[{i}]" for i, t in enumerate(taps))
    return f'x[N]: {op}(x, {taps}, "{mode}")[m] == ' + " + ".join(terms)
