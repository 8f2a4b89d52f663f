"""Mutations of the kernel: whether a test notices when one of its guards goes.

    python tests/mutants.py --count 200 --seed 1 --jobs 2 --log mutants.log

Each mutant changes one node of a module of `symconv/kernel/`: a comparison, a number, an operator, a condition that
is dropped or turned round, a return that gives nothing. A process of its own (`tests/mutation_run.py`) puts it into
the functions in memory and runs the tests that reach the changed lines, the quickest first, until one fails. A mutant
that passes them all has survived, and is printed as a diff: it is equivalent, or a test is missing. With `--log` a
further run goes on where the last ended.

Not mutated, by rule:
- annotations, docstrings, imports, and what runs when a module is loaded (constants, defaults, options of dataclasses);
- errors and what only they call: that there is one is what counts, not its words; nor `__repr__`;
- how many things a limit admits (comparisons with a name in capitals from limits.py): one more or less is as good,
  as is one step more or less of a search whose number of steps is such a limit;
- the sizes of caches, and `strict=` of zip, which only finds mistakes of ours;
- an `if` that ends in the comment `# quicker`, dropped: what follows gives the same, later; the condition of one that
  ends in `# either way`: both ways give the same, one of them sooner.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import mutation_run

ROOT = Path(__file__).resolve().parent.parent
KERNEL = ROOT / "symconv" / "kernel"
TESTS = (
    "tests/test_kernel_sets.py",
    "tests/test_kernel_products.py",
    "tests/test_kernel_quotients.py",
    "tests/test_kernel_pieces.py",
    "tests/test_kernel_rows.py",
    "tests/test_kernel_replay.py",
    "tests/test_kernel.py",
    "tests/test_kernel_facts.py",
    "tests/test_kernel_values.py",
    "tests/test_kernel_terms.py",
    "tests/test_consequences.py",
    "tests/test_quotient_and_remainder.py",
    "tests/test_walking.py",
    "tests/test_kernel_hypotheses.py",
    "tests/test_entry_hypotheses.py",
    "tests/test_traps.py",
    "tests/test_hypothesis_traps.py",
    "tests/test_hard_claims.py",
    "tests/test_conditions.py",
    "tests/test_converse.py",
    "tests/test_forging.py",
    "tests/test_scope.py",
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
#: A condition that never holds.
DROPPED = "False"
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


def mutants(path: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a module."""
    tree = ast.parse(source)
    lines = source.splitlines()
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    skipped = {id(n) for part in _unmutable(tree) for n in ast.walk(part)}
    for node in ast.walk(tree):
        if id(node) in skipped or not isinstance(node, (ast.expr, ast.stmt)):
            continue
        for changed, after in _changes(node):
            if changed.end_lineno is None or changed.end_col_offset is None or id(changed) in skipped:
                continue
            start = starts[changed.lineno - 1] + changed.col_offset
            end = starts[changed.end_lineno - 1] + changed.end_col_offset
            before = source.encode()[start:end].decode()
            line = lines[changed.lineno - 1]
            as_good = line.endswith("# either way") or (after == DROPPED and line.endswith("# quicker"))
            if after != before and not as_good:
                yield Mutant(path, changed.lineno, start, end, before, after)


def _unmutable(tree: ast.Module) -> Iterator[ast.AST]:
    """What the rules above leave out."""
    yield from (node for node in tree.body if not isinstance(node, (ast.FunctionDef, ast.ClassDef)))
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) if name == "__repr__" or name in _only_in_errors():
                yield node
            case ast.FunctionDef(args=arguments, returns=returns, decorator_list=decorators):
                yield from (*decorators, arguments, *([returns] if returns else []))
            case ast.ClassDef(body=body, decorator_list=decorators):
                yield from (*decorators, *(part for part in body if not isinstance(part, ast.FunctionDef)))
            case ast.AnnAssign(annotation=annotation):
                yield annotation
            case ast.Expr(value=ast.Constant()) | ast.Import() | ast.ImportFrom() | ast.JoinedStr() | ast.Raise():
                yield node
            case ast.keyword(arg="strict"):
                yield node
            case ast.Compare(ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE()]) | ast.BinOp() if _has_limit(node):
                yield node


def _has_limit(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Name) and part.id.startswith("MAX_") for part in ast.walk(node))


@cache
def _only_in_errors() -> frozenset[str]:
    """The functions that are called within errors and nowhere else."""
    names: dict[bool, set[str]] = {True: set(), False: set()}
    for file in KERNEL.glob("*.py"):
        tree = ast.parse(file.read_text())
        raised = {id(n) for part in ast.walk(tree) if isinstance(part, ast.Raise) for n in ast.walk(part)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                names[id(node) in raised].add(node.id)
    return frozenset(names[True] - names[False])


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
            yield test, DROPPED
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
    for file in sorted(KERNEL.glob("*.py")):
        found += list(mutants(str(file.relative_to(ROOT)), file.read_text()))
    return random.Random(seed).sample(found, min(count, len(found)))


def mutated(mutant: Mutant) -> str:
    source = (ROOT / mutant.path).read_bytes()
    return (source[: mutant.start] + mutant.after.encode() + source[mutant.end :]).decode()


def difference(mutant: Mutant) -> str:
    lines = (ROOT / mutant.path).read_text().splitlines(), mutated(mutant).splitlines()
    return "\n".join(difflib.unified_diff(*lines, mutant.path, mutant.path, lineterm="", n=2))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--log", type=Path, help="a line of JSON a mutant; a further run goes on where it ends")
    parser.add_argument("--reached", type=Path, help="a file that keeps which tests reach which lines for further runs")
    parser.add_argument("--seconds", type=float, default=600, help="of the processor for the tests of a mutant")
    parser.add_argument("--tests", nargs="+", default=TESTS, help="the files whose tests have to notice")
    parser.add_argument("--list", action="store_true", help="print the mutants, and try none")
    options = parser.parse_args()
    chosen = drawn(options.count, options.seed)
    if options.list:
        print("\n\n".join(difference(m) for m in chosen))
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        log = options.log or Path(temporary, "log")
        log.touch()
        tried = {record["number"] for record in map(json.loads, log.read_text().splitlines())}
        changes = {
            number: mutation_run.Change(str(ROOT / m.path), m.line, m.before.count("\n") + 1, mutated(m))
            for number, m in enumerate(chosen)
            if number not in tried
        }

        def report(number: int, fate: str) -> None:
            mutant = chosen[number]
            with log.open("a") as file:
                print(json.dumps({"number": number, "fate": fate, **asdict(mutant)}), file=file)
            print(f"{number}: {fate}  {mutant.path}:{mutant.line}", flush=True)
            if fate.startswith(mutation_run.SURVIVED):
                print(difference(mutant), flush=True)

        kept = options.reached or Path(temporary, "reached.json")
        how = mutation_run.Options(kept.absolute(), options.jobs, options.seconds)
        if failed := mutation_run.run(changes, [*options.tests], report, how):
            print(failed)
            return 2
        fates = [record["fate"] for record in map(json.loads, log.read_text().splitlines())]
    survived = sum(fate.startswith(mutation_run.SURVIVED) for fate in fates)
    print(f"{len(fates) - survived} of {len(fates)} killed, {survived} survived")
    return int(survived > 0)


if __name__ == "__main__":
    sys.exit(main())
