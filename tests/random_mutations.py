"""Random changes of a claim's text that may make it false, or ill-typed."""

from __future__ import annotations

import ast
from random import Random

from oracle import _names
from random_changes import NoChangeError, Text, expression

ALIKE = """
convolve correlate; circular_convolve circular_correlate; flip fliplr flipud; ravel vec
dot inner outer matmul kron vdot; tril triu; fft ifft; fft2 ifft2; fftn ifftn; fftshift ifftshift; sum mean
hstack vstack concatenate stack; repeat tile; pixel_shuffle pixel_unshuffle; toeplitz hankel; circulant toeplitz
real imag conj; swapaxes moveaxis; ones zeros; eye identity tri; diag diagonal; trace sum; min max
frobenius vdot inner; cumsum flip; lax.cumsum lax.rev; diff cumsum; lax.reduce_sum lax.rev
conv_transpose1d conv1d; conv_transpose2d conv2d; conv_transpose3d conv3d; fold unfold; dot outer
lax.dynamic_slice lax.slice; lax.dot lax.dot_general; lax.pad pad; rearrange reduce; expand_dims squeeze
roll flip; avg_pool1d cumsum; avg_pool2d avg_pool3d; lax.conv lax.conv_general_dilated; rot90 transpose
convolution_matrix toeplitz
"""
WORDS = """
full same valid; constant edge wrap symmetric reflect; SAME VALID SAME_LOWER; C F; sum mean; even odd; n sqrtn
forward ortho backward
"""
KEYWORDS = ["stride", "padding", "dilation", "axis", "offset", "axes", "norm", "mode", "groups", "order"]


def _groups(table: str) -> list[list[str]]:
    return [group.split() for line in table.strip().splitlines() for group in line.split("; ")]


def mutated(text: Text, random: Random) -> Text:
    """The claim after one change."""
    made = text.copy()
    if random.random() < 0.2:
        random.choice([_drop_condition, _change_condition])(made, random)
        return made
    places = list(made.places())
    for _ in range(40):
        node, put = random.choice(places)
        options = _options(node, made, random)
        if options:
            put(random.choice(options))
            return made
    raise NoChangeError


def _drop_condition(text: Text, random: Random) -> None:
    if not text.conditions or text.word == "iff":
        raise NoChangeError
    text.conditions.remove(random.choice(text.conditions))


def _change_condition(text: Text, random: Random) -> None:
    if not text.conditions:
        raise NoChangeError
    at = random.randrange(len(text.conditions))
    old = text.conditions[at]
    swaps = [(">=", "<="), (">=", ">"), ("== 1", "== 0"), ("flip(", "("), ("== ", "== -"), (" == ", " != "), ("1", "2"),
             ("axis=0", "axis=1"), (".T", ""), ("== flip", "== -flip"), ("2", "3")]  # fmt: skip
    fitting = [old.replace(a, b, 1) for a, b in swaps if a in old]
    if "!=" in str(fitting) and _names(ast.parse(old)) & text.tensors.keys():
        fitting = [f for f in fitting if "!=" not in f]
    if not fitting:
        raise NoChangeError
    try:
        text.conditions[at] = ast.unparse(ast.parse(random.choice(fitting), mode="eval"))
    except SyntaxError:
        raise NoChangeError from None


def _options(node: ast.expr, text: Text, random: Random) -> list[ast.expr]:
    """What can stand in the place of an expression."""
    match node:
        case ast.Call(func=ast.Name("range")):
            return []
        case ast.Call():
            return _of_call(node, random) + _of_array(node)
        case ast.Name(id=name) if name in text.tensors:
            shape = text.tensors[name]
            others = [n for n, s in text.tensors.items() if n != name and len(s) == len(shape)]
            alike = [n for n in others if text.tensors[n] == shape]
            return [ast.Name(n, ast.Load()) for n in others + 2 * alike] + (_of_array(node) if shape else [])
        case ast.Name():
            return [expression("n + 1", n=node), expression("n - 1", n=node), ast.Constant(1)]
        case ast.Constant(value=str(word)):
            return [ast.Constant(w) for w in _other_words(word, random)]
        case ast.Constant(value=int(number)):
            return [ast.Constant(number + k) for k in (-1, 1, 1) if number + k >= 0] + [ast.Constant(0)] * bool(number)
        case ast.BinOp(left=left, op=op, right=right):
            swaps: list[type[ast.operator]] = [ast.Add, ast.Sub, ast.Mult]
            others = [ast.BinOp(left, o(), right) for o in swaps if not isinstance(op, o)]
            return [*others, ast.BinOp(right, op, left), ast.BinOp(right, op, left)]
        case ast.UnaryOp(operand=operand):
            return [operand]
        case ast.Attribute(value=value, attr="T"):
            return [value, value, expression("flip(x)", x=value)]
        case ast.Subscript(value=value, slice=key):
            return _of_key(value, key, random)
        case ast.Slice(lower=lower, upper=upper, step=step):
            return [ast.Slice(upper, lower, step), ast.Slice(lower, None, step), ast.Slice(None, upper, step),
                    ast.Slice(lower, upper, ast.Constant(2))]  # fmt: skip
        case ast.Tuple(elts=parts) | ast.List(elts=parts) if len(parts) > 1:
            return [type(node)([parts[1], parts[0], *parts[2:]], ast.Load())]
        case ast.GeneratorExp(elt=element, generators=[first, second]):
            return [ast.GeneratorExp(element, [second, first])]
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return [ast.IfExp(test, orelse, body), body]
    return []


def _other_words(word: str, random: Random) -> list[str]:
    found = [w for group in _groups(WORDS) if word in group for w in group if w != word]
    letters = sorted({c for c in word.replace("->", "") if c.isalpha()})
    if "->" in word and len(letters) > 1:
        head, _, tail = word.partition("->")
        a, b = random.sample(letters, 2)
        swap = str.maketrans({a: b, b: a})
        found += [f"{head}->{tail.translate(swap)}", f"{head.translate(swap)}->{tail}"]
    return found


def _of_call(node: ast.Call, random: Random) -> list[ast.expr]:
    name = ast.unparse(node.func)
    found: list[ast.expr] = []

    def call(name: ast.expr, args: list[ast.expr], keywords: list[ast.keyword]) -> None:
        found.append(ast.Call(name, args, keywords))

    for group in _groups(ALIKE):
        if name in group:
            for other in group:
                if other != name:
                    call(ast.parse(other, mode="eval").body, node.args, node.keywords)
    if len(node.args) > 1:
        call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords)
    if len(node.args) > 1 and not isinstance(node.args[-1], (ast.List, ast.Name)):
        call(node.func, node.args[:-1], node.keywords)
    if len(node.args) > 3:
        call(node.func, [*node.args[:2], node.args[3], node.args[2], *node.args[4:]], node.keywords)
    if node.args and not isinstance(node.args[0], (ast.Constant, ast.Tuple, ast.List, ast.GeneratorExp)):
        found.append(node.args[0])
    for k, keyword in enumerate(node.keywords):
        rest = [*node.keywords[:k], *node.keywords[k + 1 :]]
        call(node.func, node.args, rest)
        if keyword.arg in KEYWORDS:
            other = random.choice(KEYWORDS[:3] if keyword.arg in KEYWORDS[:3] else KEYWORDS)
            if other not in {r.arg for r in rest}:
                call(node.func, node.args, [*rest, ast.keyword(other, keyword.value)])
    return found


def _of_array(node: ast.expr) -> list[ast.expr]:
    forms = ["flip(x)", "x.T", "-x", "x[::-1]", "conj(x)", "roll(x, 1)", "flip(x, axis=0)", "2*x"]
    return [expression(f, x=node) for f in forms]


def _of_key(value: ast.expr, key: ast.expr, random: Random) -> list[ast.expr]:
    items = key.elts if isinstance(key, ast.Tuple) else [key]
    at = random.randrange(len(items))
    found: list[ast.expr] = [value]
    changed: list[ast.expr] = []
    if not isinstance(items[at], ast.Slice):
        changed = [expression(f, i=items[at]) for f in ("i + 1", "i - 1")]
    if len(items) > 1:
        order = [items[1], items[0], *items[2:]]
        found.append(ast.Subscript(value, ast.Tuple(order, ast.Load()), ast.Load()))
    for new in changed:
        parts = [*items[:at], new, *items[at + 1 :]]
        found.append(ast.Subscript(value, ast.Tuple(parts, ast.Load()) if len(parts) > 1 else new, ast.Load()))
    return found
