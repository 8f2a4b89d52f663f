"""A small slice of the fuzzing of all readers; the whole is `python tests/fuzz_readers.py READER… --count 100000`."""

import fuzz_readers
import pytest


@pytest.mark.parametrize("reader", sorted(fuzz_readers.READERS))
def test_mutated_inputs_are_refused_or_read(reader: str) -> None:
    """Mutated inputs end in an error of ours or in a claim, never in a traceback or a hang."""
    counts, failures = fuzz_readers.fuzz(reader, range(60))
    assert not failures
    assert counts["read"] and counts["refused"]


@pytest.mark.long
@pytest.mark.parametrize("reader", sorted(fuzz_readers.READERS))
def test_more_mutated_inputs(reader: str) -> None:
    """The same for a hundred thousand inputs of each reader."""
    assert not fuzz_readers.fuzz(reader, range(100, 100_100))[1]
