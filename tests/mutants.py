"""Mutations of the kernel: whether a test notices when one of its guards goes.

    python tests/mutants.py --count 200 --seed 1 --jobs 2 --log mutants.log

Each mutant changes one node of a module of `symconv/kernel/` in a copy: a comparison, a number, an operator, a
condition that is dropped or turned round, a return that comes early or gives nothing. Then the tests that reach the
changed lines run on the copy, the quickest first, until one fails. A mutant that passes them all has survived, and is
printed as a diff: it is equivalent, or a test is missing. With `--log` a further run goes on where the last ended.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from reached import ALWAYS

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("symconv", "tests", "pyproject.toml", "README.md")
TESTS = (
    "tests/test_kernel.py",
    "tests/test_entry_hypotheses.py",
    "tests/test_traps.py",
    "tests/test_hard_claims.py",
    "tests/test_conditions.py",
    "tests/test_forging.py",
    "tests/test_limits.py",
    "tests/test_exact_numbers.py",
    "tests/test_independent.py",
)
OPERATORS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}
FUNCTIONS = {"any": "all", "all": "any", "min": "max", "max": "min"}


@dataclass(frozen=True)
class Mutant:
    """One change: where, what stood there, and what stands there now."""

    path: str
    line: int
    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True)
class Outcome:
    """Killed by a stage of the tests, by the time, or not at all."""

    number: int
    mutant: Mutant
    fate: str


def mutants(path: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a module."""
    tree = ast.parse(source)
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    skipped = {id(n) for part in _unmutable(tree) for n in ast.walk(part)}
    for node in ast.walk(tree):
        if id(node) in skipped or not isinstance(node, (ast.expr, ast.stmt)):
            continue
        for changed, after in _changes(node):
            if changed.end_lineno is None or changed.end_col_offset is None:
                continue
            start = starts[changed.lineno - 1] + changed.col_offset
            end = starts[changed.end_lineno - 1] + changed.end_col_offset
            before = source.encode()[start:end].decode()
            if after != before:
                yield Mutant(path, changed.lineno, start, end, before, after)


def _unmutable(tree: ast.AST) -> Iterator[ast.AST]:
    """Annotations, texts, imports, what makes an error's message, and what runs for type checkers only."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(args=arguments, returns=returns, decorator_list=decorators):
                yield from decorators
                yield from (a.annotation for a in ast.walk(arguments) if isinstance(a, ast.arg) and a.annotation)
                if returns is not None:
                    yield returns
            case ast.AnnAssign(annotation=annotation):
                yield annotation
            case ast.Expr(value=ast.Constant()) | ast.Import() | ast.ImportFrom() | ast.JoinedStr() | ast.Raise():
                yield node
            case ast.If(test=ast.Name(id="TYPE_CHECKING")) | ast.keyword(arg="strict"):
                yield node


def _changes(node: ast.expr | ast.stmt) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """The nodes to be replaced, each with its new text."""
    yield from _changes_of_values(node)
    match node:
        case ast.IfExp(test=test, body=body, orelse=other):
            yield node, f"({_text(body)})"
            yield node, f"({_text(other)})"
            yield test, f"(not ({_text(test)}))"
        case ast.If(test=test) | ast.While(test=test):
            yield test, f"not ({_text(test)})"
            yield test, "False"
            if isinstance(node, ast.If):
                yield test, "True"
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Constant):
            yield node, "return None"
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            for generator in node.generators:
                yield from ((test, "True") for test in generator.ifs)


def _changes_of_values(node: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    match node:
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            for k, op in enumerate(ops):
                for other in OPERATORS.get(type(op), ()):
                    yield node, _text(ast.Compare(left, [*ops[:k], other(), *ops[k + 1 :]], comparators))
        case ast.BoolOp(op=op, values=values):
            yield node, _text(ast.BoolOp(OPERATORS[type(op)][0](), values))
            for k in range(len(values)):
                rest = [*values[:k], *values[k + 1 :]]
                yield node, _text(rest[0] if len(rest) == 1 else ast.BoolOp(op, rest))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            yield node, _text(ast.BinOp(left, OPERATORS[type(op)][0](), right))
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield node, _text(operand)
        case ast.Constant(value=bool() as value):
            yield node, str(not value)
        case ast.Constant(value=int() as value):
            yield node, str(value + 1)
            yield node, f"({value - 1})" if value < 1 else str(value - 1)
        case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS:
            yield node.func, FUNCTIONS[name]


def _text(node: ast.AST) -> str:
    return f"({ast.unparse(node)})" if isinstance(node, (ast.BoolOp, ast.BinOp, ast.Compare)) else ast.unparse(node)


def drawn(count: int, seed: int) -> list[Mutant]:
    """Mutants of random modules, as many from each as its nodes give."""
    found = []
    for file in sorted((ROOT / "symconv" / "kernel").glob("*.py")):
        found += list(mutants(str(file.relative_to(ROOT)), file.read_text()))
    return random.Random(seed).sample(found, min(count, len(found)))


def mutated(mutant: Mutant) -> str:
    source = (ROOT / mutant.path).read_bytes()
    return (source[: mutant.start] + mutant.after.encode() + source[mutant.end :]).decode()


def difference(mutant: Mutant) -> str:
    lines = (ROOT / mutant.path).read_text().splitlines(), mutated(mutant).splitlines()
    return "\n".join(difflib.unified_diff(*lines, mutant.path, mutant.path, lineterm="", n=2))


def copied() -> Path:
    """The project in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="mutant-"))
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy(source, folder / name)
    return folder


def pytest(folder: Path, files: Sequence[str], limit: float, *options: str) -> str | None:
    """The first test that fails, "time" where the limit is over, None if all pass."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "reached"]
    path = f"{folder}{os.pathsep}{folder / 'tests'}"
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [*command, *options, *files], cwd=folder, env=environment, capture_output=True, text=True, timeout=limit
        )
    except subprocess.TimeoutExpired:
        return "time"
    if not done.returncode:
        return None
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0].split(" ", 1)[1].split(" - ")[0] if failed else files[0]


def only(folder: Path, limit: float, tests: Sequence[str]) -> str | None:
    """The first of the tests that fails."""
    chosen = folder / "only.json"
    chosen.write_text(json.dumps(tests))
    files = list(dict.fromkeys(test.split("::")[0] for test in tests))
    return pytest(folder, files, limit, f"--only={chosen}")


@dataclass(frozen=True)
class Reached:
    """Which of the tests reach a line, by number; the quickest come first, and loading the kernel is one."""

    tests: Sequence[str]
    lines: Mapping[str, Sequence[int]]

    def by(self, mutant: Mutant) -> Sequence[str]:
        """The tests that reach what a mutant changes: all, where it runs when it is imported."""
        lines = range(mutant.line, mutant.line + mutant.before.count("\n") + 1)
        found = {number for line in lines for number in self.lines.get(f"{mutant.path}:{line}", ())}
        reaching = [self.tests[number] for number in sorted(found)]
        return [test for test in (self.tests if ALWAYS in reaching else reaching) if test != ALWAYS]


def fate(folder: Path, limit: float, tests: Sequence[str]) -> str:
    """The first test that fails, and fails again by itself: a busy machine makes slow tests fail once."""
    left = list(tests)
    while left and (failed := only(folder, limit, left)):
        if failed == "time":
            return "killed by the time"
        if failed not in left or only(folder, limit, [failed]):
            return f"killed by {failed}"
        left = left[left.index(failed) + 1 :]
    return "survived" if tests else "survived: no test reaches it"


def tried(number: int, mutant: Mutant, limit: float, reached: Reached) -> Outcome:
    folder = copied()
    try:
        (folder / mutant.path).write_text(mutated(mutant))
        return Outcome(number, mutant, fate(folder, limit, reached.by(mutant)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def lines_reached(path: Path, files: Sequence[str], limit: float) -> Reached | str:
    """What the tests reach without a mutation, or the test that fails; kept in a file."""
    if not path.exists():
        folder = copied()
        failed = pytest(folder, files, limit, f"--reached-lines={path}")
        shutil.rmtree(folder, ignore_errors=True)
        if failed:
            path.unlink(missing_ok=True)
            return failed
    return Reached(**json.loads(path.read_text()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--limit", type=float, default=1200, help="seconds for all tests of a mutant")
    parser.add_argument("--log", type=Path, help="a line of JSON a mutant; a further run goes on where it ends")
    parser.add_argument("--tests", nargs="+", default=TESTS, help="the files whose tests have to notice")
    parser.add_argument("--list", action="store_true", help="print the mutants, and try none")
    options = parser.parse_args()
    chosen = drawn(options.count, options.seed)
    if options.list:
        print("\n\n".join(difference(m) for m in chosen))
        return 0
    old = (
        [json.loads(line) for line in options.log.read_text().splitlines()]
        if options.log and options.log.exists()
        else []
    )
    fates = {record["number"]: record["fate"] for record in old}
    with tempfile.TemporaryDirectory() as temporary:
        kept = options.log.with_suffix(".reached.json") if options.log else Path(temporary, "reached.json")
        reached = lines_reached(kept.absolute(), options.tests, options.limit)
    if isinstance(reached, str):
        print(f"without a mutation the tests do not pass: {reached}")
        return 2
    todo = [(number, mutant) for number, mutant in enumerate(chosen) if number not in fates]
    with ThreadPoolExecutor(options.jobs) as pool:
        for outcome in pool.map(lambda task: tried(*task, options.limit, reached), todo):
            fates[outcome.number] = outcome.fate
            if options.log:
                with options.log.open("a") as log:
                    print(json.dumps(asdict(outcome)), file=log)
            print(f"{outcome.number}: {outcome.fate}  {outcome.mutant.path}:{outcome.mutant.line}", flush=True)
            if outcome.fate.startswith("survived"):
                print(difference(outcome.mutant), flush=True)
    survived = sum(f.startswith("survived") for f in fates.values())
    print(f"{len(fates) - survived} of {len(fates)} killed, {survived} survived")
    return int(survived > 0)


if __name__ == "__main__":
    sys.exit(main())
