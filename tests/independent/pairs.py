"""Equal expressions: each function gives two texts of the same value, built alike from smaller ones."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

Pair = tuple[str, str]


@dataclass
class Names:
    """Tensors as they are needed, with their declarations."""

    rng: random.Random
    complex: bool = False
    vectors: dict[str, str] = field(default_factory=dict)
    matrices: dict[str, tuple[str, str]] = field(default_factory=dict)
    scalars: list[str] = field(default_factory=list)

    def vector(self, size: str) -> str:
        known = [v for v, s in self.vectors.items() if s == size]
        if known and (self.rng.random() < 0.6 or len(self.vectors) > 3):
            return self.rng.choice(known)
        name = next(v for v in "xyzvwabkrst" if v not in self.vectors and v not in self.scalars)
        self.vectors[name] = size
        return name

    def matrix(self, rows: str, columns: str) -> str:
        known = [m for m, s in self.matrices.items() if s == (rows, columns)]
        if known and (self.rng.random() < 0.6 or len(self.matrices) > 2):
            return self.rng.choice(known)
        name = next(v for v in "XYZABCDEFG" if v not in self.matrices)
        self.matrices[name] = (rows, columns)
        return name

    def scalar(self) -> str:
        if not self.scalars or self.rng.random() < 0.4 and len(self.scalars) < 2:
            self.scalars.append("cd"[len(self.scalars)])
        return self.rng.choice(self.scalars)

    def declared(self) -> str:
        kind = " complex" if self.complex else ""
        parts = [f"{v}[{s}]{kind}" for v, s in self.vectors.items()]
        parts += [f"{m}[{r},{c}]{kind}" for m, (r, c) in self.matrices.items()]
        return ", ".join(parts + [s + kind for s in self.scalars])


def integer(rng: random.Random, sizes: list[str]) -> str:
    """A shift, a count or the like."""
    return rng.choice(["1", "2", "p", "p", "q", "-p", "p+1", "3", *sizes, f"{sizes[0]}-1", f"{sizes[0]}//2", "2*p"])


def vector(names: Names, size: str, depth: int) -> Pair:
    """Two texts for a vector of this size."""
    rng = names.rng
    if depth <= 0 or rng.random() < 0.15:
        v = names.vector(size)
        return v, v
    a, b = vector(names, size, depth - 1)
    p, q = integer(rng, [size]), integer(rng, [size])
    options = [
        lambda: (f"flip({a})", f"({b})[::-1]"),
        lambda: (f"flip(flip({a}))", b),
        lambda: (f"roll(roll({a}, {p}), {q})", f"roll({b}, {p} + {q})"),
        lambda: (f"roll({a}, {p})", f"roll({b}, {p} + {size})"),
        lambda: (f"flip(roll({a}, {p}))", f"roll(flip({b}), -({p}))"),
        lambda: (f"[({a})[i] for i in range({size})]", b),
        lambda: (f"[({a})[{size}-1-j] for j in range({size})]", f"flip({b})"),
        lambda: (f"2*{_factor(a)}", f"{b} + {b}"),
        lambda: (f"-({a})", f"0*({b}) - ({b})"),
        lambda: (f"concatenate((({a})[:1], ({a})[1:]))", b),
        lambda: (f"diff(cumsum({a}), prepend=0)", b),
        lambda: (f"convolve({a}, [1])", b),
        lambda: (f"convolve({a}, [0, 1])[1:]", b),
        lambda: (f'correlate({a}, [1, 2, 3], "same")', f'convolve({b}, [3, 2, 1], "same")'),
        lambda: (f"pad({a}, (2, 1))[2:-1]", b),
        lambda: (f"cumsum({a})", f"[sum(({b})[u] for u in range(i+1)) for i in range({size})]"),
        lambda: (f"real({a}) + 1j*imag({a})" if names.complex else f"conj({a})", b),
        lambda: (f"eye({size}) @ ({a})", b),
        lambda: (f"diag({a}) @ ones({size})", b),
        lambda: (f"sum(diag({a}), axis=0)", b),
        lambda: (f"[(({a})[i] if i >= 1 else 0) for i in range({size})]", f"({b}) - ({b})[0]*unit_impulse({size})"),
        lambda: (f"circulant({a})[:, 0]", b),
        lambda: (f"tile({a}, 2)[:{size}]", b),
        lambda: (f"repeat({a}, 2)[::2]", b),
        lambda: (f"stack(({a}, {a}))[1]", b),
        lambda: (f"expand_dims({a}, 0)[0]", b),
        lambda: (f"roll({a}, 1)", f"concatenate((({b})[-1:], ({b})[:-1]))"),
        lambda: _sum_of(names, size, depth, (a, b)),
        lambda: _sum_of(names, size, depth, (a, b)),
        lambda: _times(names, size, depth, (a, b)),
        lambda: _scaled(names, (a, b)),
        lambda: _matrix_vector(names, size, depth, (a, b)),
    ]
    left, right = rng.choice(options)()
    return (left, right) if rng.random() < 0.6 else (right, left)


def _factor(text: str) -> str:
    return text if text.isidentifier() else f"({text})"


def _sum_of(names: Names, size: str, depth: int, first: Pair) -> Pair:
    a, b = first
    c, d = vector(names, size, depth - 2)
    sign = names.rng.choice("+-")
    return f"({a}) {sign} ({c})", f"({b}) + ({d})" if sign == "+" else f"-({d}) + ({b})"


def _times(names: Names, size: str, depth: int, first: Pair) -> Pair:
    a, b = first
    c, d = vector(names, size, depth - 2)
    return f"({a})*({c})", f"({d})*({b})"


def _scaled(names: Names, first: Pair) -> Pair:
    a, b = first
    c = names.rng.choice([names.scalar(), "3", "1/2", next(iter(names.vectors.values()), "3")])
    return f"{c}*({a})", f"({b})*{c}"


def _matrix_vector(names: Names, size: str, depth: int, inner: Pair) -> Pair:
    m, w = matrix(names, size, size, depth - 2)
    a, b = inner
    options = [
        (f"({m}) @ ({a})", f"[dot(({w})[i], {b}) for i in range({size})]"),
        (f"({m}) @ ({a})", f"sum(({w})*({b}), axis=1)"),
        (f"({a}) @ ({m})", f"({w}).T @ ({b})"),
        (f"({m}) @ ({a})", f'einsum("ij,j->i", {w}, {b})'),
        (f"dot({m}, {a})", f"tensordot({w}, {b}, axes=1)"),
    ]
    return names.rng.choice(options)


def matrix(names: Names, rows: str, columns: str, depth: int) -> Pair:
    """Two texts for a matrix of these sizes."""
    rng = names.rng
    if depth <= 0 or rng.random() < 0.15:
        m = names.matrix(rows, columns)
        return m, m
    kind = rng.randrange(9)
    if kind == 0:
        a, b = matrix(names, columns, rows, depth - 1)
        return f"({a}).T", f"transpose({b})"
    if kind == 1:
        a, b = vector(names, rows, depth - 1)
        c, d = vector(names, columns, depth - 2)
        return f"outer({a}, {c})", f"[[({b})[i]*({d})[j] for j in range({columns})] for i in range({rows})]"
    a, b = matrix(names, rows, columns, depth - 1)
    if kind == 2:
        c, d = matrix(names, rows, columns, depth - 2)
        return f"({a}) + ({c})", f"({d}) + ({b})"
    axis = rng.choice([0, 1])
    p = integer(rng, [rows, columns])
    simple = [
        (f"flip({a})", f"({b})[::-1, ::-1]"),
        (f"flip(flip({a}, axis={axis}), axis={1 - axis})", f"flip({b})"),
        (f"rot90({a}, 2)", f"flip({b})"),
        (f"rot90({a}, 4)", b),
        (f"roll({a}, {p}, axis={axis})", f"roll({b}, {p} + {rows if axis == 0 else columns}, axis={axis})"),
        (f"tril({a}) + triu({a}, 1)", b),
        (f"({a}).T.T", b),
        (f"[({a})[i] for i in range({rows})]", b),
        (f"[({a})[:, j] for j in range({columns})]", f"({b}).T"),
        (f"({a}) @ eye({columns})", b),
        (f"reshape(ravel({a}), ({rows}, {columns}))", b),
        (f"concatenate((({a})[:1], ({a})[1:]), axis=0)", b),
        (f"swapaxes({a}, 0, 1)", f"({b}).T"),
        (f'einsum("ij->ji", {a})', f"({b}).T"),
        (f"3*({a})", f"({b}) + 2*({b})"),
        (f"fliplr({a})", f"flip({b}, axis=1)"),
        (f'rearrange({a}, "a b -> b a")', f"({b}).T"),
        (f"convolve({a}, [[1, 0]])[:, :-1]", b),
        (
            f"cumsum({a}, axis={axis})",
            f"flip(cumsum({b}, axis={axis}), axis={axis})[{'::-1' if axis == 0 else ':, ::-1'}]",
        ),
    ]
    transposing = [s for s in simple if s[0].startswith(("swapaxes", "einsum", "rearrange")) or "[:, j]" in s[0]]
    chosen = rng.choice([s for s in simple if rows == columns or s not in transposing])
    return chosen if rng.random() < 0.6 else (chosen[1], chosen[0])


def scalar(names: Names, size: str, depth: int) -> Pair:
    """Two texts for a number."""
    rng = names.rng
    a, b = vector(names, size, depth - 1)
    kind = rng.randrange(5)
    if kind == 0:
        c, d = vector(names, size, depth - 2)
        return rng.choice(
            [
                (f"dot({a}, {c})", f"dot({d}, {b})"),
                (f"dot({a}, {c})", f"sum(({b})*({d}))"),
                (f"dot({a}, {c})", f"sum(({b})[i]*({d})[i] for i in range({size}))"),
                (f"dot({a}, {c})", f'correlate({b}, conj({d}), "valid")[0]'),
                (f"inner({a}, {c})", f'einsum("i,i", {b}, {d})'),
                (f"inner({a}, {c})", f"trace(outer({b}, {d}))"),
            ]
        )
    if kind == 1:
        m, w = matrix(names, size, size, depth - 1)
        return rng.choice(
            [
                (f"trace({m})", f"trace(({w}).T)"),
                (f"trace({m})", f"sum(({w})[i,i] for i in range({size}))"),
                (f"sum({m})", f"sum(sum({w}, axis=0))"),
                (f"trace(({m}) @ ({m}))", f"sum(({w})*({w}).T)"),
                (f"sum({m})", f"sum(({w})[i,j] for i in range({size}) for j in range({size}))"),
            ]
        )
    return rng.choice(
        [
            (f"sum({a})", f"sum(flip({b}))"),
            (f"sum({a})", f"sum(({b})[i] for i in range({size}))"),
            (f"sum({a})", f"sum(({b})[::2]) + sum(({b})[1::2])"),
            (f"sum({a})", f"sum(({b})[:p]) + sum(({b})[p:])"),
            (f"sum({a})", f"dot({b}, ones({size}))"),
            (f"sum({a})", f"{size}*mean({b})"),
            (f"sum({a})", f"cumsum({b})[-1]"),
            (f"sum({a})", f"sum(roll({b}, p))"),
            (f"sum(({a})[i] for i in range(p))", f"sum(({b})[i] for i in range(min(p, {size})))"),
            (f"sum(i*({a})[i] for i in range({size}))", f"dot(arange({size}), {b})"),
            (
                f"sum(sum(({a})[j] for j in range(i+1)) for i in range({size}))",
                f"sum(({size}-j)*({b})[j] for j in range({size}))",
            ),
            (f"sum(convolve({a}, {a}))", f"sum({b})**2"),
        ]
    )
