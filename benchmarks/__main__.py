"""`python -m benchmarks`: all tables in one run, or those that are named."""

from __future__ import annotations

import argparse
from time import perf_counter

from benchmarks import cold, derivations, documents, independence, rivals, warm
from benchmarks.claims import COLD, LARGE, SAMPLES, SIZED, SMALL

PARTS = ("warm", "rivals", "sizes", "cold", "documents", "derivations")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="What symconv costs.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all by default")
    parts = parser.parse_args().parts or PARTS
    if unknown := set(parts) - {*PARTS}:
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    started = perf_counter()
    if {"warm", "rivals"} & {*parts}:
        text, found = warm.report(SAMPLES)
        print(f"## Warm: median milliseconds of processor time\n\n{text}\n", flush=True)
        if "rivals" in parts:
            print(f"## Beside SymPy and z3\n\n{rivals.report(found)}\n", flush=True)
    if "sizes" in parts:
        print(f"## Independence of sizes\n\n{independence.report(SIZED, SMALL, LARGE)}\n", flush=True)
    if "cold" in parts:
        chosen = {name: SAMPLES[name] for name in COLD}
        print(f"## Cold: whole processes\n\n{cold.report(chosen)}\n", flush=True)
    if "documents" in parts:
        print(f"## Documents: whole processes\n\n{documents.report()}\n", flush=True)
    if "derivations" in parts:
        print(f"## Derivations, of laws and hard claims\n\n{derivations.report()}\n", flush=True)
    print(f"{perf_counter() - started:.0f} s in all")


if __name__ == "__main__":
    main()
