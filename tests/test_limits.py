"""Time and counts: what bounds a claim bounds that claim alone, and nothing takes longer than it says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from time import thread_time

import pytest

from symconv import prove
from symconv.kernel import presburger
from symconv.limits import OutOfTime, check_time, deadline, time_left

CLAIMS = (
    "X[n,n,m]: X == swapaxes(X,0,1) if X[:,:,0] == X[:,:,0].T",
    "x[N]: x[::r][::s][::t] == x[::r*s*t] if r >= 1 and s >= 1 and t >= 1",
    "A[n,m], B[n,m]: fft(fft(circular_convolve(A,B), axis=0), axis=1)"
    " == fft(fft(A, axis=0), axis=1)*fft(fft(B,axis=0),axis=1)",
    "x[N], k[M], l[L], f(): correlate(f(correlate(x, k)), l) == f(correlate(x, convolve(k, l)))",
    "d[4], g[3]: [[1,1,1,0],[0,1,-1,-1]] @ (([[1,0,0],[1/2,1/2,1/2],[1/2,-1/2,1/2],[0,0,1]] @ g)"
    ' * ([[1,0,-1,0],[0,1,1,0],[0,-1,1,0],[0,1,0,-1]] @ d)) == correlate(d, g, "valid")',
)


def _answer(claim: str) -> tuple[object, ...]:
    result = prove(claim, timeout=0.8)
    found = result.counterexample
    return result.verdict, result.reason, found and (dict(found.sizes), found.index)


def test_threads_answer_as_one_after_the_other():
    """Forty claims in eight threads, of which two have worked for a while, get the answers that each gets alone."""
    alone = {claim: _answer(claim) for claim in CLAIMS}
    start, spent = threading.Barrier(8), iter((0.5, 0.5, 0, 0, 0, 0, 0, 0))

    def begin() -> None:
        until = next(spent)
        while thread_time() < until:
            pass
        start.wait()

    with ThreadPoolExecutor(8, initializer=begin) as pool:
        assert list(pool.map(_answer, CLAIMS * 8)) == [alone[claim] for claim in CLAIMS * 8]


def test_deadline_is_of_its_thread():
    """What is too late in one thread is no hurry for another."""
    entered, seen = threading.Event(), threading.Event()

    def late() -> None:
        with presburger.budget(0):
            entered.set()
            seen.wait()

    thread = threading.Thread(target=late)
    thread.start()
    entered.wait()
    try:
        check_time()
        assert time_left() == float("inf")
    finally:
        seen.set()
        thread.join()


def test_inner_deadline_is_never_later():
    """A deadline inside another holds until it ends, but not beyond the other."""
    with deadline(1):
        with deadline(100):
            assert time_left() <= 1
        with deadline(-1), pytest.raises(OutOfTime):
            check_time()
        check_time()


def test_budget_inside_a_budget_gives_isl_its_count_back():
    """The small budget of one step leaves that of the whole as it was."""
    names = [f"a{i}" for i in range(12)]
    with presburger.budget(100):
        with pytest.raises(presburger.Undecided), presburger.budget(1e-6):
            presburger.universe(13).complement()
            presburger.points(names, []).subtract(presburger.universe(12))
        assert presburger.points(names, []).is_equal(presburger.universe(12))


LARGE = {
    "x[n]: sum(i for i in range(100000000))*x == x": "unknown",
    "x[n]: sum(2**i for i in range(100000))*x == x": "unknown",
    "X[100000,100000]: X == X.T": "refuted",
    "X[100000,100000]: X != X": "refuted",
    "x[1000000000]: x == flip(x)": "refuted",
    "x[n]: sum(x[(i+p)%n] for i in range(n)) == sum(x)": "unknown",
    "X[a*b*c*d*e*f*g], p[a], q[b], r[c], s[d], t[e], u[f], v[g]: sum(X) == sum(flip(X))": "unknown",
    "x[n**60]: sum(x) == sum(flip(x)) + x[0]": "refuted",
    f"x[n]: {'*'.join(['x'] * 24)} == x": "refuted",
}


def test_large_claims_end_in_time_and_memory():
    """Whatever is large in a claim, it takes twice the time limit and 1 GiB at most."""
    script = f"""
import resource, sys, time
from symconv import prove
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 2**30, resource.RLIM_INFINITY))
for claim in {list(LARGE)}:
    started = time.thread_time()
    print(prove(claim).verdict, time.thread_time() - started)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    answers = [line.split() for line in run.stdout.splitlines()]
    assert [verdict for verdict, _ in answers] == list(LARGE.values()), run.stderr
    assert all(float(seconds) < 3 for _, seconds in answers), run.stdout


def test_large_counterexample_is_sparse():
    """An array of 10¹⁰ entries is given by the one that is not 0, and its derivation says so."""
    result = prove("X[100000,100000]: X == X.T")
    array = result.counterexample.arrays["X"]
    assert (array.shape, dict(array), array[5, 5]) == ((100000, 100000), {(0, 1): 1}, 0)
    assert "X[0, 1] = 1, all other entries 0" in result.derivation.text()
    assert r"X_{0,1} = 1,\ \text{all other entries }0" in result.latex()


LONG = "x[n]: sum(2**i for i in range(10000000))*x == x"


def test_interrupt_ends_a_proof():
    """Ctrl-C is noticed in the midst of a long proof."""
    script = f"from symconv import prove; print('ready', flush=True); prove({LONG!r}, timeout=100)"
    script = (
        f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler); {script}"  # a shell may ignore it
    )
    run = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert run.stdout is not None and run.stdout.readline() == "ready\n"
    time.sleep(0.5)
    run.send_signal(signal.SIGINT)
    assert "KeyboardInterrupt" in run.communicate(timeout=20)[1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_forked_process_proves_under_its_own_deadline():
    """A process that is forked off while another thread works has nothing of that thread's time."""
    script = f"""
import os, threading
from symconv import prove
first = prove({CLAIMS[0]!r}).verdict
threading.Thread(target=prove, args=({LONG!r},), daemon=True).start()
child = os.fork()
verdict = prove({CLAIMS[0]!r}).verdict
if child == 0:
    os._exit(verdict != first)
os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) or verdict != first)
"""
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", script], timeout=60).returncode == 0
