"""Random changes of a claim's text: some keep it true, others may not.

A claim is kept as Python's syntax trees. Nothing here knows shapes: a change that a claim does not take is
found out by asking `oracle` for its sides.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from oracle import Question, _names, _split, conjuncts


class NoChangeError(Exception):
    """The claim has no place for the change."""


@dataclass
class Text:
    """A claim's text in parts; `declared` gives what follows each name: "[n,m]", "[n] complex", "()" or nothing."""

    declared: dict[str, str]
    members: list[ast.expr]
    relation: str
    word: str = ""
    conditions: list[str] = field(default_factory=list)

    @staticmethod
    def of(text: str) -> Text:
        """The claim taken apart."""
        declarations, rest = text.split(": ", 1) if ": " in text else ("", text)
        found = re.findall(r"(\w+)((?:\[[^\]]*\]|\(\))?(?: complex)?)(?:, |$)", declarations)
        body, word, condition = _split(rest)
        tree = ast.parse(body.strip(), mode="eval").body
        assert isinstance(tree, ast.Compare)
        relation = "!=" if isinstance(tree.ops[0], ast.NotEq) else "=="
        conditions = conjuncts(condition.strip()) if condition else []
        return Text(dict(found), [tree.left, *tree.comparators], relation, word, conditions)

    def __str__(self) -> str:
        declared = ", ".join(name + rest for name, rest in self.declared.items())
        relation = ast.NotEq() if self.relation == "!=" else ast.Eq()
        sides = ast.unparse(ast.Compare(self.members[0], [relation] * (len(self.members) - 1), self.members[1:]))
        told = [f"({c})" if " or " in c else c for c in self.conditions]
        after = f" {self.word} {' and '.join(told)}" if told else ""
        return f"{declared}: {sides}{after}" if declared else f"{sides}{after}"

    def copy(self) -> Text:
        """The same claim, to be changed."""
        return copy.deepcopy(self)

    @property
    def tensors(self) -> dict[str, list[str]]:
        """The sizes of every declared tensor."""
        shapes = {n: re.match(r"\[([^\]]*)\]", rest) for n, rest in self.declared.items() if "()" not in rest}
        return {n: [s.strip() for s in m[1].split(",")] if m else [] for n, m in shapes.items()}

    @property
    def sizes(self) -> list[str]:
        """The names that stand in sizes."""
        return sorted({n for shape in self.tensors.values() for s in shape for n in _names(ast.parse(s))})

    def names(self) -> set[str]:
        """Every name in use."""
        words = re.findall(r"[A-Za-z_]\w*", str(self))
        return {*words}

    def fresh(self, *wanted: str) -> str:
        """A name that is not in use."""
        taken = self.names()
        return next(n for n in (*wanted, *(f"{w}{k}" for k in range(2, 9) for w in wanted)) if n not in taken)

    def like(self, name: str) -> str:
        """A new tensor declared as another one."""
        made = self.fresh(*("yzuvw" if len(self.tensors[name]) < 2 else "BDEGPQ"))
        self.declared[made] = self.declared[name]
        return made

    def places(self) -> Iterator[tuple[ast.expr, Callable[[ast.expr], None]]]:
        """Every expression inside the members, with what puts another in its place."""
        for k in range(len(self.members)):

            def put(new: ast.expr, k: int = k) -> None:
                self.members[k] = new

            yield self.members[k], put
            yield from _inside(self.members[k])


def _inside(node: ast.AST) -> Iterator[tuple[ast.expr, Callable[[ast.expr], None]]]:
    for name, value in ast.iter_fields(node):
        if name in ("func", "target", "ctx", "op"):
            continue
        for k, part in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(part, ast.expr):

                def put(new: ast.expr, name: str = name, k: int | None = k, value: object = value) -> None:
                    if isinstance(value, list) and k is not None:
                        value[k] = new
                    else:
                        setattr(node, name, new)

                yield part, put
            if isinstance(part, ast.AST):
                yield from _inside(part)


def expression(text: str, **parts: ast.expr) -> ast.expr:
    """An expression with others put for names."""

    class Filling(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return copy.deepcopy(parts[node.id]) if node.id in parts else node

    filled = Filling().visit(ast.parse(text, mode="eval").body)
    assert isinstance(filled, ast.expr)
    return filled


def substituted(text: Text, name: str, value: ast.expr) -> None:
    """Put an expression for a name wherever it stands in the members."""
    for k, member in enumerate(text.members):
        text.members[k] = expression(ast.unparse(member), **{name: value})


# Changes that keep a claim true


def _tensor(text: Text, random: Random) -> str:
    """A tensor that neither a hypothesis nor a derivative names."""
    fixed = {n for c in text.conditions for n in _names(ast.parse(c))}
    calls = [n for m in text.members for n in ast.walk(m) if isinstance(n, ast.Call) and ast.unparse(n.func) == "grad"]
    fixed |= {n for c in calls for a in c.args[1:] for n in _names(a)}
    chosen = [n for n in text.tensors if n not in fixed]
    if not chosen:
        raise NoChangeError
    return random.choice(chosen)


def _forms(table: str) -> list[str]:
    return [form for line in table.strip().splitlines() for form in line.strip().split("; ")]


PUT: dict[Any, list[str]] = {
    0: _forms("x + y; x - y; x*y; 2*x; -x; c*x; x + c; x - 3*y"),
    "any": _forms(
        """
        flip(x); x[::-1]; roll(x, 1); x*ones((SHAPE,)); x + arange(LAST); zeros((SHAPE,)) + x; cumsum(x, axis=0)
        flip(x, axis=-1); reshape(ravel(x), (SHAPE,)); concatenate([x[:1], x[1:]])
        """
    ),
    1: _forms(
        """
        ifft(fft(x)); diag(y) @ x; real(x); fftshift(x); convolve(x, y, 'same'); identity(LAST) @ x
        circular_convolve(x, y); tri(LAST) @ x; lax.rev(x, (0,)); squeeze(expand_dims(x, 0), 0)
        """
    ),
    2: _forms("outer(p, q); t.T; tril(x); x @ identity(LAST); flipud(x); swapaxes(t, 0, 1); rot90(x, 2)"),
    3: _forms("lax.rev(x, (1,)); moveaxis(moveaxis(x, 0, 1), 1, 0); fliplr(x); 0*x + y"),
    "square": _forms("x.T; x @ y; rot90(x)"),
    "complex": _forms("conj(x); 1j*x; real(x) + 1j*imag(y)"),
}
"""What can be put for a tensor `x` with a number of axes: `y` is another like it, `t` one of the transposed shape,
`p` and `q` are vectors along its axes, `c` is a new number and `f` a function.
"""


def substitute(text: Text, random: Random) -> None:
    """Put an expression of the same shape for a tensor."""
    name = _tensor(text, random)
    shape = text.tensors[name]
    sizes = ", ".join(shape)
    forms = PUT[0] + PUT["any"] * bool(shape) + PUT[min(len(shape), 3)] * bool(shape)
    if len(shape) == 2 and shape[0] == shape[1]:
        forms = forms + PUT["square"]
    if "grad" not in text.names():
        forms = [*forms, "f(x)", "f(x)"]
    if "complex" in text.declared[name]:
        forms = forms + PUT["complex"]
    form = random.choice(forms).replace("SHAPE", sizes).replace("LAST", shape[-1] if shape else "1")
    parts = {"x": ast.Name(name, ast.Load())}
    used = _names(ast.parse(form))
    if "y" in used:
        parts["y"] = ast.Name(text.like(name), ast.Load())
    for scalar, rest in (("c", ""), ("f", "()")):
        if scalar in used and form != "f":
            parts[scalar] = ast.Name(_declare(text, scalar, rest), ast.Load())
    if "t" in used:
        parts["t"] = ast.Name(_declare(text, "T", f"[{shape[1]},{shape[0]}]"), ast.Load())
    for factor, size in zip("pq", shape, strict=False):
        if factor in used:
            parts[factor] = ast.Name(_declare(text, factor, f"[{size}]"), ast.Load())
    substituted(text, name, expression(form, **parts))


def _declare(text: Text, name: str, rest: str) -> str:
    """A new name, declared; an uninterpreted function may be used again."""
    if rest == "()":
        known = [n for n, r in text.declared.items() if r == "()"]
        if known:
            return known[0]
    made = text.fresh(name)
    text.declared[made] = rest
    return made


BOTH = {
    0: _forms("-S; 2*S; S + c; c*S; S*S; f(S); S - c; S**2"),
    1: _forms(
        """
        flip(S); sum(S); cumsum(S); roll(S, 1); S[1:]; S[::2]; stack([S, S]); repeat(S, 2); pad(S, 1); convolve(S, t)
        correlate(t, S); correlate(S, t, 'same'); outer(S, t); diag(S); fft(S); tile(S, 2); circulant(S)
        convolution_matrix(t, 2) @ S[:2]; hstack([S, t]); expand_dims(S, 1); diff(S); mean(S); kron(S, t); dot(S, S)
        lax.pad(S, 0, [(1, 0, 1)]); vstack([S, S]); toeplitz(S); sliding_window_view(S, 1); lax.cumsum(S)
        lax.broadcast(S, (2,)); pad(S, 1, mode='edge'); fftshift(S); S[-1]; ifft(S)
        """
    ),
    2: _forms(
        """
        flip(S); S.T; sum(S); sum(S, axis=0); ravel(S); vec(S); rot90(S); tril(S); triu(S, 1); S[0]; S @ S.T; trace(S)
        kron(S, t); roll(S, 1, 0); S[:, ::-1]; fliplr(S); fft2(S); mean(S, axis=1); swapaxes(S, 0, 1)
        repeat(S, 2, axis=1); cumsum(S, axis=1); frobenius(S, S); diagonal(S); diff(S); lax.rev(S, (1,))
        lax.reduce_sum(S, (0,)); einsum('ij->ji', S); rearrange(S, 'a b -> (b a)'); diag(S); lax.transpose(S, (1, 0))
        hstack([S, S]); pad(S, ((0, 1), (1, 0))); reduce(S, 'a b -> b', 'sum')
        """
    ),
    3: _forms(
        """
        flip(S); S[0]; sum(S); sum(S, axis=(1, 2)); transpose(S); moveaxis(S, 0, 2); S[:, 0]; ravel(S)
        avg_pool1d(S[:1], 1); rearrange(S, 'a b c -> c (a b)'); S[..., ::-1]; mean(S, axis=0); fliplr(S)
        pixel_unshuffle(S, 1); lax.transpose(S, (2, 0, 1)); sum(S, axis=1, keepdims=True); swapaxes(S, 1, 2)
        """
    ),
}
"""What can be done to both sides with a number of axes; `c` is a new number, `t` a new vector, `f` a function."""


def both_sides(text: Text, random: Random, rank: int) -> None:
    """Do the same to all sides."""
    form = random.choice(BOTH[0] + (2 * BOTH[min(rank, 3)] if rank > 0 else []))
    if text.relation == "!=":
        form = random.choice(["-S", "2*S", "S + c"])
    used = _names(ast.parse(form))
    parts: dict[str, ast.expr] = {}
    for name, rest in (("c", ""), ("f", "()"), ("t", "[q]")):
        if name in used:
            parts[name] = ast.Name(_declare(text, name, rest.replace("q", text.fresh("q", "r"))), ast.Load())
    text.members = [expression(form, S=m, **parts) for m in text.members]


def swap_sides(text: Text, random: Random) -> None:
    """Exchange the sides."""
    text.members.reverse()


def add_term(text: Text, random: Random) -> None:
    """Add the same tensor, or the left side itself, to all sides."""
    left = text.members[0]
    form = random.choice(["S + x", "x*S", "S - L", "S + L"])
    scalars = [n for n, shape in text.tensors.items() if not shape]
    x = ast.Name(random.choice(scalars) if scalars else _declare(text, "c", ""), ast.Load())
    text.members = [expression(form, S=m, L=left, x=x) for m in text.members]


def specialise(text: Text, random: Random) -> None:
    """Put a number or another size for a size or a parameter."""
    sizes = text.sizes
    parameters = Question(str(text)).parameters
    if not sizes + parameters:
        raise NoChangeError
    name = random.choice(sizes + parameters)
    others = [s for s in sizes if s != name] or ["3"]
    values = [str(random.randint(1, 4)), *(random.choice(others) for _ in range(2))]
    values += [f"2*{random.choice(others)}", f"{random.choice(others)} + 1"] if name in sizes else ["0", "2"]
    value = random.choice(values)
    put = ast.parse(value, mode="eval").body
    for tensor, rest in text.declared.items():
        if rest.startswith("["):
            shape = [ast.unparse(expression(s, **{name: put})) for s in text.tensors[tensor]]
            text.declared[tensor] = f"[{','.join(shape)}]" + " complex" * rest.endswith("complex")
    substituted(text, name, put)
    text.conditions = [ast.unparse(expression(c, **{name: put})) for c in text.conditions]
    text.conditions = [c for c in text.conditions if _names(ast.parse(c))]


def assume(text: Text, random: Random) -> None:
    """Add a hypothesis."""
    if text.word == "iff":
        raise NoChangeError
    options = []
    for s in text.sizes:
        other = random.choice(text.sizes)
        options += [f"{s} >= 2", f"{s} % 2 == 1", f"{s} >= {other}", f"{s} != {other}", f"{s} == 2", f"{s} <= 3"]
    options = [o for o in options if o.split()[0] != o.split()[-1]]
    for n, shape in text.tensors.items():
        if shape and n not in str(text.conditions):
            options += [f"{n} == flip({n})", f"{n} == -flip({n})", f"{n}[{', '.join('0' for _ in shape)}] == 0"]
            options += [f"{n} == 0", f"sum({n}) == 1"] + [f"{n} == {n}.T"] * (len(shape) == 2 and shape[0] == shape[1])
    if not options:
        raise NoChangeError
    text.word = "if"
    text.conditions.append(random.choice(options))


def kept(text: Text, random: Random, rank: int) -> Text:
    """The claim after one or two changes that keep it true; `rank` is the sides' number of axes, or negative."""
    made = text.copy()
    for _ in range(random.choice([1, 1, 2])):
        change = random.choice([substitute, substitute, substitute, both_sides, both_sides, swap_sides, add_term,
                                specialise, specialise, assume])  # fmt: skip
        if change is both_sides:
            both_sides(made, random, rank)
            rank = -1
        else:
            change(made, random)
    return made
