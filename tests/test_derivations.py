"""Derivations: every line verified, replayed in numbers, printed as expected and compiled.

The LaTeX of the samples is compared with tests/golden; SYMCONV_REWRITE_GOLDEN=1 writes it anew.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from random import Random
from time import process_time

import numpy as np
import pytest
from samples import PROVED, REFUTED

from symconv import Tensor, sizes
from symconv.algebra.exact_numbers import approximate
from symconv.algebra.polynomials import Poly, floor
from symconv.claims import parse
from symconv.derivations import tell
from symconv.derivations.line_names import Naming
from symconv.derivations.matching import canonical, products
from symconv.derivations.reason_words import Maths, words
from symconv.derivations.reasons import Became, Reason, Rule, definition, outside
from symconv.derivations.setting import Setting
from symconv.derivations.told_statements import derive
from symconv.expressions.tensors import Operation
from symconv.expressions.unfolding import Ranges
from symconv.formulas.language import Call, Conj, Formula, Plus, Read, Scalar, Sum, Times, When
from symconv.printing.line_contents import Table, Whole
from symconv.results import prove

#: Claims that need an idea beyond definitions and substitutions, with a word of the step that has it.
IDEAS = {
    "antisymmetric": ("x[n], k[m]: correlate(x, k) == -convolve(x, k) if k == -flip(k)", "since k = -flip(k)"),
    "cancelling": ("K[h,w]: sum(K) == 0 if K == -flip(K)", "its own negative"),
    "centre": ("K[2*r+1]: K[r] == 0 if K == -flip(K)", "its own negative"),
    "entry_given": (
        'x[n], k[3]: correlate(x, k, "valid")[m] == x[m+1]*k[1] + x[m+2]*k[2] if k[0] == 0',
        "since k[0] = 0",
    ),
    "outside": ("x[n]: circular_correlate(x, x)[0] == dot(x, x)", "in this range"),
    "joined": ("x[n]: concatenate([x[:1], x[1:]]) == x", "put the cases together"),
    "overwritten": ("x[n], y[m]: lax.dynamic_update_slice(x, y, (0,))[:m] == y", "equal terms"),
    "pairs": ("x[n]: sum(x[u//2] for u in range(2*n)) == 2*sum(x)", "split the range, 2 at a time"),
    "whole_turn": ("x[n]: roll(x, n) == x", "in this range"),
    "remainder": (
        "x[n], k[n]: circular_convolve(x, k)[m] == sum(x[(m-u) % n]*k[u] for u in range(n))",
        "definition of circular convolution",
    ),
    "inversion": ("x[n]: ifft(fft(x)) == x", "roots of unity"),
    "convolution_theorem": ("a[n], b[n]: fft(circular_convolve(a, b)) == fft(a)*fft(b)", "as e^(2πi) = 1"),
    "parseval": ("x[n]: vdot(fft(x), fft(x)) == n*dot(x, x)", "roots of unity"),
    "shift": ("x[n]: fft(roll(x, 1))[k] == exp(-2j*pi*k/n)*fft(x)[k]", "as e^(2πi) = 1"),
    "centred": ("x[n]: mean(x - mean(x)) == 0", "equal terms cancel"),
    "variance": ("x[n]: sum((x - mean(x))*(x - mean(x))) == sum(x*x) - n*mean(x)*mean(x)", "count the terms"),
    "boxes": ("x[n]: convolve(convolve(x, ones(3)), ones(3)) == convolve(x, [1,2,3,2,1])", "write the sum out"),
    "gauss": ("sum(u for u in range(n)) == n*(n-1)/2 if n >= 0", "closed form"),
    "in_a_function": ("x[n], k[m], f(), g(): g(f(convolve(x, k))) == g(f(convolve(k, x)))", "substitute"),
    "strassen": (
        "A[2,2], B[2,2]: (A @ B)[0,0] == (A[0,0]+A[1,1])*(B[0,0]+B[1,1]) + A[1,1]*(B[1,0]-B[0,0]) "
        "- (A[0,0]+A[0,1])*B[1,1] + (A[0,1]-A[1,1])*(B[1,0]+B[1,1])",
        "multiply out the right side",
    ),
    "winograd": (
        "d[4], g[3]: [[1,1,1,0],[0,1,-1,-1]] @ (([[1,0,0],[1/2,1/2,1/2],[1/2,-1/2,1/2],[0,0,1]] @ g) "
        '* ([[1,0,-1,0],[0,1,1,0],[0,-1,1,0],[0,1,0,-1]] @ d)) == correlate(d, g, "valid")',
        "put the definitions and numbers in",
    ),
}
SAMPLES = PROVED | REFUTED
TOLD = SAMPLES | {name: text for name, (text, _) in IDEAS.items()}
GOLDEN = Path(__file__).parent / "golden"


@cache
def told(name):
    """The derivation of a sample or an idea."""
    return prove(TOLD[name]).derivation


def number(formula: Formula, names, arrays):
    """The value of a formula at numbers, straight from what each of its parts means."""
    match formula:
        case Scalar(value):
            known = value.substitute(names)
            return approximate(known) if known.constant is None else known.constant
        case Sum(name, lower, upper, body):
            places = range(lower.substitute(names).integer, upper.substitute(names).integer)
            return sum(number(body, names | {name: Poly.of(i)}, arrays) for i in places)
        case Plus(terms):
            return sum(number(t, names, arrays) for t in terms)
        case Times(factors):
            return np.prod([number(f, names, arrays) for f in factors], dtype=object)
        case When(conditions, body):
            values = [(c.relation, c.poly.substitute(names).integer) for c in conditions]
            met = all({">=": v >= 0, "==": v == 0, "!=": v != 0}[relation] for relation, v in values)
            return number(body, names, arrays) if met else 0
        case Conj(body):
            return np.conj(number(body, names, arrays))
        case Call(_, body):
            return number(body, names, arrays) ** 2 + 1
        case Read(array, index):
            digits = [d.substitute(names).integer for a in array.axes for d in a.digits]
            at = [p.substitute(names).integer for a, i in zip(array.axes, index, strict=True) for p in a.parts(i)]
            if any(not 0 <= i < n for i, n in zip(at, digits, strict=True)):
                return 0
            if isinstance(array, Operation):
                return number(array.entry(*index), names, arrays)
            return arrays[array.name][tuple(at)]


def instances(claim, statement):
    """Small sizes that the assumptions allow, with random arrays that satisfy the samples' hypotheses."""
    random = Random(0)
    for _ in range(200):
        names = {s: random.randint(1, 3) for s in (*statement.context.sizes, *statement.context.parameters)}
        values = {k: Poly.of(v) for k, v in names.items()}
        given = [c for c in statement.context.conditions if c.poly.names <= names.keys()]
        if not all((v := c.poly.substitute(values).integer) >= 0 if c.relation == ">=" else v == 0 for c in given):
            continue
        values |= {k: v.substitute(values) for k, v in statement.solved.items()}
        arrays = {}
        for tensor in claim.tensors:
            shape = [a.size.substitute(values).integer for a in tensor.axes]
            array = np.array([random.randint(-3, 3) for _ in range(int(np.prod(shape)))], dtype=object).reshape(shape)
            if tensor.is_complex_valued:
                array = array + 1j * np.flip(array)
            arrays[tensor.name] = array
        for h in (*claim.hypotheses, *(claim.exactly or ())):
            if str(h) == "K == flip(K)":
                arrays["K"] = arrays["K"] + np.flip(arrays["K"])
            elif str(h) == "A == A.T":
                arrays["A"] = arrays["A"] + arrays["A"].T
            elif str(h).endswith("== -flip(K)") or str(h).endswith("== -flip(k)"):
                name = str(h)[0]
                arrays[name] = arrays[name] - np.flip(arrays[name])
            elif str(h) == "k[0] == 0":
                arrays["k"][0] = 0
        yield values, arrays


@pytest.mark.parametrize("name", TOLD)
def test_every_line_is_verified(name):
    """Every line of every sample's derivation is proved equal to the one before, by an idea with a name."""
    derivation = told(name)
    assert derivation.steps
    assert all(step.verified for step in derivation.steps)
    assert all(chain.steps[0].reason is None for chain in derivation.chains)
    assert not any(step.reason.is_arithmetic for step in derivation.steps if step.reason is not None)


@pytest.mark.parametrize("name", [k for k, v in TOLD.items() if k not in REFUTED and "!=" not in v and ":" in v])
def test_lines_agree_in_numbers(name):
    """All lines of a chain have the same value at small sizes, at every output index."""
    from symconv.proving.statements import prepared

    claim = parse(TOLD[name])
    chain = told(name).chains[0]
    stated = prepared(claim, claim.links[0], (*claim.hypotheses, *(claim.exactly or ())))
    tried = 0
    for values, arrays in instances(claim, stated):
        ranges = []
        for index in stated.names:
            bounds = [c.poly.substitute(values) for c in stated.context.conditions if index in c.poly.names]
            upper = [b + Poly.name(index) for b in bounds if b.coefficient(index) == -1]
            ranges.append(range(max(u.integer for u in upper) + 1))
        for at in list(product(*ranges))[:40]:
            names = values | {k: Poly.of(v) for k, v in zip(stated.names, at, strict=True)}
            found = [complex(number(step.formula, names, arrays)) for step in chain.steps]
            assert np.allclose(found, found[0]), (values, at, found)
        tried += 1
        if tried == 4:
            return
    assert tried


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("commutative", ["", "definition of convolution", "substitute u → m-p, v → n-q", "definition of convolution"]),
        (
            "flipped",
            ["", "definition of convolution", "substitute u → h-1-u, v → w-1-v", "definition of flip",
             "definition of correlation"],
        ),
        ("correlation", ["", "definition of correlation"]),
    ],
)  # fmt: skip
def test_the_route_is_the_short_one(name, rules):
    """Well-known identities take the steps that a person would write."""
    assert [step.rule for step in told(name).steps] == rules


def test_reasons_are_data():
    """A reason is a rule of the table with what it is about; words come of it in print alone."""
    steps = told("commutative").steps
    rules = [None, Rule.DEFINITION, Rule.SUBSTITUTE, Rule.DEFINITION]
    assert [step.reason and step.reason.rule for step in steps] == rules
    assert steps[1].reason == replace(definition(["convolution"]), operators=frozenset(["convolve"]))
    (became,) = steps[2].reason.parts
    assert {name: str(*values) for name, values in became.told(steps[2].naming).items()} == {"u": "m - p", "v": "n - q"}


def test_a_substitution_that_changes_no_name_is_not_told():
    """Where the names are printed as before, something else is said, or only the remark."""
    x, n = Tensor("x", sizes("n")), Poly.name("n")
    before, after = (Sum(f"u.{k}", Poly.of(0), n, Read(x, (Poly.name(f"u.{k}"),))) for k in (1, 2))
    became = Became((("u.1", Poly.name("u.2")),), before, after)
    silent = Reason(Rule.SUBSTITUTE, (became,), outside([x]), Rule.RENAME)
    assert words(silent, Naming()) == (("rename the indices",), ("entries outside ", "x", " are zero"))
    assert words(replace(silent, otherwise=None), Naming(), is_latex=True) == (
        ("entries outside ", Maths("x"), " are zero"),
    )


@pytest.mark.parametrize("name", IDEAS)
def test_ideas_have_names(name):
    """Each of the harder claims is told by the idea that it rests on."""
    assert any(IDEAS[name][1] in f"{step.rule}, {step.detail}" for step in told(name).steps)


def test_small_arrays_are_told_entry_by_entry():
    """With literal matrices around, numbers say more than index formulas."""
    chains = told("winograd").chains
    assert [chain.title for chain in chains] == ["For m = 0:", "For m = 1:"]
    assert chains[0].steps[1].text().startswith("g[0]·(d[0] - d[2]) + ")


def test_entries_outside_are_said_to_be_zero():
    """A substitution that changes the ranges says why it may."""
    (step,) = [s for s in told("commutative").steps if s.rule.startswith("substitute")]
    assert step.detail == "entries outside A and K are zero"
    (step,) = [s for s in told("flipped").steps if s.rule.startswith("substitute")]
    assert step.detail == ""


def test_shared_parts_stay_folded():
    """A flipped kernel on both sides is not unfolded."""
    text = "x[N], k[M], l[L]: convolve(convolve(x, k), flip(l)) == convolve(x, convolve(k, flip(l)))"
    assert not any("flip" in step.rule for step in tell(prove(text)).steps)


def test_hypotheses_are_named():
    """The step that uses a hypothesis names it; only the one that it uses."""
    assert any(s.rule == "A is symmetric" for s in told("symmetric_image").steps)
    repaired = told("matrix_symmetry").chains[-1]
    assert any(s.rule == "K is point-symmetric" for s in repaired.steps)
    assert any("since h mod 2 = 1" in s.rule for s in told("even_kernel").steps)


def test_iff_has_two_chains():
    """An `iff` is told in both directions."""
    chains = told("exactly_symmetric").chains
    assert [c.title for c in chains] == ["If K = flip(K):", "Only if K = flip(K):"]
    last = chains[1].steps[-1]
    assert last.text() == "K[h-1-p, w-1-q] - K[p, q]"
    assert last.rule == "take A the unit impulse at (m+p, n+q)"
    assert last.detail == "this is 0 for all 0 ≤ p < h, 0 ≤ q < w only if K = flip(K)"
    layer = prove("X[C,H,W], K[F,C,h,w]: conv2d(X, K) == conv2d(X, flip(K, (2,3))) iff K == flip(K, (2,3))")
    assert layer.derivation.chains[1].steps[-1].rule == "take X the unit impulse at (q, n+r, p+s)"


@pytest.mark.parametrize(
    "claim",
    [
        "x[n+2], y[n+2]: x == cumsum(x) iff x[2:4] == y[1:]",
        "x[n], y[n]: dot(x, y) == dot(y, x)*(1 + (n-1)*(n-2)) iff n == 0",
    ],
)
def test_a_condition_that_nothing_satisfies_is_not_told(claim):
    """Only the counterexample is; there is nothing that it suffices for."""
    result = prove(claim)
    assert result.verdict == "refuted"
    assert all(str(chain.title).startswith(("The left", "The right", "It holds")) for chain in result.derivation.chains)


def test_alternatives_among_hypotheses_stand_in_brackets():
    """In titles and in reasons, as text and in LaTeX."""
    derivation = prove("X[m,n]: diag(X) == X[0] if flip(X)[1:] == 0").derivation
    assert derivation.text().count("m ≥ n and (m = 1 or n ≠ m)") == 2
    assert r"$m \ge n$ and ($m = 1 \lor n \ne m$)" in derivation.latex()


def test_what_a_sum_is_given_as_may_name_the_indices_of_other_sums():
    """A @ B == eye(n) leaves a sum over [u = m], with or without a number for n."""
    for claim in (
        "A[2,2], B[2,2], x[2]: A @ (B @ x) == x if A @ B == eye(2)",
        "A[n,m], B[m,n], x[n]: A @ (B @ x) == x if A @ B == eye(n)",
    ):
        assert "]·x[" in prove(claim).derivation.text()


def test_a_sum_that_begins_with_nothing_is_told():
    """[p = 0] leaves no term of Σ_{t=0}^{p-1}."""
    turned = "sum(flip(concatenate((x[-1:], x[:-1]))))"
    claim = f"x[3]: sum(roll(x, 1)) == sum(1 for t in range(p))*sum(roll(x, 1)) + {turned} iff p == 0"
    assert prove(claim).derivation.chains


def test_ends_of_ranges_are_put_into_what_rises_or_falls_only():
    """⌊(m-1)/n⌋ with the letter n of a sum is at least nothing that could be told, and divides by no end of n."""
    claim = "x[n]: roll(flip(tile(roll(flip(x), 1), 2)), 1) == concatenate((x, x))"
    assert all(step.verified for chain in prove(claim).derivation.chains for step in chain.steps)
    m, n = Poly.name("m"), Poly.name("n")
    ranges = Ranges({"m": n})
    assert ranges.inside(m, n) and ranges.inside(n - 1 - m, n)
    assert Ranges({"m": Poly.of(6)}).inside(floor(m, Poly.of(2)), Poly.of(3))
    assert not ranges.inside(m * m - m + 2 * floor(m, Poly.of(2)) - m, n)
    assert not ranges.inside(5 - n * m, Poly.of(6)) and not Ranges({"n": m}).inside(floor(m, n), m)


def test_hypotheses_without_which_the_shapes_differ_are_needed():
    """A line under fewer of them says nothing."""
    derivation = prove("X[n,m], Y[k,l]: kron(X, Y).T == kron(X, Y.T)").derivation
    assert all(step.verified for chain in derivation.chains for step in chain.steps)


def test_fewer_hypotheses_are_tried_within_the_time_of_a_line():
    """That x is its sum from each entry on makes terms without end once n may be anything."""
    started = process_time()
    claim = "x[n+1], w[m]: sum(x*x) == x[0]**2 if x[::2] == x[1::2] and cumsum(x) == x and (n+1) + m <= 4"
    assert prove(claim, timeout=5).derivation.chains and process_time() - started < 10


def test_counterexamples_are_computed():
    """A counterexample shows both sides in numbers, and they differ."""
    left, right, *_ = told("vec_ravel").chains
    assert left.given[0].name == "X"
    assert left.steps[-1].text() != right.steps[-1].text()


def test_a_failed_check_is_not_hidden():
    """Lines that the verifier does not confirm are marked."""
    n = sizes("n")
    x, y = Tensor("x", n), Tensor("y", n)
    m = Poly.name("m.x")
    naming = Naming(("m.x",), taken=frozenset("nxy"), sizes=("n",))
    setting = Setting(lambda left, right: False, None, Ranges({"m.x": Poly.name("n")}), naming)
    steps = derive(Read(x[::-1], (m,)), Read(y, (m,)), setting)
    assert not all(step.verified for step in steps)
    assert steps[-1].reason.is_arithmetic


def test_products_multiply_out_without_capture():
    """Multiplying a sum with itself gives two different bound names."""
    x = Tensor("x", sizes("n"))
    total = Sum("u", Poly.of(0), Poly.name("n"), Read(x, (Poly.name("u"),)))
    (square,) = products(Times((total, total)))
    assert len({name for name, _, _ in square.bound}) == 2
    assert canonical(Sum("a", Poly.of(0), Poly.name("n"), Read(x, (Poly.name("a"),)))) == canonical(total)


def test_all_formats():
    """LaTeX, Markdown, HTML and text hold every line."""
    pytest.importorskip("docutils")
    derivation = told("flipped")
    assert derivation.latex().count("&=") == 4
    assert r"\tag*{\footnotesize substitute $u \to h-1-u$, $v \to w-1-v$}" in derivation.latex()
    assert derivation.markdown().startswith("$$\n\\begin{aligned}")
    assert derivation.html().count("<tr>") == 5
    assert '= correlate(A, flip(K), "valid")[m, n]' in derivation.text()
    assert all(step.expr is not None for step in derivation.steps)


def test_undecided_claims_have_no_derivation():
    """Where nothing is proved, nothing is told."""

    class Undecided:
        claim, verdict = parse(SAMPLES["commutative"]), "unknown"

    assert tell(Undecided()) is None


@pytest.mark.parametrize("name", TOLD)
def test_golden(name):
    """The LaTeX of a sample is what was looked at last."""
    path = GOLDEN / f"{name}.tex"
    latex = told(name).latex() + "\n"
    if os.environ.get("SYMCONV_REWRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(latex, encoding="utf-8")
    assert latex == path.read_text(encoding="utf-8")


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="pdflatex is not installed")
def test_golden_files_compile(tmp_path):
    """All golden files compile with amsmath alone, and no line sticks out of an A4 page."""
    bodies = "\n\\clearpage\n".join(p.read_text(encoding="utf-8") for p in sorted(GOLDEN.glob("*.tex")))
    document = rf"\documentclass[a4paper]{{article}}\usepackage{{amsmath}}\begin{{document}}{bodies}\end{{document}}"
    (tmp_path / "all.tex").write_text(document, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, stdin=subprocess.DEVNULL, timeout=120)
    log = run.stdout.decode("utf-8", "replace")
    assert run.returncode == 0, log[-2000:]
    assert "Overfull" not in log


def test_grids_are_not_formulas():
    """Lines of literal arrays are shown as whole arrays."""
    assert all(isinstance(step.formula, (Whole, Table)) and step.expr is None for step in told("worked_example").steps)


def test_negative_numbers_are_subtracted():
    """In the arithmetic of a counterexample a minus takes the place of the plus."""
    told = prove('x[N], y[N]: ifft(fft(x) * fft(y)) == convolve(x, y, "same")').derivation
    assert "- 1·0" in told.text() and "+ -" not in told.text()
    assert "+-" not in told.latex()


def test_what_needs_a_hypothesis_says_so():
    """A step that holds under a hypothesis alone is not told to be a matter of ranges or of whole turns."""
    told = prove("x[N]: conj(fft(x)) == fft(x) if x == roll(flip(x), 1)").derivation
    assert "since x = roll(flip(x), 1)" in [step.rule for step in told.steps]
    assert not any("e^(2πi)" in step.detail for step in told.steps)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_told_at_once(name):
    """A derivation takes under 100 ms of processor time, warm: the best of three."""
    result = prove(SAMPLES[name])
    tell(result)
    spent = []
    for _ in range(3):
        started = process_time()
        tell(result)
        spent.append(process_time() - started)
    assert min(spent) < 0.1


@pytest.mark.parametrize(
    "claim",
    [
        "z[n] complex: imag(correlate(z, z)[n + 1 - 1]) == 0",
        "x[n+1] complex: sum(concatenate((x[:1], x[1:]))) == n + 1*mean(flip(x))",
        "x[2*n] complex: sum(roll(flip(x), 3 + 2*p)) == "
        "sum(roll(roll([x[3*n - 1 - j] for j in range(2*n)], 3), 2*p)[:p])"
        " + sum(roll(roll([x[2*n - 1 - j] for j in range(2*n)], 3), 2*p)[p:])",
    ],
)
def test_every_line_has_an_expression(claim: str) -> None:
    """Reads that lie outside of an array are 0 in SymPy, too; they do not count from its end."""
    derivation = prove(claim).derivation
    assert derivation is not None
    assert all(
        step.expr is not None or step.index_formula is None for chain in derivation.chains for step in chain.steps
    )
