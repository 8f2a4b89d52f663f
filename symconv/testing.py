"""Assertions for test suites, in the manner of `numpy.testing`.

from symconv.testing import assert_equivalent

def test_blur():
    assert_equivalent(my_blur, "symconv.correlate", "A[H,W], K[h,w] if H >= h and W >= w")
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from symconv.claims import parse
from symconv.claims.syntax import Source, outline
from symconv.errors import ClaimError, SymconvError
from symconv.expressions.registry import Operator
from symconv.reading.programs import from_python
from symconv.results import Result, prove

__all__ = ["assert_equivalent", "assert_proved", "assert_refuted"]


def assert_proved(
    claim: Any, right: Any = None, *, assuming: Sequence[Any] = (), timeout: float | None = None
) -> Result:
    """Assert that a claim is proved; the arguments are those of `symconv.prove`.

    Raises `ClaimError`, an AssertionError that tells the whole answer, and `SymconvError` for a malformed claim.

    >>> assert_proved("x[n], y[n]: x + y == y + x")
    <proved: x[n], y[n]: x + y == y + x>
    """
    return prove(claim, right, assuming=assuming, timeout=timeout).check()


def assert_refuted(
    claim: Any,
    right: Any = None,
    *,
    condition: str | None = None,
    assuming: Sequence[Any] = (),
    timeout: float | None = None,
) -> Result:
    """Assert that a claim is refuted, and that it holds exactly under a condition, if one is given.

    >>> assert_refuted("x[n], k[m]: convolve(x, k) == correlate(x, k)", condition="flip(k) == k").condition
    k == flip(k)
    """
    result = prove(claim, right, assuming=assuming, timeout=timeout).check("refuted")
    if condition is not None:
        told = result.condition
        if told is None or not result.claim.exact_condition(condition).says_the_same(told):
            raise ClaimError(f"expected the exact condition {condition}, but it is {told or 'not found'}:\n{result}")
    return result


def assert_equivalent(
    first: Callable[..., Any] | str, second: Callable[..., Any] | str, declared: str, *, timeout: float | None = None
) -> Result:
    """Assert that two functions compute the same from the same arguments, for every size.

    Each is a Python function, whose source is read and never run; "file.py:function"; or an operator of symconv.
    `declared` are the arguments in their order, as claims declare them, and perhaps hypotheses after `if`.

    >>> def double(x):
    ...     return 2 * x
    >>> def twice(x):
    ...     return x + x
    >>> assert_equivalent(double, twice, "x[n]")
    <proved: x[n]: double(x) == twice(x)>
    """
    if not isinstance(declared, str) or not declared.strip():
        raise SymconvError(f"{declared!r} declares no arguments", hint="as in 'A[H,W], K[h,w] if H >= h'")
    declarations, has_condition, condition = declared.partition(" if ")
    source = Source(f"{declarations}: 0 == 0")
    names = [
        source.clean[start:end].strip().partition("[")[0].split()[0] for start, end in outline(source).declarations
    ]
    programs: dict[str, Any] = {}
    calls = [f"{_called(function, programs)}({', '.join(names)})" for function in (first, second)]
    claim = f"{declarations}: {' == '.join(calls)}{f' if {condition}' if has_condition else ''}"
    return prove(parse(claim, programs), timeout=timeout).check()


def _called(function: Callable[..., Any] | str, programs: dict[str, Any]) -> str:
    """What a function is called in a claim; a Python function becomes one of its programs."""
    if isinstance(function, Operator):
        return function.name
    if not isinstance(function, str) and not callable(function):
        raise SymconvError(f"{function!r} is no function")
    name = function.rpartition(":")[2] if isinstance(function, str) else function.__name__
    while name in programs:
        name += "_2"
    programs[name] = from_python(function)
    return name
