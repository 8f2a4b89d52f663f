"""Random claims whose sides are written out: sums over indices, index formulas, layers, literals and slices."""

from __future__ import annotations

import re
from random import Random

SUMS = """
x[N]: sum(x[i] for i in range(N)) == sum(x)
x[N]: sum(x[N-1-i] for i in range(N)) == sum(x)
x[N]: sum(x[i-1] for i in range(1, N+1)) == sum(x)
x[N]: sum(x[i % N] for i in range(N)) == sum(x)
x[N]: sum(x[i//2] for i in range(2*N)) == 2*sum(x)
x[N]: sum(x[i//3] for i in range(3*N)) == 3*sum(x)
x[2*N]: sum(x[2*i] for i in range(N)) + sum(x[2*i+1] for i in range(N)) == sum(x)
x[N]: sum(x[i] for i in range(N//2)) + sum(x[i] for i in range(N//2, N)) == sum(x)
x[N]: sum((-1)*x[i] for i in range(N//2)) + sum(x) == sum(x[i] for i in range(N//2, N))
x[N], k[M]: sum(x[i]*k[j] for i in range(N) for j in range(M)) == sum(x)*sum(k)
x[N], k[M]: sum(x[i]*k[j] for i in range(N) for j in range(M)) == sum(convolve(x, k))
x[N], k[M]: sum(x[i] for i in range(N) for j in range(M)) + 0*sum(k) == sum(M*x)
x[N], k[M]: sum(x[i+j] for i in range(N) for j in range(M)) + 0*sum(k) == sum(min(i+1, M)*x[i] for i in range(N))
x[N], k[M]: sum(x[i-j]*k[j] for i in range(N) for j in range(M)) == sum(convolve(x, k)[:N])
x[N]: sum(x[i] for i in range(N) for j in range(i)) == sum(i*x[i] for i in range(N))
x[N]: sum(x[i] for i in range(N) for j in range(i, N)) == sum((N-i)*x[i] for i in range(N))
x[N]: sum(x[i]*x[j] for i in range(N) for j in range(N)) == sum(x)*sum(x)
x[N]: sum(x[i]*x[j] for i in range(N) for j in range(i)) == sum(x[i]*x[j] for j in range(N) for i in range(j+1, N))
x[N]: 2*sum(x[i]*x[j] for i in range(N) for j in range(i)) == sum(x)*sum(x) - sum(x*x)
x[N]: sum(x[j] for i in range(N) for j in range(i-1, i+2)) == 3*sum(x) - x[0] - x[N-1]
x[N]: sum(x[i]*x[i+1] for i in range(N)) == correlate(x, x)[N]
x[N]: sum(x[max(i, j)] for i in range(N) for j in range(N)) == sum((2*i+1)*x[i] for i in range(N))
x[N]: sum(x[min(i, N-1-i)] for i in range(N)) == sum(flip(x)[max(i, N-1-i)] for i in range(N))
x[N], c: 2*c*sum(i for i in range(N)) + 0*sum(x) == N*(N-1)*c
x[N], c: 6*c*sum(i*i for i in range(N)) + 0*sum(x) == N*(N-1)*(2*N-1)*c
x[N], c: 2*c*sum(1 for i in range(N) for j in range(i)) + 0*sum(x) == (N*N - N)*c
x[N]: [x[N-1-i] for i in range(N)] == flip(x)
x[N]: [sum(x[j] for j in range(i+1)) for i in range(N)] == [sum(x[:N-i]) for i in range(N)][::-1]
X[n,m]: [[X[i,j] for i in range(n)] for j in range(m)] == X.T
"""

SUM_CHANGES = """
range(N) -> range(N+1); range(N) -> range(1, N); range(N) -> range(M); range(M) -> range(N); range(i) -> range(i+1)
i] -> i+1]; j] -> j-1]; x[i] -> x[0]; N-1 -> N; 2* -> 3*; 3*sum -> sum; i*i -> i*(i+1); //2 -> //3; i % N -> i % 2
min -> max; 2*i+1 -> 2*i; N-i -> i; - x[0] -> + x[0]; flip(x) -> x; X.T -> flip(X.T); :N -> 1:; range(2*N) -> range(N)
"""

SLICES = """
x[N], y[N]: x[a:b] + y[a:b] == (x + y)[a:b]
x[N]: sum(x[:a]) + sum(x[a:]) == sum(x)
x[N]: flip(x[:a]) == flip(x)[N-a:]
x[N]: x[a:b][c:] == x[a+c:b]
x[N]: sum(x[a:]) == sum(x[u+a] for u in range(N))
x[N], y[N]: convolve(x, y[a:b]) == convolve(y[a:b], x)
x[N], y[N]: x[a]*y[b] == outer(x, y)[a,b]
x[N]: x[1:][1:] == x[2:]
x[N]: x[::2][::2] == x[::4]
x[N]: x[::-1][1:] == flip(x[:-1])
x[N]: sum(x[::2]) + sum(x[1::2]) == sum(x)
x[N]: x[-2:] == flip(flip(x)[:2])
X[n,m], v[n]: X[i,j]*v[i] == outer(v, X[i])[i,j]
X[n,m]: X[1:,:-1].T == X.T[:-1,1:]
X[n,m]: X[:, 0][::-1] == flip(X, axis=0)[:, 0]
"""

SLICE_CHANGES = """
[a:b] -> [a:b+1]; x[a -> x[a+1; flip(x) -> x; [:a] -> [a:]; N-a -> a; [a,b] -> [b,a]; x[u+a] -> x[u-a]; v[i] -> v[j]
a+c -> c; 2: -> 1:; ::4 -> ::3; ::2 -> 1::2; [:-1] -> [1:]; [1:] -> [:-1]; 1::2 -> ::3; axis=0 -> axis=1; :2 -> :3
"""

LAYERS = """
T[C,H,W], G[F,C,h,w]: conv2d(T, G, ...)[f,i,j] == sum(T[c,S*i+D*u-P,S*j+D*v-P]*G[f,c,u,v] for c in range(C) TAPS)
T[C,H,W], G[F,C,h,w]: reshape(G, (F, C*h*w)) @ unfold(T, (h,w), ...) == reshape(conv2d(T, G, ...), (F, ROWS*COLUMNS))
T[C,H,W], G[F,C,h,w], b[F]: conv2d(T, G, b, ...)[f] == conv2d(T, G, ...)[f] + b[f]
T[C,H,W], G[F,C,h,w]: conv2d(T, G)[f] == sum(correlate(T[c], G[f,c], "valid") for c in range(C))
T[C,H,W], G[F,C,h,w]: conv2d(2*T, G, ...) == conv2d(T, 2*G, ...)
T[C,H,W], G[F,C,h,w]: conv2d(flip(T, axis=(1,2)), flip(G, axis=(2,3))) == flip(conv2d(T, G), axis=(1,2))
T[C,H,W], G[F,C,1,1]: conv2d(T, G)[f,i,j] == dot(G[f,:,0,0], T[:,i,j])
T[1,H,W], G[1,1,h,w]: conv2d(T, G)[0] == correlate(T[0], G[0,0], "valid")
T[C,H,W], G[F,C,h,w], Z[F,C,h,w]: conv2d(T, G + Z, ...) == conv2d(T, G, ...) + conv2d(T, Z, ...)
T[C,H,W], G[F,C,h,w]: conv2d(T, G, stride=2) == conv2d(T, G)[:, ::2, ::2]
T[C,H,W], G[F,C,h,w]: conv2d(T, G, padding=1)[:, 1:-1, 1:-1] == conv2d(T, G)
T[C,N], G[F,C,M]: conv1d(T, G, ...)[f,i] == sum(T[c,S*i+D*u-P]*G[f,c,u] for c in range(C) for u in range(M))
"""

LAYER_CHANGES = """
stride=2 -> stride=3; padding=1 -> padding=2; dilation=2 -> dilation=3; i+ -> i+1+; +D*v -> -D*v; axis=(1,2) -> axis=1
flip(G, axis=(2,3)) -> G; [f,c -> [f,0; range(C) -> range(F); 2*G -> 3*G; 2*T -> flip(T); correlate -> convolve
::2, ::2 -> 1::2, ::2; T, G -> T, flip(G, axis=2); T, G -> T, flip(G, axis=0); reshape(G -> reshape(flip(G, axis=3)
b[f] -> b[0]; [0,0] -> [0,0].T; G)[0] -> G)[0].T; T, Z -> T, G; 1:-1, 1:-1 -> 1:-1, 2:; S*i -> i; range(C) -> range(1)
"""


def _law(random: Random, laws: str, kind: str, changes: str) -> str:
    """One of the laws; changed in one place if mutated, and in up to three if wild."""
    text = random.choice(laws.strip().splitlines())
    if kind == "law":
        return text
    declared, _, body = text.partition(": ")
    for _ in range(1 if kind == "mutated" else random.randint(2, 3)):
        options = [change.split(" -> ") for line in changes.strip().splitlines() for change in line.split("; ")]
        fitting = [(old, new) for old, new in options if old in body]
        if fitting:
            old, new = random.choice(fitting)
            at = random.choice([m.start() for m in re.finditer(re.escape(old), body)])
            body = body[:at] + new + body[at + len(old) :]
    return f"{declared}: {body}"


def sums(random: Random, kind: str) -> str:
    """Sums over bound indices: changes of the index, and sums of any kind."""
    if kind == "wild" and random.random() < 0.6:
        return "x[N], k[M]: " + " == ".join(_random_sum(random) for _ in range(2))
    text = _law(random, SUMS, kind, SUM_CHANGES)
    return text if "k[M]" in text or not re.search(r"\bM\b", text) else text.replace("x[N]:", "x[N], k[M]:")


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


def layers(random: Random, kind: str) -> str:
    """Convolution layers, im2col and their formulas."""
    s, p, d = random.choice([1, 1, 2, 3]), random.choice([0, 0, 1, 2]), random.choice([1, 1, 2])
    given = "".join(
        f", {n}={v}" for n, v, plain in (("stride", s, 1), ("padding", p, 0), ("dilation", d, 1)) if v != plain
    )
    counts = [f"(({n}+{2 * p}-{d}*({k}-1)-1)//{s}+1)" for n, k in (("H", "h"), ("W", "w"))]
    text = _law(random, LAYERS, kind, LAYER_CHANGES)
    for name, value in {"ROWS": counts[0], "COLUMNS": counts[1], "TAPS": "for u in range(h) for v in range(w)"}.items():
        text = text.replace(name, value)
    text = re.sub(r"\b[SDP]\b", lambda m: str({"S": s, "D": d, "P": p}[m[0]]), text)
    return text.replace(", ...", given)


def literals(random: Random, kind: str) -> str:
    """Literal kernels, and slices with parameters."""
    if random.random() < 0.6:
        return _law(random, SLICES, kind, SLICE_CHANGES)
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
