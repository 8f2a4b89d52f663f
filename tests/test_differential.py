"""Programs that claims call, against Python itself."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import differential
import pytest
import test_library_code
import test_public_code

import symconv

LIBRARIES = {"torch_code": test_library_code.TORCH, "flat": test_library_code.FLAT}


def _outcomes(files: list[str], claims: list[str], seed: int = 0) -> dict[str, str]:
    """How each call of a program in claims comes out."""
    programs, names = symconv.from_file(*files), differential.loaded(files)
    known = {n.rpartition(".")[2] for n in programs} | {Path(f).stem for f in files}
    texts = dict.fromkeys(t for claim in claims for t in differential.calls(claim, dict.fromkeys(known)))
    return {t: differential.compared(t, programs, names, Random(f"{t} {seed}")) for t in texts}


def test_code_that_uses_pytorch(tmp_path: Any) -> None:
    """A function that uses PyTorch is read as what PyTorch computes."""
    for name, text in LIBRARIES.items():
        (tmp_path / f"{name}.py").write_text(text)
    claims = [line.rpartition(" | ")[0] for line in test_library_code.CLAIMS]
    claims = [c for c in claims if any(f" {name}" in c for name in ("torch_code.", "spread", "shared", "smoothed"))]
    found = _outcomes([str(tmp_path / f"{name}.py") for name in LIBRARIES], claims)
    assert len(found) > 12 and set(found.values()) <= {"same", "nowhere"}, found


@pytest.mark.long
@pytest.mark.parametrize("seed", range(8))
def test_public_functions_with_their_hypotheses(seed: int) -> None:
    """Every call in claims about public functions is read as what Python computes where the hypotheses hold."""
    files = [str(file.__file__) for file in test_public_code.FILES]
    found = _outcomes(files, [line.rpartition(" | ")[0] for line in test_public_code.CLAIMS], seed)
    assert len(found) > 80 and set(found.values()) <= {"same", "nowhere"}, found
