"""How the claims of documents are told: steps, those that fall back on arithmetic, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from time import process_time

from symconv.errors import SymconvError

_SUFFIXES = (".md", ".rst", ".txt", ".tex", ".py")
_SLOW = 100.0


@dataclass(frozen=True)
class Statistics:
    """Counts over the derivations of decided claims; the lists name places and claims."""

    claims: int
    steps: int
    rules: Counter[str]
    fallback: tuple[str, ...]
    untold: tuple[str, ...]
    unverified: tuple[str, ...]
    slow: tuple[str, ...]
    undecided: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether every proved claim has a derivation with all lines verified, under one step in ten by arithmetic."""
        return not (self.untold or self.unverified) and len(self.fallback) * 10 < max(self.steps, 1)

    def __str__(self) -> str:
        share = 100 * len(self.fallback) / max(self.steps, 1)
        lines = [
            f"{self.claims} claims, {self.steps} steps",
            f"{len(self.fallback)} steps ({share:.1f} %) by linear arithmetic",
            f"{len(self.untold)} proved claims without a derivation",
            f"{len(self.unverified)} claims with a line that is not verified",
            f"{len(self.slow)} derivations over {_SLOW:g} ms",
        ]
        for name in ("fallback", "untold", "unverified", "slow", "undecided"):
            lines += [f"  {name}: {place}" for place in getattr(self, name)]
        lines += [f"  {count:5} {rule}" for rule, count in self.rules.most_common()]
        return "\n".join(lines)


def statistics(paths: Iterable[Path]) -> Statistics:
    """The statistics of every claim in files and folders of documents.

    Raises `SymconvError` where a path cannot be read; malformed claims count as undecided.
    """
    from symconv.derivations import tell
    from symconv.publish.sources import stated_in
    from symconv.reading.text_files import read_text
    from symconv.results import prove

    claims = steps = 0
    rules: Counter[str] = Counter()
    lists: dict[str, list[str]] = {k: [] for k in ("fallback", "untold", "unverified", "slow", "undecided")}
    for path in _files(paths):
        for stated in stated_in(read_text(path), path.suffix.lower()):
            place = f"{path}:{stated.line}: {stated.text}"
            if stated.is_calculation:
                continue
            claims += 1
            try:
                result = prove(stated.text)
            except SymconvError:
                lists["undecided"].append(place)
                continue
            if result.verdict == "unknown":
                lists["undecided"].append(place)
                continue
            tell(result.record, result.condition)
            started = process_time()
            derivation = tell(result.record, result.condition)
            milliseconds = (process_time() - started) * 1e3
            if milliseconds > _SLOW:
                lists["slow"].append(f"{place} ({milliseconds:.0f} ms)")
            lines = derivation.steps if derivation is not None else ()
            told = [(step, step.reason) for step in lines if step.reason is not None]
            if not lines and result.verdict == "proved":
                lists["untold"].append(place)
            if any(not step.verified for step, _ in told):
                lists["unverified"].append(place)
            steps += len(told)
            lists["fallback"] += [place for _, reason in told if reason.is_arithmetic]
            rules.update(reason.rule.kind for _, reason in told)
    return Statistics(claims, steps, rules, *(tuple(found) for found in lists.values()))


def _files(paths: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += [p for p in sorted(path.rglob("*")) if p.suffix in _SUFFIXES]
        elif path.is_file():
            found.append(path)
        else:
            raise SymconvError(f"no such file or folder: {path}")
    return found


__all__ = ["Statistics", "statistics"]
