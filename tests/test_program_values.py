"""What Python and NumPy do otherwise than it looks: claims that follow a careless reading are not proved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from symconv import SymconvError, from_file, parse, prove
from symconv.reading.programs import Program

SOURCE = """
import numpy as np

def counts_down(x, options={"step": 2}):
    options["step"] -= 1
    return x[::options["step"]]

def counts_inside(x, options={"inner": {"step": 1}}):
    options["inner"]["step"] += 1
    return x[::options["inner"]["step"]]

def counts_a_copy(x, options={"step": 2}):
    options = dict(options)
    options["step"] -= 1
    return x[::options["step"]]

class Counted:
    seen = {"times": 0}
    def __init__(self, x):
        self.seen["times"] += 1
        self.x = x

def counts_instances(x):
    return Counted(x).seen["times"] * x

def halves(x):
    first, second = np.array_split(x, 2)
    return first

def last_third(x):
    return np.array_split(x, 3)[2]

def appended(x):
    out = []
    for v in x:
        out.append(v)
    return out

def twice(x):
    return np.array(appended(x) * 2)

def joined(x):
    return np.array(appended(x) + appended(x))
"""

SHARED, REPEATED = "all calls would change the same one", "a list that a loop has made is repeated"
CLAIMS = [
    ("counts_down(x) == x", SHARED),
    ("counts_inside(x) == x[::2]", SHARED),
    ("counts_a_copy(x) == x", "proved"),
    ("counts_a_copy(x) == x[::2]", "refuted"),
    ("counts_instances(x) == x", SHARED),
    ("halves(x) == x[:(N + 1)//2]", "proved"),
    ("halves(x) == x[:N//2]", "refuted"),
    ("last_third(x) == x[N - N//3:] if N >= 3", "proved"),
    ("last_third(x) == x[2*N//3:] if N >= 3", "refuted"),
    ("twice(x) == concatenate((x, x))", REPEATED),
    ("joined(x) == concatenate((x, x))", "proved"),
    ("joined(x) == x", "refuted"),
]


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Program]:
    file: Path = tmp_path_factory.mktemp("programs") / "values.py"
    file.write_text(SOURCE)
    return from_file(file)


@pytest.mark.parametrize(("claim", "expected"), CLAIMS)
def test_values_of_programs(claim: str, expected: str, programs: Mapping[str, Program]) -> None:
    text = f"x[N]: {claim}"
    if expected in ("proved", "refuted"):
        assert prove(parse(text, programs)).verdict == expected
        return
    with pytest.raises(SymconvError, match=re.escape(expected)):
        prove(parse(text, programs))
