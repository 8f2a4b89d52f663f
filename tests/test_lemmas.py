"""Earlier claims as steps: an instance follows by substitution, and what the claim needs holds there."""

from __future__ import annotations

import pytest

from symconv import SymconvError, prove
from symconv.publish.checking import Earlier, check

TURNED = "A[N], K[M]: convolve(A, K, 'valid') == correlate(A, flip(K), 'valid')"
COMMUTES = "x[N], k[M]: convolve(x, k) == convolve(k, x)"
ASSOCIATES = "a[n], b[m], c[p]: convolve(convolve(a, b), c) == convolve(a, convolve(b, c))"
TRANSPOSED = "A[n,n], K[h,h]: correlate(A, K.T, 'valid') == correlate(A, K, 'valid').T if A == A.T"
SHORT = "x[N], k[M]: convolve(x, k) == convolve(k, x) if M <= 3"
EMPTY = "x[N]: x[:0] == x[1:1]"

#: A claim, earlier ones that it may use, and the reasons of its derivation.
USED = {
    "x[N], k[M], c: convolve(c*x, k, 'valid') == correlate(c*x, flip(k), 'valid')": ([TURNED], ["by 0"]),
    "x[N], k[M]: convolve(x, k, 'valid') == correlate(x, k, 'valid') if k == flip(k)":
        ([TURNED], ["by 0", "k is symmetric, k = flip(k)"]),
    "a[n], b[m], c[p]: convolve(convolve(a,b),c) == convolve(convolve(a,c), b)":
        ([COMMUTES, ASSOCIATES], ["by 0", "by 1", "by 0"]),
    "B[p,p], L[q,q]: correlate(B@B.T, L.T, 'valid') == correlate(B@B.T, L, 'valid').T": ([TRANSPOSED], ["by 0"]),
    "B[p,p], L[q,q]: correlate(B, L.T, 'valid') == correlate(B, L, 'valid').T if B == B.T":
        ([TRANSPOSED], ["by 0, B is symmetric, B = B.T"]),
    "a[n], k[2]: convolve(a, k) == convolve(k, a)": ([SHORT], ["by 0"]),
    "a[n], k[m]: convolve(a, k) == convolve(k, a) if m <= 2": ([SHORT], ["by 0"]),
}  # fmt: skip

#: A claim, and one that it is no instance of: of real arrays, under hypotheses that do not hold, of other sizes.
UNUSED = {
    "z[n] complex, k[m] complex: convolve(z, k) == convolve(k, z)": COMMUTES,
    "a[n], k[m]: convolve(a, k) == convolve(k, a)": SHORT,
    "a[n], k[m]: convolve(a, k) == convolve(k, a) if m <= 4": SHORT,
    "x[n]: flip(flip(x[1:])) == x[1:]": "x[n]: flip(flip(x)) == x",
}


def reasons(text: str, earlier: list[str]) -> list[str]:
    """Why each line of a derivation follows."""
    derivation = prove(text).using({str(i): prove(e) for i, e in enumerate(earlier)}).derivation
    assert derivation is not None and all(step.verified for step in derivation.steps)
    return ["".join(step.why()) for step in derivation.steps if step.reason is not None]


@pytest.mark.parametrize("text", USED)
def test_instances_of_earlier_claims_are_steps(text: str) -> None:
    """With hypotheses of the earlier claim, of the later one, and several in turn."""
    earlier, wanted = USED[text]
    assert reasons(text, earlier) == wanted


@pytest.mark.parametrize("text", UNUSED)
def test_what_an_earlier_claim_does_not_say_is_no_step(text: str) -> None:
    """Other arrays, sizes and hypotheses."""
    assert not any("by 0" in why for why in reasons(text, [UNUSED[text]]))


@pytest.mark.parametrize(
    "text", ["x[n]: x == 2*x", "x[n]: x == 0 iff sum(x*x) == 0", "x[n], k[m]: correlate(x, k) != convolve(x, k)"]
)
def test_only_proved_equations_are_steps(text: str) -> None:
    """Refuted claims, equivalences and inequalities are not."""
    with pytest.raises(SymconvError):
        prove(COMMUTES).using({"Claim 1": prove(text)})


def test_documents_use_earlier_claims() -> None:
    """Unasked only where an instance is the whole way; the record names what is used."""
    close = "p[n], q[m]: convolve(q, p) == convolve(p, q)"
    far = "a[n], b[m], c[p]: convolve(convolve(a,b),c) == convolve(convolve(a,c), b)"
    told = [
        check(text, earlier=[Earlier("comm", COMMUTES), Earlier("no", "x[n]: x == 2*x")]).record
        for text in (close, far)
    ]
    assert [record.lemmas for record in told if record is not None] == [("comm",), ()]
    asked = check(far, earlier=[Earlier("comm", COMMUTES, True), Earlier("assoc", ASSOCIATES, True)]).record
    assert asked is not None and asked.lemmas == ("comm", "assoc")
    assert check(far, earlier=[Earlier("no", "x[n]: x == 2*x", True)]).status == 2
