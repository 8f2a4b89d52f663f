"""Many claims on the workers of any executor."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from symconv import ClaimError, prove, prove_all
from symconv.batches import run_all

CLAIMS = [f"x[n+{k}]: {k}*x == x" for k in range(3)] + ["x[n]: y", "x[n], f(): f(x) == f(x)"]
VERDICTS = ["refuted", "proved", "refuted", "malformed", "proved"]


@pytest.mark.parametrize("make", [None, lambda: ThreadPoolExecutor(3), lambda: ProcessPoolExecutor(2)])
def test_records_come_in_order_from_any_executor(make) -> None:  # type: ignore[no-untyped-def]
    """And the progress is told."""
    executor: Executor | None = make() if make else None
    seen: list[tuple[int, int]] = []
    records = list(prove_all(CLAIMS, executor=executor, progress=lambda done, total: seen.append((done, total))))
    assert [record.verdict for record in records] == VERDICTS
    assert records[0].text == CLAIMS[0] and seen[-1] == (5, 5)
    if executor is not None:
        executor.shutdown()


def test_a_record_shows_itself_and_can_be_asserted() -> None:
    """As a result of `prove` does; its counterexample, too."""
    record, wrong = prove_all(["x[n]: flip(flip(x)) == x", "x[n], y[n]: x + y == x"])
    assert record.check() is record and str(record).startswith("✓ proved")
    with pytest.raises(ClaimError, match="(?s)expected proved, but.*counterexample: n=1.*holds exactly if y == 0"):
        wrong.check()
    assert repr(wrong) == "<record: refuted: x[n], y[n]: x + y == x, at n=1, holds exactly if y == 0>"
    example = prove(wrong.text).counterexample
    assert example is not None and r"y&=\begin{bmatrix}1\end{bmatrix}" in example._repr_latex_()


def worked(number: int) -> int:
    """Squares, but for a worker that dies and one that hangs."""
    if number == 3:
        os._exit(1)
    if number == 5:
        time.sleep(60)
    return number * number


def test_a_worker_that_dies_or_hangs_costs_what_it_had() -> None:
    """All other answers come."""
    executor = ProcessPoolExecutor(2)
    answers = list(run_all(worked, range(8), lambda question, why: f"{question}: {why}", executor, late=2.0))
    assert [a for a in answers if isinstance(a, int)] == [0, 1, 4, 16, 36, 49]
    assert [a.partition(":")[0] for a in answers if isinstance(a, str)] == ["3", "5"]
    for process in list((executor._processes or {}).values()):
        process.kill()


@pytest.mark.long
def test_a_cluster_that_loses_a_worker() -> None:
    """A Dask cluster, one of whose workers is killed half-way: every claim is answered, in order."""
    distributed = pytest.importorskip("distributed")
    claims = [f"x[n+{k}]: flip(flip(x)) == x" for k in range(60)]
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with cluster, distributed.Client(cluster) as client:
        records = prove_all(claims, executor=client.get_executor())
        found = [next(records) for _ in range(10)]
        os.kill(next(iter(cluster.workers.values())).process.process.pid, 9)
        found += records
    assert [record.text for record in found] == claims
    assert sum(record.verdict == "proved" for record in found) >= 58


MPI = """
from mpi4py.futures import MPIPoolExecutor
from symconv import prove_all
if __name__ == "__main__":
    with MPIPoolExecutor() as pool:
        print([r.verdict for r in prove_all(["x[n]: x == x", "x[n]: x == 2*x", "x[n"], executor=pool)])
"""


@pytest.mark.long
def test_mpi_decides_claims(tmp_path: Path) -> None:
    """By the executor of mpi4py, one process of three handing out."""
    pytest.importorskip("mpi4py")
    mpiexec = shutil.which("mpiexec", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if mpiexec is None:
        pytest.skip("MPI is not installed")
    (tmp_path / "decide.py").write_text(MPI, "utf-8")
    command = [mpiexec, "-n", "3", sys.executable, "-m", "mpi4py.futures", "decide.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert run.stdout == "['proved', 'refuted', 'malformed']\n", run.stderr


@pytest.mark.long
def test_a_notebook_shows_verdicts(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """A verdict is a card; `%%claim` shows one and fails where it comes out otherwise."""
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    sources = ["import symconv\nsymconv.prove('x[n]: flip(flip(x)) == x')", "%load_ext symconv",
               "%%claim refuted\nx[n]: x == 2*x", "%%claim\nx[n]: x == 2*x"]  # fmt: skip
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    nbclient.NotebookClient(book, timeout=120, allow_errors=True).execute()
    shown = [cell.outputs for cell in book.cells]
    assert "Proved" in shown[0][0].data["text/html"] and "✓ proved" not in shown[0][0].data.get("text/latex", "")
    assert "False" in shown[2][0].data["text/html"]
    assert shown[3][-1].ename == "ClaimError"


MARIMO = """import marimo
app = marimo.App()

@app.cell
def _():
    import symconv
    r = symconv.prove("x[n]: x == 2*x")
    r
    return r, symconv

@app.cell
def _(r):
    r.counterexample
    return
"""


@pytest.mark.long
def test_marimo_shows_verdicts(tmp_path: Path) -> None:
    """A verdict is a card there, too, and a counterexample a formula."""
    pytest.importorskip("marimo")
    (tmp_path / "book.py").write_text(MARIMO, "utf-8")
    command = [sys.executable, "-m", "marimo", "export", "html", "book.py", "-o", "book.html"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    page = (tmp_path / "book.html").read_text("utf-8")
    assert "claim refuted" in page and "marimo-tex" in page
