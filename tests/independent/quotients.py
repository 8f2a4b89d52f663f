"""Claims whose factors and conditions are quotients and remainders of sizes and parameters of either sign."""

from __future__ import annotations

import random

NAMES = ["n", "p"]
DIVISORS = ["n", "p", "p", "2", "3", "(p+1)", "(n+1)", "-2", "(-p)", "(n-p)"]
EXTREMA = ["n", "p", "n//p", "6%p", "n%2"]
RELATIONS = ["==", "!=", ">=", "<=", "<", ">"]


def quotient_claim(rng: random.Random) -> str:
    """A number times an array against 0 or another one, exactly where a condition holds or under one."""
    left = f"({_number(rng)} - {_number(rng)})" if rng.random() < 0.5 else _number(rng)
    right = "0" if rng.random() < 0.7 else _number(rng)
    body = f"{left}*x == {right}*x {rng.choice(['iff', 'if'])} {_condition(rng)}"
    body += f" if {_condition(rng)}" if " iff " in body and rng.random() < 0.5 else ""
    body += f" and {_condition(rng)}" if rng.random() < 0.2 else ""
    return f"x[n], p int: {body}"


def _number(rng: random.Random, depth: int = 0) -> str:
    inner = _number(rng, depth + 1) if depth < 1 else rng.choice([*NAMES, str(rng.randint(-9, 9))])
    return rng.choice(
        [
            rng.choice(NAMES),
            str(rng.randint(-7, 7)),
            f"({inner} // {rng.choice(DIVISORS)})",
            f"({inner} % {rng.choice(DIVISORS)})",
            f"({rng.choice(NAMES)} + {rng.choice([*NAMES, str(rng.randint(-4, 4))])})",
            f"{rng.choice(['max', 'min'])}({rng.choice(EXTREMA)}, {rng.randint(-3, 3)})",
        ]
    )


def _condition(rng: random.Random) -> str:
    return f"{_number(rng)} {rng.choice(RELATIONS)} {rng.choice(['0', '0', '1', '-1', '2', 'n', 'p', _number(rng)])}"
