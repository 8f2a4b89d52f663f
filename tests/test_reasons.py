"""Reasons of derivations: true of the lines beside them, in the names that stand there, the same in every run."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from changed_laws import WRITTEN
from independent.lines import judge_derivation
from independent.reading import Unreadable, read
from independent.trials import Judge
from samples import PROVED, REFUTED

from symconv import prove
from symconv.algebra.polynomials import Poly
from symconv.claims import parse
from symconv.derivations import Derivation, Step
from symconv.derivations.matching import Product, terms_of
from symconv.derivations.obligations import defined_by, truthful
from symconv.derivations.reasons import Became, Listed, Reason, Rule, Values
from symconv.derivations.records import Chain
from symconv.derivations.told_statements import told
from symconv.expressions.unfolding import plainly
from symconv.formulas.conditions import holds
from symconv.formulas.language import Formula, Scalar, Sum, plus, times
from symconv.formulas.walking import free_names
from symconv.publish.sources import stated_in

PAGES = [
    stated.text
    for path in sorted((Path(__file__).parent.parent / "derivations").glob("*.md"))
    for stated in stated_in(path.read_text("utf-8"), ".md")
    if not stated.is_calculation
]
ALL = [*dict.fromkeys([*PROVED.values(), *REFUTED.values(), *PAGES, *WRITTEN])]
#: Some of every page.
SOME = ALL[3::41]

#: Claims whose reasons were false or skipped the crux: words that the derivation has to have, and words it may not.
TRUER = {
    "c[m], r[n]: toeplitz(c, r).T == toeplitz(r, c) if c[0] == r[0]": (["since c[0] = r[0]"], []),
    "A[n,n]: trace(A) == 0 if A == -A.T": (["since A = -A.T", "it equals its own negative"], ["pairs"]),
    "K[h,w]: sum(K) == 0 if K == -flip(K)":
        (["-Σ_{u=0}^{h-1} Σ_{v=0}^{w-1} K[h-1-u, w-1-v]", "substitute u → h-1-u, v → w-1-v"], []),
    "x[n], y[n]: sum(x[u]*((y[0] if u == 0 else 0)+(y[1] if u == 1 else 0)) for u in range(n)) "
    "== x[0]*y[0]+x[1]*y[1] if n >= 2": (["in each sum only one term can be other than zero: u = 0 and u = 1"], []),
    "K[h,w], L[p,q]: convolve(K, L) == flip(convolve(K, L)) if K == flip(K) and L == flip(L)":
        (["since K = flip(K) and L = flip(L)"], ["point-symmetric"]),
    "A[H,W]: sum(avg_pool2d(reshape(A, (1,H,W)), 2)) == sum(A)/4 if H % 2 == 0 and W % 2 == 0":
        (["since H mod 2 = 0 and W mod 2 = 0"], ["outside", "linear"]),
    "x[n]: sum(x[u+1]-x[u] for u in range(n-1)) == x[n-1] - x[0]": (["telescope", "substitute u → v-1"], ["linear"]),
    "x[n]: diff(cumsum(x)) == x[1:]": (["telescope"], ["linear"]),
    "a[n], b[n], c[n]: circular_convolve(circular_convolve(a, b), c) == circular_convolve(a, circular_convolve(b, c))":
        (["a[(m-u-v) mod n]", "the sum runs over a whole period"], ["≥", "linear"]),
    "a[n], b[n]: fft(circular_convolve(a, b)) == fft(a)*fft(b)":
        (["exp(-2·π·i·m·(u+v)/n)", "as e^(2πi) = 1", "u → (u+v) mod n"], ["join"]),
    "x[n]: ifft(fft(x)) == x": (["exp(2·π·i·v·(m-u)/n)", "is n if n divides m-u, else 0"], []),
    "A[H,W], K[h,w]: correlate(A, K, 'valid') == 0 iff K == 0":
        (["take A the unit impulse at (m+p, n+q)", "= K[p, q]"], ["0*correlate"]),
    "x[n]: sum(x) == 0 iff x == -flip(x)": (["There, x = -flip(x) does not hold", "It holds if x = -flip(x)"], []),
    "X[C,H,W], K[F,C,h,w], G[F,H-h+1,W-w+1]: frobenius(conv2d(X, K), G) == frobenius(X, conv_transpose2d(G, K))":
        (["Σ_{f=0}^{F-1}", "Σ_{c=0}^{C-1}"], ["Σ_{u=0}^{C-1}", "Σ_{c=0}^{F-1}"]),
    "x[n], k[m], y[n+m-1]: dot(convolve(x, k), y) == dot(x, convolve(y, k, 'valid'))":
        (["substitute u → m+w-v-1"], ["substitute w"]),
    "x[n]: unit_impulse(n, 0)*x == x[0]*unit_impulse(n)": (["what the bracket says"], ["linear"]),
    "x[N], k[M]: correlate(x[::2], k, 'valid') == correlate(x, lax.pad(k, 0, [(0,0,1)]), 'valid')[::2]":
        (["2·M-2"], ["max("]),
    "z[n] complex: fft(conj(z))[m] == conj(fft(z)[-m % n])": (["as conj(e^(iφ)) = e^(-iφ) and e^(2πi) = 1"], []),
    "x[n]: fft(x)[n//2] == conj(fft(x)[-(n//2) % n])": (["definition of the Fourier transform\n"], []),
    "x[n]: fft(ifftshift(fftshift(x))) == fft(x)": ([], ["e^("]),
    "c: mean(c*ones((n,m))) == c": (["count the terms", "collect the numbers"], ["reorder"]),
    "x[n]: sum(pad(x, 1, 'symmetric')) == sum(x) + x[0] + x[n-1]":
        (["in each sum that is left out only one term can be other than zero: u = 0 and u = n+1"], ["linear"]),
    "x[n]: sum(pad(x, 3, 'edge')) == 3*x[0] + sum(x) + 3*x[n-1]": (["count the terms"], ["linear", "max("]),
    "y[m]: pad(y, 1, 'edge') == pad(y, 1, 'symmetric')": (["distinguish the cases"], ["linear"]),
    "z[k]: z[-3:] == flip(flip(z)[:3])": (["max(k-3, 0) = k-min(3, k) in this range"], ["linear"]),
    "A[C,H,W]: fold(unfold(A, 3, stride=3), (H,W), 3, stride=3) == A if W % 3 == 0 and H % 3 == 0":
        (["only the term u = n mod 3, v = p mod 3, i = ⌊n/3⌋, j = ⌊p/3⌋"], ["linear"]),
    "x[n]: grad(sum(x[::3]), x)[i] == (1 if i % 3 == 0 else 0)": (["only the term u = ⌊i/3⌋"], ["linear"]),
    "sum(3**i for i in range(n)) == (3**n - 1)/2 if n >= 0": (["the sum in closed form, since n ≥ 0"], ["factor"]),
    "z[n] complex: fft(conj(z)) == conj(roll(flip(fft(z)), 1))": (["conj(fft(z)[(-m) mod n])"], ["distinguish"]),
    "x[N], k[N]: circular_convolve(x, k) == ifft(fft(k)*fft(x))":
        (["From the right side to the left:\n  ifft(fft(k)*fft(x))[m]"], []),
    "X[n,n]: cumsum(X, axis=1) @ eye(n) == cumsum(X, axis=1)": (["only the term u = j"], ["linear"]),
    "X[3,3]: cumsum(X, axis=1) @ eye(3) == cumsum(X, axis=1) + sum(t for t in range(p))*cumsum(X, axis=1) iff p == 1":
        (["only the term u = "], ["linear"]),
    "x[n], p int: roll(roll(x, 3), p+1) == roll(x, p+4)": (["positions are taken modulo the size"], ["linear"]),
    "X[n,n]: roll(X, 3+n, axis=1) == roll(reshape(ravel(X), (n,n)), 3, axis=1)": ([], ["ravel(X)[i·n+j-3]"]),
    "x[n]: roll(x, 1) == roll(x, 2)": ([], ["x[-"]),
    "x[n], k[m]: convolve(x, k, 'same') == correlate(x, k, 'same')":
        (["write the sum out, entries outside x are zero", "(exact if 2·n ≥ m)"], []),
    "x[n]: sum(cumsum(x)) == sum((n-i)*x[i] for i in range(n))":
        (["exchange the order of summation", "Σ_{v=u}^{n-1} x[u]", "count the terms"], ["linear"]),
    "K[n,n]: K == flip(K, axis=0) if K == K.T and K == flip(K, axis=1)": (["= K[j, i] ", "= K[j, n-1-i] "], []),
    "A[n,n]: A @ A.T == eye(n) if A.T @ A == eye(n)":
        (["since A.T @ A = eye(n), a left inverse of a square matrix is its right inverse"], []),
    "X[C,H], K[F,C,h], G[F,(H-h)//2+1]: sum(conv1d(X, K, stride=2)*G) == sum(X*conv_transpose1d(G, K, stride=2)) "
    "if (H-h) % 2 == 0 and H >= h": (["exchange the order of summation\n"], ["since"]),
    "x[n]: sum(pad(x, 1, 'reflect')) == sum(x) + x[1] + x[n-2]": (["distinguish the cases"], ["linear", "n ≥ 2"]),
    "y[k]: sum(pad(y, 1, 'reflect')) == y[k-2] + y[1] + sum(y) if k >= 3":
        (["only one term can be other than zero: u = 0 and u = k+1, since k ≥ 3"], ["[k ≥", "k ≥ 2"]),
    "S[n,n], T[n,n]: frobenius(T, S) == 0 if S == -S.T and T == T.T":
        (["T is symmetric", "it equals its own negative"], ["since S = -S.T and"]),
    "A[m,n], x[n], b[m]: grad(sum((A @ x - b)**2), x) == 2*A.T @ (A @ x - b)": (["factor out"], ["the right side"]),
    "v[q]: sum(pad(v, 2, 'wrap')) == v[0] + v[1] + sum(v) + v[q-2] + v[q-1] if q >= 2":
        (["substitute u → w+2", "write the sum out"], ["linear"]),
    "x[n], r[n]: dot(x, r) == 0 iff r == 0": (["take x the unit impulse at p,"], []),
}  # fmt: skip


def derivation_of(text: str) -> Derivation:
    """The derivation of a claim."""
    derivation = prove(text).derivation
    assert derivation is not None
    return derivation


@pytest.mark.parametrize("text", TRUER)
def test_reasons_are_true_and_name_the_crux(text: str) -> None:
    """What a referee stopped at is told, and what was false is not."""
    shown, (wanted, unwanted) = derivation_of(text).text(), TRUER[text]
    assert all(words in shown for words in wanted), shown
    assert not any(words in shown for words in unwanted), shown


def test_a_definition_needs_no_hypothesis_and_no_other_definition() -> None:
    """With all other operators opaque, a definition has to give the line by itself."""
    claim = parse("K[h,w]: flip(flip(K.T)) == K.T if K == flip(K)")
    statement = told(claim, claim.links[0], claim.hypotheses)
    left, right = statement.sides
    assert defined_by({"flip"}, left, right, statement.setting)
    assert not defined_by({"transpose"}, left, right, statement.setting)


def test_terms_cancel_only_with_their_negatives() -> None:
    """A wrong pairing is refused, and a weaker reason is said."""
    claim = parse("x[n], y[n]: sum(x) - sum(y) == 0 if x == y")
    setting = told(claim, claim.links[0], claim.hypotheses).setting
    lines = {}
    for text in ("sum(x) - sum(x)", "sum(x) - sum(y)", "sum(x[1:]) - sum(x)", "sum(x) + sum(x)"):
        one = parse(f"x[n], y[n]: {text} == 0 if n >= 2")
        lines[text] = plainly(told(one, one.links[0], one.hypotheses).sides[0])
    zero = Scalar(Poly.of(0))

    def kept(rule: Rule, text: str) -> bool:
        reason = truthful(Reason(rule), [lines[text]], zero, setting)
        return reason is not None and reason.rule is rule

    assert kept(Rule.EQUAL_TERMS_CANCEL, "sum(x) - sum(x)")
    assert not any(kept(Rule.EQUAL_TERMS_CANCEL, text) for text in [*lines][1:])
    assert kept(Rule.TELESCOPE, "sum(x[1:]) - sum(x)") or kept(Rule.TELESCOPE, "sum(x) - sum(x)")
    assert not kept(Rule.TELESCOPE, "sum(x) - sum(y)") and not kept(Rule.TELESCOPE, "sum(x) + sum(x)")
    assert not any(kept(Rule.ITS_OWN_NEGATIVE, text) for text in [*lines][1:])


def names_in(text: str) -> set[str]:
    """The names in printed text."""
    return set(re.findall(r"[^\W\d]\w*", text))


def pairs(derivation: Derivation) -> Iterator[tuple[Step, Step]]:
    """Neighbouring lines."""
    for chain in derivation.chains:
        yield from zip(chain.steps, chain.steps[1:], strict=False)


def numbers(poly: Poly, values: dict[str, int]) -> int | None:
    """The value of a polynomial; None where it is no whole number."""
    return poly.substitute({name: Poly.of(value) for name, value in values.items()}).integer


def points(bound: tuple[tuple[str, Poly, Poly], ...], values: dict[str, int]) -> Iterator[dict[str, int]]:
    """The values of bound names, those of outer sums first."""
    if not bound:
        yield {}
        return
    (name, lower, upper), *rest = bound
    ends = numbers(lower, values), numbers(upper, values)
    for value in range(ends[0] or 0, ends[1] or 0):
        for others in points(tuple(rest), {**values, name: value}):
            yield {name: value, **others}


def term_of(formula: Formula) -> Product | None:
    """The only term of a line; None where there are more, or some inside others."""
    terms = terms_of(formula)
    return terms[0] if len(terms) == 1 and not any(isinstance(f, Sum) for f in terms[0].factors) else None


def check_substitution(became: Became, exact: bool, sizes: dict[str, int]) -> None:
    """Other points of the new ranges stand for other points of the old ones; where it is `exact`, for all of them."""
    old, new = term_of(became.before), term_of(became.after)
    if old is None or new is None or {name for name, _ in became.values} != {*old.indices}:
        return
    images = []
    for place in points(new.bound, sizes):
        image = tuple(numbers(value, {**sizes, **place}) for _, value in became.values)
        assert None not in image, became
        images.append(image)
    assert len({*images}) == len(images), became
    if exact:
        order = [name for name, _ in became.values]
        assert {*images} == {tuple(place[name] for name in order) for place in points(old.bound, sizes)}, became


def check_only_term(values: Values, formula: Formula, sizes: dict[str, int]) -> None:
    """Whatever else a name is, a condition of the term fails."""
    term = term_of(formula)
    if term is None or not {name for name, _ in values.values} <= {*term.indices} or not term.guards:
        return
    for place in points(term.bound, sizes):
        here = {**sizes, **place}
        told = all(numbers(value, here) == place[name] for name, value in values.values)
        polys = {name: Poly.of(value) for name, value in here.items()}
        assert told or not all(holds(guard, polys) for guard in term.guards), (values, formula)


def check_reason(before: Step, after: Step) -> None:
    """A substitution and a single term, at all points of small ranges."""
    if before.index_formula is None or after.index_formula is None or after.reason is None:
        return
    names = free_names(before.index_formula) | free_names(after.index_formula)
    for least in (1, 2):
        sizes = {name: least + k % 3 for k, name in enumerate(sorted(names))}
        for reason in after.reason.parts_of(Rule.SUBSTITUTE, Rule.ONLY_THE_TERM):
            match reason:
                case Reason(Rule.SUBSTITUTE, (Became() as became,), None):
                    check_substitution(became, True, sizes)
                case Reason(Rule.SUBSTITUTE, (Became() as became,)):
                    check_substitution(became, False, sizes)
                case Reason(Rule.ONLY_THE_TERM, (Listed((Values() as values,)),), None):
                    check_only_term(values, before.index_formula, sizes)


def judged(text: str) -> None:
    """Every line evaluated, and every name of a substitution or a single term looked for in the lines beside it."""
    try:
        result = prove(text)
    except Exception:
        return
    if result.verdict == "unknown":
        return
    derivation = result.derivation
    assert derivation is not None and all(step.verified for step in derivation.steps), text
    assert not re.search(r"[^\W\d]\.\d", derivation.text()), text
    for before, after in pairs(derivation):
        check_reason(before, after)
        here = names_in(before.text()) | names_in(after.text())
        why = "".join(after.why())
        told = re.findall(r"(\w+) (?:→|=) ([^,]+)", why) if why.startswith(("substitute", "only the term")) else []
        for name, value in told:
            words = names_in(value.split(" can be")[0]) - {"mod", "and"}
            assert name in here and words <= here, (text, why)
    try:
        opinion = judge_derivation(Judge(read(text), random.Random(1), 4, 2.0), result, derivation)
    except Unreadable:
        return
    assert opinion.kind != "contradiction", opinion.why


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("x[N], k[M]: convolve(x, k, 'valid') == correlate(x, flip(k), 'valid')", Rule.SUBSTITUTE),
        ("x[n]: ifft(fft(x)) == x", Rule.ONLY_THE_TERM),
    ],
)
def test_the_checks_of_reasons_can_fail(text: str, rule: Rule) -> None:
    """All indices sent to 5 are no substitution, and 5 is not the only term."""
    for before, after in pairs(derivation_of(text)):
        check_reason(before, after)
        if after.reason is not None and after.reason.rule is rule:
            (part,) = after.reason.parts
            told = part.items[0] if isinstance(part, Listed) else part
            assert isinstance(told, (Became, Values))
            wrong = replace(told, values=tuple((name, Poly.of(5)) for name, _ in told.values))
            parts = (Listed((wrong,)),) if isinstance(part, Listed) else (wrong,)
            with pytest.raises(AssertionError):
                check_reason(before, replace(after, reason=replace(after.reason, parts=parts)))
            return
    raise LookupError(rule)


@pytest.mark.parametrize(
    "text",
    [
        "x[N], k[M]: convolve(x, k, 'valid') == correlate(x, flip(k), 'valid')",
        "a[n], b[n]: circulant(a) @ b == circular_convolve(a, b)",
        "x[n]: sum(fft(x)) == n*x[0]",
        "A[n,n], B[n,n]: trace(A @ B) == 0 if A == A.T and B == -B.T",
        "A[H,W], K[h,w]: convolve(A, K) == correlate(A, K) iff K == flip(K)",
        "x[n], y[n]: sum(x*y) == sum(x)*sum(y)",
    ],
)
def test_the_check_of_lines_can_fail(text: str) -> None:
    """Twice a line, in any chain, contradicts the one before."""
    result, derivation = prove(text), derivation_of(text)

    def opinion(chains: tuple[Chain, ...]) -> str:
        changed = replace(derivation, chains=chains)
        return judge_derivation(Judge(read(text), random.Random(1), 4, 2.0), result, changed).kind

    assert opinion(derivation.chains) == "consistent"
    for k, chain in enumerate(derivation.chains):
        first, second, *rest = chain.steps
        assert second.index_formula is not None
        false = replace(second, formula=times(Scalar(Poly.of(2)), plus(Scalar(Poly.of(1)), second.index_formula)))
        wrong = replace(chain, steps=(first, false, *rest))
        assert opinion((*derivation.chains[:k], wrong, *derivation.chains[k + 1 :])) == "contradiction", chain


@pytest.mark.parametrize("text", SOME)
def test_lines_and_names_hold(text: str) -> None:
    """Printed lines agree in numbers at small sizes, and reasons speak of what stands beside them."""
    judged(text)


@pytest.mark.long
@pytest.mark.parametrize("text", ALL)
def test_all_lines_and_names_hold(text: str) -> None:
    """The same of every page, sample and law."""
    judged(text)


@pytest.mark.long
def test_runs_under_other_hash_seeds_print_the_same() -> None:
    """No order of a set is seen."""
    program = "import sys, symconv\nfor text in sys.argv[1:]: print(symconv.prove(text).derivation.latex())"
    printed = {
        subprocess.run(
            [sys.executable, "-c", program, *TRUER],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in range(10)
    }
    assert len(printed) == 1


@pytest.mark.parametrize("text", list(TRUER)[::3])
def test_two_runs_print_the_same(text: str) -> None:
    """New names inside are never seen."""
    assert derivation_of(text).latex() == derivation_of(text).latex()
