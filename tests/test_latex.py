"""LaTeX, text and SymPy forms of expressions, formulas and claims."""

from __future__ import annotations

import re
from itertools import product

import numpy as np
import pytest
import sympy
from samples import PROVED, REFUTED

import symconv
from symconv import Tensor, sizes
from symconv.algebra.polynomials import Poly
from symconv.claims import parse
from symconv.expressions.latex_names import name_latex
from symconv.expressions.tensors import as_tensor
from symconv.formulas.conditions import Compare, Negation
from symconv.formulas.language import Plus, Read, Scalar, Sum, When, times
from symconv.numerics.evaluation import evaluate
from symconv.printing.as_latex import condition_latex, expression_latex, formula_latex, poly_latex
from symconv.printing.as_text import expression_text, formula_text
from symconv.printing.index_names import readable
from symconv.printing.line_breaks import LINE, broken, width
from symconv.printing.term_order import Names

H, W, h, w, n = sizes("H W h w n")
A, B, K = Tensor("A", H, W), Tensor("B", H, W), Tensor("K", h, w)
x, y = Tensor("x", n), Tensor("y", n)
m_, u_ = Poly.name("m"), Poly.name("u")
H_, W_, h_ = Poly.name("H"), Poly.name("W"), Poly.name("h")
INDICES = Names(("m", "u"), ("H", "W", "h", "w"))


@pytest.mark.parametrize(
    ("poly", "shown"),
    [
        (H_ - h_ + 1, "H-h+1"),
        (h_ - 1 - u_, "h-1-u"),
        (m_ + h_ - 1 - u_, "m+h-1-u"),
        (m_ + u_, "m+u"),
        (u_ + 1, "u+1"),
        (m_ - u_ + 1, "m-u+1"),
        (m_ * W_ + u_, "mW+u"),
        (-m_ - 1, "-1-m"),
        (h_ * h_ * 2, "2h^{2}"),
        (h_ // 2, r"\left\lfloor \frac{h}{2} \right\rfloor"),
        ((h_ - 1) // 2, r"\left\lfloor \frac{h-1}{2} \right\rfloor"),
        ((m_ - u_) % H_, r"(m-u) \bmod H"),
        (Poly.of(1) / (H_ * h_), r"\frac{1}{Hh}"),
        (m_ / 2, r"\frac{m}{2}"),
        (Poly.of(0), "0"),
    ],
)
def test_polynomials_are_printed_as_a_reader_expects(poly, shown):
    """Indices, sizes and numbers stand in the order in which one writes them."""
    printed = poly_latex(poly, INDICES)
    assert printed.replace(r"\,", "") == shown


@pytest.mark.parametrize(
    ("expr", "shown"),
    [
        (lambda: symconv.correlate(symconv.convolve(A, K), K, "valid"), r"(A * K) \star_{\mathrm{valid}} K"),
        (lambda: symconv.convolve(A, symconv.convolve(K, K)), "A * (K * K)"),
        (lambda: A + B - A, "A + B - A"),
        (lambda: A - (B - A), "A - (B - A)"),
        (lambda: 2 * A * B, r"2\,A \odot B"),
        (lambda: A * (A + B), r"A \odot (A + B)"),
        (lambda: -(A + B), "-(A + B)"),
        (lambda: (A + B).T, r"(A + B)^{\top}"),
        (lambda: A.T.T, r"(A^{\top})^{\top}"),
        (lambda: symconv.convolve(A, K)[0], "(A * K)_{0}"),
        (lambda: A[0][1], "A_{0,1}"),
        (lambda: Tensor("X", 2, H, W)[0, :, 1], "X_{0,:,1}"),
        (lambda: symconv.ElementwiseFunction("f")(symconv.dot(x, y) + 1), r"f(x \cdot y + 1)"),
        (lambda: Tensor("x1", n)[0], "{x_{1}}_{0}"),
    ],
)
def test_operands_are_bracketed_as_needed(expr, shown):
    """Brackets stand where precedence or a mix of operators asks for them, and nowhere else."""
    assert expression_latex(expr()) == shown


@pytest.mark.parametrize("text", [*PROVED.values(), *REFUTED.values()])
def test_claims_show_as_mathml_and_read_back(text):
    """The LaTeX of every sample is accepted by docutils, and its text parses to an equal claim."""
    mathml = pytest.importorskip("symconv.printing.as_mathml")
    pytest.importorskip("docutils")
    claim = parse(text)
    assert "merror" not in mathml.mathml(claim.latex())
    assert parse(str(claim)) == claim


@pytest.mark.parametrize(
    "text",
    [
        "x[n], y[n]: x - (y - x) == x - y + x",
        "x[n], y[n]: -(x + y) == -x - y",
        "x[n]: (x*2)/3 == x*(2/3)",
        "x[n]: x[1:] + x[:-1] == x[:-1] + x[1:]",
        "A[n,n]: (A @ A.T).T == A @ A.T",
        "x[n]: sum(x[i] for i in range(1, n)) == sum(x[1:])",
        "x[n]: [x[n-1-i] for i in range(n)] == x[::-1]",
        "A[n,m]: sum(A, axis=0)[j] == sum(A[i,j] for i in range(n))",
        "x[n]: sum(-1*x[i]**2 for i in range(n)) == -dot(x, x)",
    ],
)
def test_text_reads_back(text):
    """What an expression prints is claim text that parses to the same expression."""
    claim = parse(text)
    declarations = text.split(":")[0]
    for side in (claim.links[0].left, claim.links[0].right):
        again = parse(f"{declarations}: {expression_text(side)} == {expression_text(side)}")
        assert again.links[0].left == side


def test_default_arguments_are_left_out():
    """Arguments at their defaults are not printed; numbers in place of a default are named, and all that follows."""
    assert expression_text(symconv.convolve(A, K)) == "convolve(A, K)"
    assert expression_text(symconv.convolve(A, K, "valid")) == 'convolve(A, K, "valid")'
    assert expression_text(symconv.sum(A, axis=0)) == "sum(A, axis=0)"
    assert expression_text(symconv.sum(A, keepdims=True)) == "sum(A, keepdims=True)"


def test_bound_names_never_clash():
    """Nested sums over the same hint get different letters, none of them taken."""
    inner = symconv.convolve(symconv.convolve(symconv.convolve(x, y), y), y)
    from symconv.expressions.unfolding import Ranges, unfolded

    formula = readable(unfolded(Read(inner, (m_,)), Ranges({"m": inner.axes[0].size})), ["m", "n", "x", "y", "u"])
    names = []
    while isinstance(formula, (Sum, When)):
        if isinstance(formula, Sum):
            names.append(formula.name)
        formula = formula.body
    assert len(set(names)) == 3
    assert set(names).isdisjoint({"m", "n", "x", "y", "u"})


def test_sums_products_and_guards():
    """Σ binds a product but not a sum, a minus moves out of a product, and guards stand in brackets."""
    entry = Read(x, (u_,))
    total = Sum("u", Poly.of(0), Poly.name("n"), Plus((entry, times(Scalar(Poly.of(-2)), entry, entry))))
    assert formula_latex(total, Names(("m",))) == r"\sum_{u=0}^{n-1} (x_{u}-2\,x_{u}^{2})"
    assert formula_text(total, Names(("m",))) == "Σ_{u=0}^{n-1} (x[u] - 2·x[u]^2)"
    assert formula_latex(When((Compare(m_ - u_, ">="),), entry), INDICES) == r"\left[m \ge u\right]\,x_{u}"
    assert condition_latex(Negation(Compare(m_ % 2 - 1, "=="))) == r"\lnot m \bmod 2 = 1"


def test_names_become_letters_or_words():
    """Greek names, digits and words each have their form."""
    assert [name_latex(s) for s in ("K", "sigma", "x1", "out", "k_in")] == [
        "K", r"\sigma", "x_{1}", r"\mathrm{out}", r"k_{\mathrm{in}}",
    ]  # fmt: skip


def test_width_grows_with_what_is_printed():
    """The estimate that lines are broken by sees scripts as smaller and commands as symbols."""
    assert width("a") < width("a_{u}") < width("a+a_{u}") < width(r"\sum_{u=0}^{h-1} a+a_{u}")
    assert width(r"\begin{bmatrix}1&1\\1&1\end{bmatrix}") == width(r"\begin{bmatrix}1&1\end{bmatrix}")


def test_sums_of_sympy_agree_with_numpy():
    """e.rewrite(Sum) at concrete sizes and indices, written out, is the entry that NumPy computes."""
    a, k = Tensor("a", *sizes("P Q")), Tensor("k", *sizes("p q"))
    expr = symconv.convolve(a, k)
    total = expr.rewrite(sympy.Sum)
    assert total.has(sympy.Sum)
    values = {"P": 3, "Q": 2, "p": 2, "q": 2}
    arrays = {"a": np.arange(1, 7).reshape(3, 2), "k": np.array([[1, -2], [3, 5]])}
    expected = evaluate(expr, values, arrays)
    indices = sorted((s for s in total.free_symbols if s.name in "mnij"), key=str)
    for at in product(range(4), range(3)):
        chosen = {symconv.sizes(k): v for k, v in values.items()} | dict(zip(indices, at, strict=True))
        concrete = total.subs(chosen)
        number = concrete.doit().replace(
            lambda e: isinstance(e, sympy.Indexed),
            lambda e: sympy.Integer(int(arrays[str(e.base)][tuple(map(int, e.indices))])),
        )
        assert number == expected[at]


def test_doit_writes_entries_out():
    """e.doit() is a nested array at concrete sizes and the expression itself at symbolic ones."""
    small = symconv.convolve(Tensor("x", 2), Tensor("k", 2))
    assert str(small.doit()) == "[k[0]*x[0], k[0]*x[1] + k[1]*x[0], k[1]*x[1]]"
    symbolic = symconv.convolve(A, K)
    assert symbolic.doit() == symbolic
    assert symconv.dot(as_tensor([[1, 2]]), as_tensor([[3], [4]])).doit()[0, 0] == 11


def test_pprint_is_claim_text():
    """pprint shows an expression as claim text."""
    assert sympy.pretty(symconv.convolve(A, K, "valid")) == 'convolve(A, K, "valid")'


@pytest.mark.parametrize(
    ("term", "start"),
    [
        (r"-\frac{1}{n}\,\sum_{u=0}^{n-1} x_{u}", r"-\frac{1}{n}\,\sum"),
        (r"+2\,n\,x_{u}\,x_{v}", r"+2\,n\,x"),
        (r"+x_{u}\,\sum_{v=0}^{n-1} x_{v}", "+x"),
    ],
)
def test_lines_break_before_the_sign_of_a_coefficient(term, start):
    """A coefficient stays with its factor, and each line after the first begins with a sign or a dot."""
    first, *rest = re.split(r" \\\\\n&\\qquad ", broken("&= x_{u}" + term * 20, LINE))
    assert rest and "".join([first, *rest]).replace(r"\cdot ", r"\,") == "&= x_{u}" + term * 20
    assert all(line.startswith((start, r"\cdot ")) for line in rest)
    assert not any(line.endswith((r"\,", r"\frac{1}{n}", "2", "n")) for line in (first, *rest))


WIDE = [
    f"x[n]: convolve(x, {[*range(31)]}) == convolve({[*range(31)]}, x)",
    'k[2*r+1], c: correlate(pad(c*ones(n), r, "reflect"), k, "valid") == c*sum(k)*ones(n)',
    "X[N,C,H], K[F,C,h]: lax.conv_general_dilated(lax.pad(X, 0, [(0,0,0),(0,0,0),(0,0,d-1)]), K, (1,), [(p,q)]) "
    "== lax.conv_general_dilated(X, K, (1,), [(p,q)], lhs_dilation=(d,))",
]


@pytest.mark.parametrize("claim", WIDE)
def test_wide_lines_break_inside_brackets(claim):
    """Long literal arrays, sums in brackets and lists of arguments fit on a line of A4, brackets still in pairs."""
    latex = symconv.prove(claim).derivation.latex()
    rows = re.split(r" \\\\\n", re.sub(r"\\tag\*\{.*\}", "", latex))
    assert max(width(row.replace("&", "")) for row in rows) <= LINE
    assert latex.count(r"\bigl") == latex.count(r"\bigr") and latex.count(r"\left") == latex.count(r"\right")


def test_factors_that_are_products_stand_in_brackets():
    """The product of two dot products does not read as one of four factors."""
    told = symconv.prove("x[n]: dot(x, x)*dot(x, x) == frobenius(outer(x, x), outer(x, x))").derivation
    assert told.steps[0].latex() == r"(x \cdot x)^{2}"


def test_the_imaginary_unit_is_no_index():
    """An index is not called i where the imaginary unit occurs."""
    told = symconv.prove("x[n], k[m]: ifft(fft(x, n+m-1)*fft(k, n+m-1)) == convolve(x, k)").derivation
    assert "_{j}" in told.steps[0].latex() and "[j]" in told.text()
