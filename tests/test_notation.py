"""The notation table: symbols, subscripts and index names that a document chooses."""

import pickle

import pytest

from symconv import Notation, SymconvError, calc, parse, prove
from symconv.printing.notation import using

COMMUTES = "x[N], k[M]: convolve(x, k) == convolve(k, x)"


@pytest.mark.parametrize(
    ("notation", "claim", "shown"),
    [
        ({"convolution": r"\circledast"}, 'x[N], k[M]: convolve(x, k, "valid") == x',
         r"x \circledast_{\mathrm{valid}} k = x"),
        ({"convolution": r"\ast_c"}, 'x[N], k[M]: convolve(convolve(x, k), k, "same") == x',
         r"(x \ast_c k) \mathbin{\ast_c}_{\mathrm{same}} k = x"),
        ({"correlation": r"\bullet"}, "x[N], k[M]: correlate(x, convolve(k, k)) == x", r"x \bullet (k * k) = x"),
        ({"circular_convolution": r"\circledast"}, "x[N], y[N]: circular_convolve(x, y) == x",
         r"x \circledast y = x"),
        ({"circular_correlation": r"\bullet"}, "x[N], y[N]: circular_correlate(x, y) == x", r"x \bullet y = x"),
        ({"elementwise": r"\circ"}, "A[n,n]: A * A**2 == A", r"A \circ A^{\circ 2} = A"),
        ({"kronecker": r"\boxtimes"}, "A[n,n]: kron(A, A) == A", r"A \boxtimes A = A"),
        ({"frobenius": r"\mathrm{tr}(X^{\top} Y)"}, "A[n,n]: frobenius(A, A + A) == 1",
         r"\mathrm{tr}(A^{\top} (A + A)) = 1"),
        ({"frobenius": "X : Y"}, "A[n,n]: frobenius(A + A, A) == 2*frobenius(A, A)", r"(A + A) : A = 2\,(A : A)"),
        ({"flip": r"\operatorname{rot}_{180}"}, "K[h,w]: flip(K) == flip(K, 0)",
         r"\operatorname{rot}_{180}(K) = {\operatorname{rot}_{180}}_{0}(K)"),
        ({"vec": r"\mathbf{v}", "tr": r"\mathrm{Sp}"}, "A[n,n]: vec(A) == vec(A.T) if trace(A) == 1",
         r"\mathbf{v}(A) = \mathbf{v}(A^{\top}) \quad\text{if } \mathrm{Sp}(A) = 1"),
        ({"subscripts": "A[i,j]"}, "A[n,n]: A[i,j] == A.T[j,i]", r"A[i,j] = A^{\top}[j,i]"),
        ({"subscripts": "A(i,j)"}, "x_1[n]: x_1[i] == convolve(x_1, x_1)[i]", r"x_{1}(i) = (x_{1} * x_{1})(i)"),
        ({}, "x_1[n], A[n,n]: x_1[i] == A[i,i]", r"{x_{1}}_{i} = A_{i,i}"),
    ],
)  # fmt: skip
def test_each_entry_is_printed(notation, claim, shown):
    """Every symbol stands where the usual one does, brackets as needed."""
    assert parse(claim).latex(Notation(**notation)) == shown


#: What derivations print: claims, with what the LaTeX of their derivations has, and has not.
TOLD = {
    "x[n]: sum(x*x*x) == sum(x**3)": ([r"x_{u}^{3}"], [r"x_{u}\,x_{u}"]),
    "x[n], y[m]: lax.dynamic_update_slice(x, y, (i,))[i:i+m] == y": ([r"\left[0 \le j < m\right]"], ["j \\ge 0"]),
    "x[N], k[M]: correlate(x[::2], k, 'valid') == correlate(x, lax.pad(k, 0, [(0,0,1)]), 'valid')[::2]":
        ([r"\sum_{u=0}^{2M-2}"], [r"\max"]),
    "X[C,H], G[F,(H-h)//2+1], K[F,C,h]: sum(conv1d(X, K, stride=2)*G) == sum(G*conv1d(X, K, stride=2)) if H >= h":
        ([r"\left\lfloor \frac{H-h}{2} \right\rfloor"], [r"\frac{H+h}{2}"]),
    "X[n,n], Y[n,n]: dot(X, Y) == frobenius(X, Y)":
        (["has the shape $(n, n)$, which is $(1, 1)$ at $n = 1$:", "is a number:"], ["shape (n"]),
    "X[N,C,H], K[F,C,h]: conv1d(X, K, padding=h-1) == conv1d(X, K)": (["It holds if $h = 1$"], ["1 = h"]),
    "K[h,w]: K == flip(K)": (["The left side"], ["It holds if"]),
    "x[n]: grad(sum(x[::2]), x) == [1 - i % 2 for i in range(n)]": ([r"1-(m \bmod 2)"], [r"2\,\left\lfloor"]),
}  # fmt: skip


def test_lines_and_headings_are_set_as_in_textbooks():
    """Powers merged, bounds of an index as one, limits and conditions in their simplest form, shapes as formulas."""
    for text, (wanted, unwanted) in TOLD.items():
        latex = prove(text).derivation.latex()
        assert all(words in latex for words in wanted), latex
        assert not any(words in latex for words in unwanted), latex


def test_derivations_are_told_in_it_throughout():
    """Lines, reasons and conditions have the symbols and names; without a notation nothing changes."""
    derivation = prove(
        'A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, K, "valid") iff K == flip(K)'
    ).derivation
    usual = derivation.latex()
    latex = derivation.latex(
        Notation(
            flip=r"\operatorname{rot}_{180}", subscripts="A[i,j]", indices={"u": "r", "v": "s", "m": "i", "n": "j"}
        )
    )
    assert r"If $K = \operatorname{rot}_{180}(K)$" in latex
    assert r"\sum_{r=0}^{h-1} \sum_{s=0}^{w-1} A[i+r,j+s]\,K[r,s]" in latex.replace(" \\\\\n&\\qquad \\cdot ", r"\,")
    assert r"substitute $r \to h-1-r$" in latex
    assert "flip" not in latex and "_{m" not in latex
    assert derivation.latex() == usual


def test_a_derivation_is_the_same_data_in_every_notation():
    """What was told in one notation is printed in another as if it had been told in that, also after a pickle."""
    notation = Notation(convolution=r"\circledast", indices={"u": "r", "m": "i"})
    with using(notation):
        there = prove(COMMUTES).derivation
    here = pickle.loads(pickle.dumps(prove(COMMUTES).derivation))
    assert there.text() == here.text() and there.latex() == here.latex()
    assert there.latex(notation) == here.latex(notation) != here.latex()


def test_index_names_never_clash():
    """A wanted name that the claim has is left to it, and the indices that a claim writes keep their names."""
    latex = prove("x[N], k[M]: convolve(x, k)[u] == convolve(k, x)[u]").derivation.latex(
        Notation(indices={"u": "k", "v": "l"})
    )
    assert r"\sum_{l=0}^{M-1} x_{u-l}\,k_{l}" in latex


def test_calculations_and_worked_examples_follow():
    """What is made from derivations is told in the same notation."""
    notation = Notation(convolution=r"\circledast", indices={"u": "r"})
    found = calc("x[N], k[M]: correlate(x, k)\n == convolve(x, flip(k))")
    assert r"x \circledast \operatorname{flip}(k)" in found.latex(notation)
    assert r"substitute $r \to" in found.latex(notation)
    worked = prove(COMMUTES).derivation.at(arrays={"x": [1, 2], "k": [1, 3]}, index=(1,))
    assert r"(x \circledast k)_{1}" in worked.latex(notation)
    assert pickle.loads(pickle.dumps(worked)).latex(notation) == worked.latex(notation)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["convolutoin: *"], "no entry is called 'convolutoin'\nhint: did you mean convolution?"),
        (["convolution"], "'convolution' is no entry"),
        (["flip: a", "flip: b"], "flip is 'a' and 'b'"),
        ([r"convolution: \mathrm{c"], r"no symbol in LaTeX"),
        (["vec: a & b"], "no symbol in LaTeX"),
        (["frobenius: X : X"], "does not have X and Y once each"),
        (["subscripts: A<i,j>"], "write A_{i,j}, A[i,j] or A(i,j)"),
        (["indices: u"], "indices 'u=' are no two names"),
        (["indices: u=k, v=k"], "two indices would have the same name"),
        (["indices: u=k, u=l"], "u is 'k' and 'l'"),
    ],
)
def test_bad_entries_are_one_clear_error(lines, said):
    """The entry and what is wrong with it."""
    with pytest.raises(SymconvError) as error:
        Notation.read(lines)
    assert said in str(error.value)


def test_reasons_stand_between_the_lines_on_demand():
    """An intertext before each line, and no tags."""
    derivation = prove(COMMUTES).derivation
    latex = derivation.latex(reasons="intertext")
    assert latex.count(r"\intertext{") == 3 and r"\tag" not in latex
    with pytest.raises(SymconvError, match="reasons cannot stand in 'footnotes'"):
        derivation.latex(reasons="footnotes")


def test_notebooks_are_given_html_and_latex():
    """Derivations and calculations have both."""
    pytest.importorskip("docutils")
    derivation = prove(COMMUTES).derivation
    assert derivation._repr_html_() == derivation.html()
    assert derivation._repr_latex_() == derivation.latex()
    same = prove('x[N], k[M]: convolve(x, k, "same") == convolve(x, k, "same")').derivation
    assert "<math" in same.html(Notation(convolution=r"\ast_c"))
    assert "<math" in calc("x[n]: x + x\n == 2*x")._repr_html_()


def test_a_document_sets_its_notation(tmp_path):
    """From its block on, and not in other documents; an entry that is wrong is told with its line."""
    pytest.importorskip("myst_parser")
    from symconv.publish import build

    claim = "```{claim}\nx[n]: flip(flip(x)) == x\n```\n"
    chosen = "```{notation}\nflip: \\operatorname{rev}\nsubscripts: A[i,j]\n```\n"
    docs, out = tmp_path / "docs", tmp_path / "out"
    docs.mkdir()
    (docs / "a.md").write_text(f"# T\n\n{claim}\n{chosen}\n{claim}")
    (docs / "b.md").write_text(f"# U\n\n{claim}")
    assert not build(docs, out, pdf=False).failures
    before, after, other = ((out / "claims" / f"{n}.tex").read_text() for n in ("a-1", "a-2", "b-1"))
    assert before == other and r"\operatorname{flip}(\operatorname{flip}(x))_{m}" in before
    assert r"\operatorname{rev}(\operatorname{rev}(x))[m]" in after and r"\operatorname{flip}" not in after
    (docs / "b.md").write_text("# U\n\n```{notation}\nflip: x\nflop: y\n```\n")
    (found,) = build(docs, out, pdf=False).failures
    assert (found.line, found.message) == (5, "error: notation: no entry is called 'flop'\nhint: did you mean flip?")
