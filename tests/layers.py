"""The folders of the package in their order, and every import that runs against it: `python -m tests.layers`.

Read from the source of every module, imports inside functions included; those under TYPE_CHECKING are apart.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ORDER = (
    "errors", "limits", "algebra", "formulas", "kernel", "expressions", "operators", "libraries",
    "numerics", "printing", "claims",
    "proving", "reading", "derivations", "displays", "results", "testing", "batches", "pictures", "publish",
    "pytest_plugin", "cli", "__main__", "",
)  # fmt: skip
"""Each folder (or file) of `symconv/` imports only from those before it; the package itself comes last."""


def modules(root: Path = ROOT) -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    found = {}
    for path in sorted((root / "symconv").rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(source: str, known: Mapping[str, Path], importer: str = "") -> set[str]:
    """The modules of the package that a module's source imports, wherever in it the import stands."""
    return {name for node in _imports(ast.parse(source)) for name in _targets(node, known, importer)}


def _imports(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom | ast.Call]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield from _imports(other)
            continue
        if isinstance(child, (ast.Import, ast.ImportFrom)):
            yield child
        if isinstance(child, ast.Call) and _name(child.func) in ("import_module", "__import__"):
            yield child
        yield from _imports(child)


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def _targets(node: ast.Import | ast.ImportFrom | ast.Call, known: Mapping[str, Path], importer: str) -> Iterator[str]:
    match node:
        case ast.Import(names):
            yield from (alias.name for alias in names if alias.name.split(".")[0] == "symconv")
        case ast.ImportFrom(module, names, level):
            if level:
                base = importer.split(".") if known[importer].name == "__init__.py" else importer.split(".")[:-1]
                module = ".".join([*base[: len(base) - level + 1], *([module] if module else [])])
            if module and module.split(".")[0] == "symconv":
                for alias in names:
                    full = f"{module}.{alias.name}"
                    yield full if full in known else module
        case ast.Call(_, [ast.Constant(str(name)), *_]) if name.startswith("symconv."):
            yield name


@lru_cache
def graph(root: Path = ROOT) -> dict[str, set[str]]:
    """The modules that each module imports."""
    known = modules(root)
    return {name: imported(path.read_text("utf-8"), known, name) - {name} for name, path in known.items()}


def folder(module: str) -> str:
    """The folder (or top-level file) of `symconv/` that a module belongs to; "" for the package itself."""
    return module.removeprefix("symconv").removeprefix(".").split(".")[0]


def upward(found: Mapping[str, set[str]]) -> list[str]:
    """Imports of a later folder, as `importer -> imported`."""
    place = {name: number for number, name in enumerate(ORDER)}
    return sorted(
        f"{module} -> {other}"
        for module, others in found.items()
        for other in others
        if place[folder(other)] > place[folder(module)]
    )


def circles(found: Mapping[str, set[str]]) -> list[tuple[str, ...]]:
    """Groups of modules that import each other, directly or through others."""
    reached = {module: _reached(module, found) for module in found}
    groups = {
        tuple(sorted(other for other in reached[module] if module in reached.get(other, ())))
        for module in found
        if module in reached[module]
    }
    return sorted(groups)


def _reached(start: str, found: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    left = list(found[start])
    while left:
        module = left.pop()
        if module not in seen:
            seen.add(module)
            left += found.get(module, ())
    return seen


def namesakes(known: Mapping[str, Path]) -> list[str]:
    """File and folder names that stand for two things."""
    seen: dict[str, list[str]] = {}
    for module, path in known.items():
        if path.name not in ("__init__.py", "__main__.py") or module.count("."):
            seen.setdefault(module.rpartition(".")[2], []).append(module)
    return sorted(" and ".join(places) for places in seen.values() if len(places) > 1)


def main() -> int:
    """Print the folders in order, then what breaks the rules; 1 if anything does."""
    found, known = graph(), modules()
    print(*(f"{name or 'symconv'}" for name in ORDER), sep="\n")
    broken = [
        *(f"upward: {line}" for line in upward(found)),
        *(f"circle: {', '.join(group)}" for group in circles(found)),
        *(f"one name for two things: {line}" for line in namesakes(known)),
    ]
    print(*broken, sep="\n", end="\n" if broken else "")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
