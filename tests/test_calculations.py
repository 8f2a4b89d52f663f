"""Chains that a user writes, derivations with numbers in, counterexamples whole, and counts over documents."""

from __future__ import annotations

import numpy as np
import pytest

from symconv import calc, prove
from symconv.cli import main
from symconv.derivations.calculation import CheckedLink
from symconv.derivations.reasons import Reason, Rule
from symconv.displays.html import claim_html
from symconv.displays.tex import claim_tex
from symconv.errors import SymconvError
from symconv.publish.checking import check_calculation
from symconv.publish.sources import stated_in
from symconv.publish.statistics import statistics

IMAGE = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
KERNEL = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
TRUE = """
x[N], k[M]: correlate(x, k)
  == convolve(x, flip(k))
  == convolve(flip(k), x)  # convolution commutes
"""
FALSE = TRUE + "  == convolve(k, x)  # forgotten\n  == convolve(x, k)\n"


# Chains


def test_each_link_is_checked_and_gets_a_reason():
    """The writer's reason stands; where there is none, the link's own idea does."""
    found = calc(TRUE)
    assert found.verdict == "proved"
    assert found.broken is None
    assert [step.rule for step in found.derivation.steps[1:]] == ["substitute u → M-1-u", "convolution commutes"]
    assert all(step.verified for step in found.derivation.steps)


def test_the_first_false_link_is_named():
    """One false link makes the chain false, and the message says which."""
    found = calc(FALSE)
    assert (found.verdict, found.broken) == ("refuted", 2)
    assert [link.verdict for link in found.links] == ["proved", "proved", "refuted", "proved"]
    assert str(found).endswith("link 3 is false: convolve(flip(k), x) == convolve(k, x)")
    assert not found.derivation.steps[3].verified


def test_hypotheses_hold_for_every_link():
    """What stands after `if` on the last line is known in all of them."""
    assert (
        calc("x[N], k[M]: convolve(x, k)\n == correlate(x, k)\n == convolve(k, x) if k == flip(k)").verdict == "proved"
    )


def test_free_indices_are_shared():
    """The indices of the first line are the indices of all."""
    first = 'x[N], k[M]: correlate(x, k, "valid")[m]\n == sum(x[m+u]*k[u] for u in range(M))\n'
    assert calc(first + ' == convolve(x, flip(k), "valid")[m]').verdict == "proved"


def test_definitions_are_summed_up():
    """A link by definitions alone names them."""
    found = calc('X[h,w], Y[h,w]: correlate(X, Y, "valid")[0,0]\n == frobenius(X, Y)')
    assert found.derivation.steps[1].rule == "definitions of correlation and the Frobenius product"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x[n]: x == x == x", "2 links on 0 lines"),
        ("x[n]: x\n != 2*x", "a calculation is a chain"),
        ("x[n]: x\n == y", "unknown name 'y'"),
        ("", "claim"),
    ],
)
def test_what_is_no_chain_is_an_error(text, message):
    """Malformed chains raise one clear error."""
    with pytest.raises(SymconvError, match=message):
        calc(text)


def test_a_hash_in_quotation_marks_is_no_reason():
    """Only what stands after the expression is a reason."""
    found = calc('x[n], k[m]: convolve(x, k, "full")  # start\n == convolve(k, x)  # it "commutes" # twice')
    assert found.links[0].written == 'it "commutes" # twice'


def test_undecided_links_say_so():
    """A link that is not decided is neither true nor false."""

    class Undecided:
        verdict, derivation = "unknown", None

    assert CheckedLink(Undecided()).reason == Reason(Rule.NOT_DECIDED)


def test_calculations_in_documents():
    """`calc` blocks are found with their lines, checked, and shown with their reasons."""
    block = "text\n\n```{calc}\n:caption: c\n" + TRUE.strip() + "\n```\n"
    (stated,) = stated_in(block, ".md")
    assert (stated.line, stated.is_calculation) == (5, True)
    outcome = check_calculation(stated.text)
    assert outcome.status == 0
    html, tex = claim_html(outcome.record), claim_tex(outcome.record)
    assert html.count("<li>") == 3
    assert "convolution commutes" in html
    assert r"\tag*{\footnotesize convolution commutes}" in tex
    wrong = check_calculation(FALSE)
    assert wrong.status == 1
    assert "link 3 is false" in wrong.message
    assert check_calculation(FALSE, "refuted").status == 0
    assert check_calculation("x[n]:").status == 2


def test_the_command_for_chains(capsys):
    """`symconv calc` prints the lines; its exit status is the chain's."""
    assert main(["calc", TRUE]) == 0
    assert "convolution commutes" in capsys.readouterr().out
    assert main(["calc", FALSE, "--format", "latex"]) == 1
    assert r"\begin{align*}" in capsys.readouterr().out
    assert main(["calc", "x[n]: x\n == y"]) == 2


# Numbers


def test_the_worked_example_window_by_window():
    """At arrays, each output entry has its products and its value, as NumPy gives them."""
    told = prove('A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, flip(K), "valid")').derivation
    numbers = told.at(arrays={"A": IMAGE, "K": KERNEL})
    assert len(numbers.chains) == 9
    assert numbers.chains[0].steps[2].text() == "1·1 + 1·0 + 1·1 + 0·0 + 1·1 + 1·0 + 0·1 + 0·0 + 1·1"
    windows = np.lib.stride_tricks.sliding_window_view(np.array(IMAGE), (3, 3))
    expected = [str(int((w * np.array(KERNEL)).sum())) for w in windows.reshape(9, 3, 3)]
    assert [chain.steps[-1].text() for chain in numbers.chains] == expected
    assert all(step.verified for step in numbers.steps)
    assert len(told.at(arrays={"A": IMAGE, "K": KERNEL}, index=(2, 1)).chains) == 1


def test_lines_change_as_the_formulas_do():
    """A substitution shows as another order of the same products."""
    told = prove("x[N], k[M]: convolve(x, k, 'valid') == correlate(x, flip(k), 'valid')").derivation
    lines = [step.text() for step in told.at(arrays={"x": [1, 2, 4], "k": [1, 3]}, index=(1,)).steps]
    assert lines == ['convolve(x, k, "valid")[1]', "4·1 + 2·3", "2·3 + 4·1", 'correlate(x, flip(k), "valid")[1]', "10"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"arrays": {"x": [1, 2]}}, "no array for k"),
        ({"arrays": {"x": [[1]], "k": [1]}}, "x has 1 axes, but its array has 2"),
        ({"arrays": {"x": [1, 2], "k": [1]}, "sizes": {"N": 3}}, "x has the size N = 3, not 2"),
        ({"arrays": {"x": [1, 2], "k": [1]}, "index": (2,)}, r"the entry \[2\] is not inside the shape \(2,\)"),
    ],
)
def test_arrays_that_do_not_fit(given, message):
    """Missing arrays, wrong shapes and entries outside are told."""
    told = prove("x[N], k[M]: convolve(x, k) == convolve(k, x)").derivation
    with pytest.raises(SymconvError, match=message):
        told.at(**given)


# Counterexamples


def test_both_sides_are_shown_whole_with_the_entry_marked():
    """Where the sides have several entries, the one that differs is set off in both."""
    left, right, *_ = prove("A[H,W], K[h,w]: correlate(A, K) == correlate(K, A)").derivation.chains
    shown = [str(given) for chain in (left, right) for given in chain.given][-2:]
    assert shown == ["correlate(A, K) = [[→0←, 1]]", "correlate(K, A) = [[→1←, 0]]"]
    assert r"\boxed{0}" in left.given[-1].latex


def test_products_of_sums_keep_their_brackets():
    """The numbers of a counterexample are put in without changing what is multiplied."""
    text = "x[n]: sum((x - mean(x))*(x - mean(x))) == sum(x*x) - mean(x)*mean(x)"
    lines = [step.text() for step in prove(text).derivation.chains[0].steps]
    assert eval(lines[-2].replace("·", "*")) == eval(lines[-1])


@pytest.mark.parametrize(
    "text",
    [
        "x[n], k[m]: correlate(x, k) == -convolve(x, k)",
        'x[n], k[m]: convolve(x, k, "valid") == 0',
        'A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, K, "valid")',
        'x[n], k[m]: convolve(x, k, "same") == convolve(k, x, "same")',
    ],
)
def test_repaired_claims_are_derived(text):
    """Where there is an exact condition, the claim is derived under it, also where the condition ends in `== 0`."""
    result = prove(text)
    chains = result.derivation.chains
    assert chains[-1].title.startswith("It holds if ")
    assert all(step.verified for chain in chains for step in chain.steps)


# Counts


def test_statistics_count_steps_and_name_places(tmp_path, capsys):
    """`derive --stats` counts what the derivations of documents are made of."""
    page = tmp_path / "page.md"
    page.write_text("```{claim}\nx[N], k[M]: convolve(x, k) == convolve(k, x)\n```\n", encoding="utf-8")
    found = statistics([tmp_path])
    assert (found.claims, found.steps, found.fallback, found.untold, found.unverified) == (1, 3, (), (), ())
    assert found.rules == {"definition": 2, "substitute": 1}
    assert found.holds
    assert main(["derive", "--stats", str(tmp_path)]) == 0
    assert "0 steps (0.0 %) by linear arithmetic" in capsys.readouterr().out
    assert main(["derive", "--stats", str(tmp_path / "none.md")]) == 2


@pytest.mark.parametrize(
    ("claim", "arrays", "entries"),
    [
        ("x[n], k[m]: convolve(pad(x,1),k) == pad(convolve(x,k),1)", {"x": [1], "k": [1]}, 3),
        ("x[n]: tile(x,2) == concatenate((x,x))", {"x": [1, 2]}, 4),
    ],
)
def test_entries_outside_and_along_blocks_are_worked_out(claim: str, arrays: dict[str, list[int]], entries: int):
    """What is read outside an array is no entry from its end; an index of blocks runs over all of them."""
    worked = prove(claim).derivation.at(arrays=arrays)
    assert "[-1]" not in worked.text() and all(step.verified for chain in worked.chains for step in chain.steps)
    assert len(worked.chains) == entries
