"""What all tests share."""

from __future__ import annotations

import gc
import os
from itertools import count

import pytest

#: Kernels that are read, and run only where their library is.
collect_ignore = ["triton_kernels.py"]
_tests = count(1)
os.environ.pop("FORCE_COLOR", None)  # which a build may set for pytest's own output
os.environ.setdefault("OMP_NUM_THREADS", "1")  # threads of PyTorch's cost more than small arrays take


@pytest.fixture(autouse=True)
def _no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, the command line does not say what it is doing."""
    monkeypatch.setattr("symconv.cli.proving_command.PROGRESS_SECONDS", 1_000.0)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Collect garbage between tests: within one, seconds of it would count as the time of a claim."""
    if next(_tests) % 50 == 0:
        gc.collect()
        gc.freeze()
