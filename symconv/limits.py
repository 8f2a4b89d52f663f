"""How long symconv thinks, and how much it takes on: every time limit and every count, and why.

Times are seconds of the thread's own time on the processor, so no verdict depends on what else the
machine does. A deadline holds for the thread that set it and for all that is done inside, whatever
that is; one inside another can only be earlier.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import local
from time import monotonic, thread_time

from symconv.errors import SymconvError

# Time

PROOF_SECONDS = 1.5
"""A claim, unless its user says otherwise: nearly all take milliseconds, and a reader waits no longer."""
TRIAL_SECONDS = 0.3
"""Random arrays after that, which find what sets of indices cannot."""
CONTRADICTION_SECONDS = 0.3
"""Seeing that hypotheses contradict each other, wherever a link is stated: that takes milliseconds, or does not end."""
SMALLER_SECONDS = 0.1
"""Looking for a smaller counterexample where hypotheses meet: it is a better one, and the verdict is known."""
SEARCH_SECONDS = 1.0
"""The exact condition, and each half of an `iff`: a search among proposals, of which the simple ones come first."""
PATIENCE = 2
"""How much longer that search may take than its work in isl, as much of it is done in Python."""
CONDITION_SECONDS = 1.5
"""After the start of that search, as long the condition on sizes is sought to which small refutations lead."""
ROUTE_SECONDS = 0.6
"""The ideas for a route from one side to the other, after which no new one is tried, and verifying one line."""
LINE_SECONDS = 0.3
"""Showing that one line of a counterexample in numbers equals the one before: nearly all take milliseconds."""
REPAIRED_SECONDS = 0.4
"""Proving a refuted claim under its exact condition, to tell why it holds there; that it does is known."""
LATEST_ROUTE_SECONDS = 0.9
"""The route itself, after which one line tells it all."""
PROGRESS_SECONDS = 1.0
"""After which the command line says what it does with a source file: nobody wonders earlier."""
WIDTH_OF_PROGRESS = 100
"""Characters of that line."""
MAX_LEMMA_STEPS = 3
"""Instances of earlier claims one after the other: more are seldom what a reader would call a use of them."""
MAX_LEMMA_TREES = 24
"""Expressions that instances of earlier claims lead to: each of several claims fits in several places."""
MAX_LEMMA_ROUTES = 6
"""Routes that are tried after instances of earlier claims: each takes as long as a derivation."""
GRACE_SECONDS = 0.5
"""What the command line gives a claim beyond its limit, by the clock on the wall, before it is interrupted."""
PRODUCTS_SECONDS = 0.3
"""Whether products of facts show one condition of a program."""
LATE_SECONDS = 20.0
"""What a worker may take besides its claim: to start, and to tell the condition and the derivation."""
LATE_FACTOR = 4.0
"""How many times the limit of its claim a worker on a busy machine may take by the clock on the wall."""
OPERATIONS_PER_SECOND = 1_500_000
"""isl's operations in a second of a slow processor; isl cannot look at a clock."""

# What is read

MAX_FILE = 10_000_000
"""Characters of a file; the longest document of claims has some 100,000."""
MAX_FILES = 1_000
"""Files that a document includes, one after another."""
MAX_CLAIM_LENGTH = 200_000
"""Characters of a claim: a literal array of 101×101 numbers of many digits."""
MAX_FORMULA_LENGTH = 10_000
"""The same of LaTeX, which is read in several ways at some places."""
MAX_SEARCHED = 20_000
"""Small values that are tried to show an access out of bounds where it depends on products of sizes."""
MAX_CODE_LENGTH = 100_000
"""Characters of a source file, some 2,500 lines."""
MAX_DEPTH = 100
"""Levels of brackets, and of expressions in text and in SymPy; Python's own stack holds some ten times as many."""
MAX_CODE_DEPTH = 60
"""Levels of a program's syntax tree, each of which takes several calls to follow."""
MAX_LATEX_DEPTH = 30
"""Levels of brackets in LaTeX; each can be read in several ways."""
MAX_MACRO_DEPTH = 30
"""Macros that stand for macros; authors have three or four."""
MAX_MACRO_PIECES = 30_000
"""Commands and characters of a formula whose macros are replaced: three times those of a claim."""
MAX_SHORT_MACRO = 1_000
"""Commands and characters of a macro in which the beginning or the end of an equation is sought."""
MAX_NAME_LENGTH = 60
"""Characters of a name, so that messages stay readable."""
MAX_DIGITS = 60
"""Digits of a number that is written out."""
MAX_BITS = 4_096
"""Binary digits of a number that is computed while reading."""
MAX_DECIMAL = 1e300
"""A number with a point or an exponent, and 1 divided by it; Python's floats go on to 1e308."""
MAX_INTEGER = 10**18
"""Sizes, parameters and indices; NumPy's integers go up to 9.2e18."""
MAX_WORD = 1 << 62
"""Integers that isl and NumPy take as such; larger ones are written out as words or objects."""
MAX_BASE = 10**6
"""Bases of powers, whose prime factors are looked for one by one."""
MAX_FACTOR = 10_000
"""Square factors that are drawn out of a root; its radicand goes up to about their square."""
MAX_AXES = 32
"""Axes of a tensor; NumPy 1 has no more."""
MAX_POWER = 16
"""Exponents of tensors and of what is multiplied out: one factor each."""
MAX_NUMBER_POWER = 64
"""Exponents of numbers and sizes."""
MAX_SUMS = 32
"""Sums and comprehensions in one text."""
MAX_EXTREMUM = 16
"""Arguments of `min` and `max`: each may be the least."""
MAX_MONOMIALS = 500
"""Monomials of one number that is multiplied out."""
MAX_MONOMIALS_OF_TEXT = 5_000
"""Monomials of all numbers of one text."""
MAX_LATEX_PIECES = 32
"""Pieces of a definition by cases in LaTeX."""
MAX_READ_TWICE, MAX_DEPTH_READ_TWICE = 100, 8
"""Tokens and levels of a scalar for the second reader of LaTeX, whose time is exponential in the levels."""
MAX_COPIES = 8
"""How far a literal width may reach beyond an array of symbolic size before the size has to be as large."""

# Programs

MAX_CALLS = 20
"""Functions that call each other; recursion has no end that is known."""
MAX_PATHS = 32
"""Ways to one statement; five branches one after the other."""
MAX_BRANCHES = 64
"""Cases of one condition or value, multiplied out."""
MAX_STATEMENTS = 5_000
"""Statements that are followed, those of unrolled loops counted each time."""
MAX_ROUNDS = 64
"""Rounds of a loop that is unrolled."""

# Sets and terms

MAX_TERMS = 4_000
"""Terms of a product of sums that is multiplied out."""
MAX_WRITTEN_TERMS = 400
"""Entries of literal arrays that become a term each: isl compares each with each."""
MAX_EXPANSION_STEPS = 400_000
"""Steps to multiply out entry by entry at sizes that are numbers: about a second."""
MAX_DIVISION_STEPS = 200
"""Steps of a division of polynomials; quotients have a few terms."""
MAX_REORDERED = 3
"""Bound names that are tried in every order: six for three, and 24 for four."""
MAX_ENUMERATED_ENTRIES = 4
"""Entries of arrays that are tried in all ways: three values each, 81 of them, or four, 256."""
MAX_REWRITINGS = 40
"""Products rewritten by hypotheses, one after another: each step makes the difference longer."""
MAX_PRODUCTS = 40
"""Products of sizes of which bounds are known at one place: isl's time is exponential in them (six factors have 57)."""
MAX_TRIED_VALUE = 4
"""Up to which sizes an example of what goes wrong in a program is sought by trying."""
MAX_TRIED_VALUES = 4_000
"""Values that are tried for it: each takes some 20 µs."""
MAX_KNOWN_FACTS = 60
"""Facts at one place of a program that are multiplied with one another: deep loop nests have 30."""
MAX_DIVISOR = 16
"""The largest factor of a quotient that facts are added up without: those of loops that are unrolled are up to 8."""
MAX_PRODUCTS_OF_FACTS = 2_500
"""Products of them that are tried: each takes some 10 µs."""
MAX_FACTORS = 10
"""Factors of a product of which bounds are known: ∏(a − 1) ≥ 0 takes isl 0.03 s for ten equal ones, 3 s for 16."""
MAX_FLOORS = 24
"""Quotients and bound indices in one product: isl's time is exponential in its dimensions."""
MAX_RESTRICTION = 10_000
"""Nodes of what is put in for a tensor by several hypotheses in turn: they multiply, and each is looked at often."""
MAX_TURNS = 4
"""How often an index, or remainders, may go around a symbolic size in one quotient."""
MAX_UNROLLED = 8
"""Values of a bound index, and residues, that become one term each."""
MAX_LISTED_POINTS = 10_000
"""Points of a set that are listed one by one."""
MAX_SPARSENESS = 20
"""How many times as many points the box around a set may have as are listed: isl walks through the box."""
MAX_WITNESSES = 40
"""Points tried one after the other where a coefficient may differ from 0."""
MAX_PAIRED_PARTS = 6
"""Entries of a row of which equal ones are taken away in pairs: the pairings of six are fifteen."""
MAX_GROUP = 400
"""Elements of the group that the symmetries of one tensor generate; flips and permutations of four axes are 384."""
MAX_PERMUTATION_ORDER = 24
"""Powers of one symmetry that are tried until it returns."""
MAX_SOLVED_ENTRIES = 36
"""Entries of arrays of given sizes for which the linear equations of a hypothesis are solved: each has a term."""
MAX_ROOTS_BOUND = 300
"""How far from 0 the roots of a polynomial in one name are sought, integer by integer."""
MAX_ROW_CASES = 4
"""Conditions by which the rows of a hypothesis are split, one after the other; rolls and flips of slices have two."""
MAX_IMAGES = 4_096
"""Images of a product under the symmetries of all its factors."""
MAX_ROOT_ORDER = 12
"""Orders of roots of unity by whose exponent a case is split."""
MAX_RADICAND = 1_000
"""The square root of n is a sum of about n roots of unity."""
PRECISIONS = (64, 256, 1_024)
"""Bits of the bounds on a number; those whose difference is not 0 within the last are not known to differ."""
MAX_ROOT = 10_000
"""Bounds on the roots of a polynomial in one size, which are tried one by one."""
MAX_DIGIT_CASES = 4
"""Values of a literal leading digit that are told apart where axes are cut differently."""
MAX_HYPOTHESIS_CASES = 16
"""Cases of the `or`s among the hypotheses, each of which is a proof."""

# Derivations

MAX_TELESCOPED = 4
"""Terms that are left of two sums that cancel but for their ends."""
FEW_HYPOTHESES = 2
"""Hypotheses that are tried together where a line may need fewer than all."""
MAX_IN_TURN = 4
"""Hypotheses that are applied one after the other to come from one line to another."""
LONG_LINE = 16
"""Terms of a line that is left out where the next one is shorter."""
MANY_DEFINITIONS = 4
"""Definitions in one reason; so many are called "definitions"."""
MANY_NUMBERS = 9
"""Products of numbers in one line; of more, those that are 0 are left out."""
MANY_TERMS = 3
"""Terms of a definition of which some may be outside for certain."""
MARGIN = 3
"""Entries added on each side of an array to see whether a line needs those outside to be 0: the nearest ones matter."""
MAX_IDEAS = 8
"""Ideas that are applied to one side, one after the other."""
MAX_JOINED_TERMS = 12
"""Terms over different ranges that are joined into one: each is matched with each."""
MAX_LISTED_NUMBERS = 4
"""Numbers of a literal array that is written out at a symbolic place, a bracket each."""
MAX_NAMED_ARRAY = 24
"""Letters of a literal array that is told again in a reason."""
MAX_PERIODIC_TERMS = 4
"""Terms of a sum over a whole period that are matched with one another."""
MAX_QUOTIENT_CASES = 3
"""Values of a quotient that are told apart, a term each."""
MAX_SPELLED_TERMS = 12
"""Terms of a sum whose literal numbers are put in."""
MAX_SPLIT_PARTS = 3
"""Parts of a coefficient that become one term each."""
MAX_STEP_TERMS = 24
"""Terms that a formula is multiplied out to in the search for a step; a reader follows no more."""
MAX_SUMMED_POWER = 6
"""Powers of an index whose sum is told in closed form; the formulas are long from there on."""
MAX_TAG = 90
"""Letters of a reason that fit beside or below a formula on one line."""
MAX_TOLD_ENTRIES = 6
"""Entries of an array that are told one by one, a chain each."""
MAX_WHOLE_SIDE = 36
"""Entries of a side that is shown as a whole beside the entry that differs."""
MAX_WORKED_ENTRIES = 64
"""Entries for which a derivation is told in numbers."""
MAX_WRITTEN_TERMS = 2_000
"""Terms of sums over numbers that are written out to be collected, though not printed."""
NARROW = 18.0
"""The width of a left side, in quads, that all right sides are aligned after."""
TABLE_WIDTH = 48.0
"""The width of an array of sums, in quads, that fits on a page."""
TEXT_COLUMN = 74
"""Columns of a line in a terminal that has its reason beside it."""

# Arrays

MAX_ENTRIES = 1 << 24
"""Entries of an array that is computed: about 130 MB as Python's numbers, and a few are held at once."""
MAX_WRITTEN_OUT = 1 << 20
"""Entries of a counterexample's array with its zeros; a larger one is given by its other entries alone."""
MAX_SHOWN_ENTRIES = 1_000
"""Entries of an array that is printed; of a larger one the non-zero ones are."""
LINE_WIDTH = 230
"""Characters of a verdict in one line, as tracebacks and prompts show it; about what pytest shows of a value."""
MAX_DRAWN = 40
"""Entries along an axis that is drawn."""
MAX_FRAMES = 600
"""Positions of the sliders of a picture, of about 400 characters each in its page."""
ENTRIES_OF_A_STEP = 200
"""Entries that are computed in about the time that one operation takes with any number of entries."""
CHUNK = 1 << 18
"""Products that are held at once; longer sums are looped over."""
DENSE_SUM = 32
"""Longer sums over arrays that are given by their entries leave out what meets none of them."""
DENSE_ARRAY = 1_024
"""Arrays of more entries, given by those that are not 0, are not computed as a whole by NumPy."""
FEW_VALUES = 64
"""Entries of an array that is computed as a whole where one is read, and values of an inner sum that are looked at."""
MAX_MASK = 1 << 22
"""Places at which it is looked at once whether they meet an entry: 4 MB."""
MAX_SMALL_FACTOR = 1 << 26
"""Indices whose products by twos are exact in NumPy's integers, with room to add them up."""

# Counterexamples

MAX_CHECKED_SIZE = 3
"""The largest size at which a proof is compared with NumPy: entries are many soon."""
MAX_CHECKED_SIZES = 3
"""How many choices of sizes are compared for a link."""
CHECK_STEPS = 20
"""Steps of computing that a proof is compared with NumPy for, after which no further sizes are tried: some 1 ms. They
are counted, not timed, so that what was compared is the same on every machine."""
MAX_CHECK_STEPS = 1_000
"""The same for one choice of sizes, after which smaller ones are tried."""
STEPS_OF_A_HYPOTHESIS = 15
"""Steps that finding arrays for one hypothesis counts as: its equations are solved, entry by entry."""
MAX_CHECKED_PLACES = 9
"""Values of free indices at which a proof is compared with NumPy at one choice of sizes, all at once."""
MAX_CHOICES = 6_000
"""Small sizes that are looked through for those that satisfy what is assumed."""
MAX_SMALL_CHECKS = 8
"""All the values that names can have, where what hypotheses make of a tensor is compared with it at each of them."""
MAX_NESTED_QUOTIENTS = 2
"""How deep bounds of quotients are sought to show bounds of others, which may be longer each time."""
MAX_SMALL_SIZES = 400
"""Small sizes at which a claim is decided one by one where it is not for all at once."""
FEW_SMALL_SIZES = 30
"""The same in search of a condition on sizes: those at which sides still differ are among the first."""
MAX_SHAPES = 20_000
"""Small sizes that are looked through for sides of different shape."""
MAX_TRIES = 120
"""Choices of entries at one point, of sizes for random arrays, and of places of free indices."""
SHARE_OF_SPECIAL_ARRAYS = 0.7
"""Permutations, projections, zeros and ones among the arrays that are tried where a hypothesis is not linear."""
TRIES_OF_SPECIAL_ARRAYS = 40
"""Random arrays at each size where only such trials are left: there are about a dozen kinds."""
SHARE_OF_SMALLEST_SIZES = 0.6
"""Of the time for trials, for all that is tried at the smallest sizes; then more sizes come, with two arrays each."""
FEW_TRIES = 6
"""Sizes, and random arrays at each, that are tried to show that a condition is not necessary."""
MAX_PLACES = 24
"""Places along an axis that get an entry; of a long one the first and the last."""
MAX_FREE_INDEX = 6
"""Values of a free index that has no other bounds, on both sides of 0."""

# Exact conditions

MAX_EXCEPTIONS = 6
"""Sizes that a condition on sizes is corrected at, one counterexample each."""
LARGE_SIZE = 100
"""A condition on sizes counts as one for all sizes if it lets some as large as this pass."""
TYPICAL_SIZES = (4, 2)
"""The least sizes of a typical case, from which conditions are read; the second where the first has none."""
MAX_ALTERNATIVES = 2
"""Alternatives in a condition that is still easy to read."""
MAX_PAIRS = 3
"""Pairs of tensors that one condition may name."""
MAX_JOINED = 6
"""Necessary conditions that are joined by twos."""
FEW_ENTRIES = 3
"""Entries that a condition names one by one."""
MAX_LISTED_ENTRIES = 12
"""Entries that a condition fixes in all, where it gives numbers."""
FEW_EQUATIONS = 2
"""Equations index by index that are shorter than any condition in words."""
MAX_EQUATIONS = 6
"""Equations index by index that are still told."""
MAX_COMPARISONS = 12
"""Comparisons and equations of a condition that is still read."""
MAX_BOUNDS = 3
"""Bounds on the indices of one such equation."""
MAX_PERMUTED_AXES = 4
"""Axes of a tensor whose permutations are proposed: 24."""
MAX_ROW_PIECES = 12
"""Entries of one tensor in one row of equations."""
MAX_WORDED_PARTS = 8
"""Parts of a set of sizes that is put in words."""


class Undecided(Exception):
    """This cannot be decided; the message says why, for people."""


class OutOfTime(Undecided):
    """The deadline has passed."""

    def __init__(self) -> None:
        super().__init__("the time is over")


class _Deadline(local):
    """When the thread has to be done, by its own clock; None where it may take as long as it likes.

    Its own clock takes long to read and never runs ahead of that on the wall, which shows `not_before` before the
    deadline can have passed.
    """

    at: float | None = None
    not_before: float = 0.0


_deadline = _Deadline()


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Bound what this thread does inside to about this time, or to what is left of an earlier bound."""
    before = _deadline.at, _deadline.not_before
    at = thread_time() + seconds
    _deadline.at = at if _deadline.at is None else min(at, _deadline.at)
    _deadline.not_before = 0.0
    try:
        yield
    finally:
        _deadline.at, _deadline.not_before = before


def time_left() -> float:
    """The seconds until the deadline: infinite where there is none, negative where it has passed."""
    return float("inf") if _deadline.at is None else _deadline.at - thread_time()


def check_time() -> None:
    """Raise `OutOfTime` where the deadline has passed."""
    if _deadline.at is None or monotonic() < _deadline.not_before:
        return
    started, left = monotonic(), time_left()
    if left < 0:
        raise OutOfTime
    _deadline.not_before = started + left


class TooManySteps(Undecided):
    """This would take more steps than were allowed."""

    def __init__(self) -> None:
        super().__init__("this is too much to compute")


class TooLarge(Undecided, SymconvError):
    """This would take more memory than a claim is worth."""


def check_entries(number: int) -> None:
    """Raise `TooLarge` where an array would have more entries than are computed at once."""
    if number > MAX_ENTRIES:
        raise TooLarge(f"arrays of {number:,} entries are too large to compute")
