"""Random well-typed claims as text, from a seed: true by known laws, mutated from true ones, and wild."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from random_expressions import Expressions, IllTypedError, Node, leaf, mutated, rewritten

SHAPES = {
    "x": ("N",), "y": ("N",), "k": ("M",), "l": ("L",), "A": ("H", "W"), "B": ("H", "W"), "K": ("h", "w"),
    "X": ("n", "m"), "Y": ("m", "n"), "S": ("n", "n"), "v": ("n",), "c": (),
}  # fmt: skip

POOLS = {
    "vectors": "x y k c",
    "kernels": "x k l",
    "images": "A K c",
    "matrices": "X Y v",
    "square": "S v c",
    "arrays": "A B K",
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
        family = random.choice(list(FAMILIES))
        kind = random.choice(["law", "mutated", "wild"])
        try:
            text = FAMILIES[family](random, kind)
        except IllTypedError:
            continue
        slides = text.count("convolve") + text.count("correlate")
        if len(text) < 400 and (slides <= 4 or random.random() < 0.2):
            return RandomClaim(text, family, kind)


def _declared(names: set[str], is_complex: set[str], functions: bool, shapes: dict[str, tuple[str, ...]] = SHAPES) -> str:
    parts = []
    for name, shape in shapes.items():
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


def _text(random: Random, left: Node, right: Node, is_complex: set[str] = set(), suffix: str = "", more: str = "") -> str:  # noqa: B006
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
    return _text(random, left, right, {n for n in names.split() if n != "y"})


# Hypotheses


def _tensor_hypothesis(random: Random, name: str) -> str:
    options = [f"{name} == flip({name})", f"{name} == -flip({name})", f"{name} == 0"]
    if len(SHAPES[name]) == 2:
        options += [f"{name} == {name}.T", f"{name} == flip({name}, axis=0)", f"{name} == rot90({name}, 2)", f"{name} == -{name}.T"]
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
    source = Expressions(random, _leaves(POOLS[random.choice(["vectors", "images", "square", "arrays", "kernels"])]))
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
        sizes = sorted({s for n in names for s in SHAPES[n]})
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
CONDITIONS_2D = [*CONDITIONS, "{0} == {0}.T", "{0} == flip({0}, axis=0)", "{0} == flip({0}, axis=1)", "{0} == flip({0}.T)"]


def _exactly(random: Random, kind: str) -> str:
    """Claims about the exact condition; a law is one of the known answers."""
    mode = random.choice(["", ', "valid"', ', "same"'])
    a, b = random.choice([("x", "k"), ("A", "K")])
    flat = a == "x"
    known = [
        (f"convolve({a}, {b}, \"valid\") == correlate({a}, {b}, \"valid\")", f"{b} == flip({b})"),
        (f"convolve({a}, {b}) == correlate({a}, {b})", f"{b} == flip({b})"),
        (f"convolve({a}, {b}) == -correlate({a}, {b})", f"{b} == -flip({b})"),
        (f"sum({a}) * {b} == flip({b}) * sum({a})", f"{b} == flip({b})"),
        (f"{a} == 2*{a}", f"{a} == 0"),
    ]
    known += [] if flat else [("A == B", "A == B"), ("dot(v, S @ v) == 0", "S == -S.T"), ("S @ S == S @ S.T", "S == S.T"), ("X == rot90(X, 2)", "X == flip(X)")]
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
    return f"{_declared(_with_sizes(names), set(), False)}: {body}"


def _with_sizes(names: set[str]) -> set[str]:
    """The names with a tensor for every size that is mentioned."""
    sizes = {s for n in names for s in SHAPES.get(n, ())}
    return names | {next(t for t, shape in SHAPES.items() if n in shape) for n in names & set("NMLHWhwnm") - sizes}


# Index formulas


def _affine(random: Random, names: list[str], sizes: list[str]) -> str:
    name = random.choice(names)
    forms = [name, name, f"{name}+1", f"{name}-1", f"{sizes[0]}-1-{name}", f"2*{name}", f"{name}//2", f"{name} % 2"]
    if len(names) > 1:
        other = random.choice([n for n in names if n != name])
        forms += [f"{name}+{other}", f"{name}-{other}", f"2*{name}+{other}", f"{name}+2*{other}-1"]
    return random.choice(forms)


def _sums(random: Random, kind: str) -> str:
    """Sums over bound indices; a law is a change of the index."""
    if kind == "wild":
        return "x[N], k[M]: " + " == ".join(_random_sum(random) for _ in range(2))
    laws = [
        ("sum(x[i] for i in range(N))", "sum(x)"),
        ("sum(x[N-1-i] for i in range(N))", "sum(x)"),
        ("sum(x[i-1] for i in range(1, N+1))", "sum(x)"),
        ("sum(x[i]*k[j] for i in range(N) for j in range(M))", "sum(x)*sum(k)"),
        ("sum(x[i] for i in range(N) for j in range(M))", "sum(M*x)"),
        ("sum(x[i] for i in range(N) for j in range(i))", "sum(i*x[i] for i in range(N))"),
        ("sum(x[i] for i in range(N) for j in range(i, N))", "sum((N-i)*x[i] for i in range(N))"),
        ("sum(x[i]*x[j] for i in range(N) for j in range(N))", "sum(x)*sum(x)"),
        ("sum(x[i]*x[j] for i in range(N) for j in range(i))", "sum(x[i]*x[j] for j in range(N) for i in range(j+1, N))"),
        ("sum(i for i in range(N))*c*2", "N*(N-1)*c"),
        ("sum(i*i for i in range(N))*c*6", "N*(N-1)*(2*N-1)*c"),
        ("sum(x[2*i] for i in range(N)) + sum(x[2*i+1] for i in range(N))", "sum(x)"),
        ("sum(x[i//2] for i in range(2*N))", "2*sum(x)"),
        ("sum(x[i//3] for i in range(3*N))", "3*sum(x)"),
        ("sum(x[i % N] for i in range(N))", "sum(x)"),
        ("sum(x[i]*k[j] for i in range(N) for j in range(M))", "sum(convolve(x, k))"),
        ("sum(x[i+j] for i in range(N) for j in range(M))", "sum(min(i+1, M)*x[i] for i in range(N))"),
        ("sum(x[j] for i in range(N) for j in range(i-1, i+2))", "3*sum(x) - x[0] - x[N-1]"),
        ("sum(x[i]*x[i+1] for i in range(N))", "correlate(x, x)[N]"),
        ("sum(x[max(i, j)] for i in range(N) for j in range(N))", "sum((2*i+1)*x[i] for i in range(N))"),
        ("sum(x[min(i, N-1-i)] for i in range(N))", "sum(x[min(i, N-1-i)] for i in range(N))"),
        ("sum(1 for i in range(N) for j in range(i))*2*c", "(N*N - N)*c"),
        ("sum((-1)*x[i] for i in range(N//2)) + sum(x)", "sum(x[i] for i in range(N//2, N))"),
    ]
    left, right = random.choice(laws)
    if kind == "mutated":
        old, new = random.choice([("range(N)", "range(N+1)"), ("range(N)", "range(1, N)"), ("i]", "i+1]"), ("2*", "3*"), ("j]", "j-1]"), ("N-1", "N"), ("range(i)", "range(i+1)"), ("i*i", "i*(i+1)"), ("range(M)", "range(N)"), ("//2", "//3"), ("i % N", "i % M"), ("x[i]", "x[0]"), ("3*sum", "sum"), ("min", "max"), ("range(N)", "range(M)")])
        if random.random() < 0.5:
            left = left.replace(old, new, random.choice([1, -1]))
        else:
            right = right.replace(old, new, 1)
    names = set(re.findall(r"\w+", left + right))
    shapes = dict(SHAPES)
    if "x[2*i+1]" in left and kind == "law":
        shapes["x"] = ("2*N",)
    declared = [n for n in ("x", "k", "c") if n in names]
    if "M" in names and "k" not in declared:
        declared.append("k")
    if "N" in names and "x" not in declared:
        declared.append("x")
    return f"{_declared(set(declared), set(), False, shapes)}: {left} == {right}"


def _random_sum(random: Random) -> str:
    names = random.sample(["i", "j"], random.choice([1, 1, 2]))
    ranges, known = [], []
    for name in names:
        bounds = ["N", "M", "N+1", "2*N", "1, N", "N//2", "3", "N-1", "1, M+1", "M, N", "N+M-1"] + [f"{n}" for n in known] + [f"{n}, N" for n in known] + [f"{n}+2" for n in known]
        ranges.append(f"for {name} in range({random.choice(bounds)})")
        known.append(name)
    factors = [f"{random.choice('xk')}[{_affine(random, names, ['N', 'M'])}]" for _ in range(random.choice([1, 1, 2]))]
    if random.random() < 0.25:
        factors.insert(0, random.choice([names[0], f"({names[-1]}+1)", "2"]))
    return f"sum({'*'.join(factors)} {' '.join(ranges)})"


def _indexed(random: Random, kind: str) -> str:
    """An operator at a free index against its index formula, with the offset right or not."""
    op, mode = random.choice(["convolve", "correlate"]), random.choice(["full", "same", "valid"])
    offsets = {"full": "0", "same": "(M-1)//2", "valid": "M-1"} if op == "convolve" else {"full": "1-M", "same": "-(M//2)", "valid": "0"}
    sign = "-" if op == "convolve" else "+"
    offset = offsets[mode]
    if kind != "law":
        offset = random.choice([*offsets.values(), "(M-1)//2", "M//2", "-((M-1)//2)", "1", "-1", "-M"])
    if kind == "wild":
        sign = random.choice("+-")
        mode = random.choice(["full", "same", "valid"])
    tap, bounds = "k[u]", "M"
    if random.random() < 0.3:
        tap, sign = "k[M-1-u]", {"+": "-", "-": "+"}[sign]
        offset = f"{offset}+M-1" if sign == "-" else f"{offset}-M+1"
        if kind == "wild" and random.random() < 0.5:
            bounds = "M-1"
    formula = f"sum(x[m+{offset}{sign}u]*{tap} for u in range({bounds}))"
    if random.random() < 0.35:
        (first, second) = (formula.replace("x[", "A[").replace("k[", "K[").replace("M", "h"), "")
        body = re.match(r"sum\(A\[(.*?)\]\*K\[(.*?)\] for u in range\((.*)\)\)$", first)
        assert body is not None
        row, at, stop = body.groups()
        column, at2, stop2 = (p.replace("m+", "n+").replace("h", "w").replace("u", "v") for p in (row, at, stop))
        if kind == "wild" and random.random() < 0.3:
            column = column.replace("n+", "n+1+")
        formula = f"sum(A[{row},{column}]*K[{at},{at2}] for u in range({stop}) for v in range({stop2}))"
        return f'A[H,W], K[h,w]: {op}(A, K, "{mode}")[m,n] == {formula}'
    suffix = random.choice(["", "", "", " if M % 2 == 1", " if M <= N", " iff M % 2 == 1", " iff M == 1", " if k == flip(k)"])
    return f'x[N], k[M]: {op}(x, k, "{mode}")[m] == {formula}{suffix}'


# Layers


def _layers(random: Random, kind: str) -> str:
    """Convolution layers, im2col and their formulas."""
    s, p, d = (random.choice([1, 1, 2, 3]), random.choice([0, 0, 1, 2]), random.choice([1, 1, 2]))
    given = "".join(f", {name}={v}" for name, v, default in (("stride", s, 1), ("padding", p, 0), ("dilation", d, 1)) if v != default)
    rows, columns = ((f"({n}+{2 * p}-{d}*({k}-1)-1)//{s}+1" for n, k in (("H", "h"), ("W", "w"))) if given else ("H-h+1", "W-w+1"))
    image, kernel = "T[C,H,W]", "G[F,C,h,w]"
    unfolded = f"unfold(T, (h,w){''.join(f', {n}={v}' for n, v, z in (('dilation', d, 1), ('padding', p, 0), ('stride', s, 1)) if v != z)})"
    laws = [
        (f"{image}, {kernel}", f"conv2d(T, G{given})[f,i,j]", f"sum(T[c,{s}*i+{d}*u-{p},{s}*j+{d}*v-{p}]*G[f,c,u,v] for c in range(C) for u in range(h) for v in range(w))"),
        (f"{image}, {kernel}", f"reshape(G, (F, C*h*w)) @ {unfolded}", f"reshape(conv2d(T, G{given}), (F, ({rows})*({columns})))"),
        (f"{image}, {kernel}, b[F]", f"conv2d(T, G, b{given})[f]", f"conv2d(T, G{given})[f] + b[f]"),
        (f"{image}, {kernel}", "conv2d(T, G)[f]", 'sum(correlate(T[c], G[f,c], "valid") for c in range(C))'),
        (f"{image}, {kernel}", f"conv2d(2*T, G{given})", f"conv2d(T, 2*G{given})"),
        (f"{image}, {kernel}", "conv2d(flip(T, axis=(1,2)), flip(G, axis=(2,3)))", "flip(conv2d(T, G), axis=(1,2))"),
        ("T[C,H,W], G[F,C,1,1]", "conv2d(T, G)[f,i,j]", "dot(G[f,:,0,0], T[:,i,j])"),
        ("T[1,H,W], G[1,1,h,w], K[h,w]", "conv2d(T, G)[0]", 'correlate(T[0], G[0,0], "valid")'),
        (f"{image}, {kernel}, Z[F,C,h,w]", f"conv2d(T, G + Z{given})", f"conv2d(T, G{given}) + conv2d(T, Z{given})"),
        (f"{image}, {kernel}", "conv2d(T, G, stride=2)", "conv2d(T, G)[:, ::2, ::2]"),
    ]
    declared, left, right = random.choice(laws)
    if kind != "law":
        changes = [("stride=2", "stride=3"), ("padding=1", "padding=2"), ("dilation=2", "dilation=3"), ("i+", "i+1+"), ("+v", "-v"), ("flip(G, axis=(2,3))", "G"), ("axis=(1,2)", "axis=1"),
                   ("[f,c", "[f,0"), ("range(C)", "range(h)"), ("2*G", "3*G"), ("conv2d(T, G)", "conv2d(T, flip(G, axis=(2,3)))"), ("correlate", "convolve"), (":, ::2, ::2", ":, 1::2, ::2"), ("stride=2, padding=1", "stride=1, padding=2"),
                   ("T, G", "T, flip(G, axis=2)"), ("T, G", "T, flip(G, axis=0)"), ("reshape(G", "reshape(flip(G, axis=3)"), ("b[f]", "b[0]"), ("[0,0]", "[0,0].T"), ("conv2d(T, G)[0]", "conv2d(T, G)[0].T")]  # fmt: skip
        random.shuffle(changes)
        for _ in range(1 if kind == "mutated" else 2):
            old, new = next(((o, n) for o, n in changes if o in left + right), ("", ""))
            if old and old in right:
                right = right.replace(old, new, 1)
            elif old:
                left = left.replace(old, new, 1)
            changes = [c for c in changes if c[0] != old]
    return f"{declared}: {left} == {right}"


def _literals(random: Random, kind: str) -> str:
    """Literal kernels and slices with parameters."""
    taps = [random.randint(-2, 2) for _ in range(random.choice([1, 2, 3]))]
    op, mode = random.choice(["convolve", "correlate"]), random.choice(["full", "same", "valid"])
    n = len(taps)
    start = {"full": 0, "same": (n - 1) // 2, "valid": n - 1}[mode]
    order = taps if op == "convolve" else taps[::-1]
    terms = [f"{t}*x[m{start - u:+d}]" if start != u else f"{t}*x[m]" for u, t in enumerate(order)]
    if kind == "mutated":
        terms[random.randrange(n)] = f"{random.choice([1, taps[0]])}*x[m{random.choice([-2, -1, 1, 2]):+d}]"
    laws = [
        (f'{op}(x, {taps}, "{mode}")[m]', " + ".join(terms), "x[N]"),
        ("x[a:b] + y[a:b]", "(x + y)[a:b]", "x[N], y[N]"),
        ("sum(x[:a]) + sum(x[a:])", "sum(x)", "x[N]"),
        ("convolve(x, y[a:b])", "convolve(y[a:b], x)", "x[N], y[N]"),
        ("x[a]*y[b]", "outer(x, y)[a,b]", "x[N], y[N]"),
        ("flip(x[:a])", "flip(x)[N-a:]", "x[N]"),
        ("X[i,j]*v[i]", "outer(v, X[i])[i,j]", "X[n,m], v[n]"),
        ("sum(x[a:])", "sum(x[u+a] for u in range(N))", "x[N]"),
        (f"convolve({taps}, {taps[::-1]})", f"convolve({taps[::-1]}, {taps})", ""),
        (f"dot(x, {taps})", " + ".join(f"{t}*x[{i}]" for i, t in enumerate(taps)), f"x[{n}]"),
    ]
    left, right, declared = random.choice(laws[:1] * 4 + laws)
    if kind != "law":
        old, new = random.choice([("[a:b]", "[a:b+1]"), ("x[a", "x[a+1"), ("flip", ""), ("[:a]", "[a:]"), ("N-a", "a"), ("[a,b]", "[b,a]"), ("x[u+a]", "x[u-a]"), ("2*", "3*"), ("v[i]", "v[j]"), ("same", "valid"), ("full", "same")])
        left, right = (left.replace(old, new), right) if random.random() < 0.5 else (left, right.replace(old, new))
    return f"{declared}: {left} == {right}" if declared else f"{left} == {right}"


FAMILIES: dict[str, Callable[[Random, str], str]] = {
    "sliding": _algebra("kernels kernels images images vectors"),
    "products": _algebra("matrices square arrays"),
    "mixed": _algebra("vectors images square arrays kernels matrices"),
    "functions": _functions,
    "complex": _complex,
    "hypotheses": _under_hypotheses,
    "iff": _exactly,
    "index sums": _sums,
    "index formulas": _indexed,
    "layers": _layers,
    "literals, slices": _literals,
}
