"""What a document with claims leaves in Sphinx: a node for each claim, and a record of what came out."""

from __future__ import annotations

from dataclasses import dataclass, field

from docutils import nodes
from sphinx.environment import BuildEnvironment

from symconv.publish.report import Failure

__all__ = ["Record", "claim", "records"]


class claim(nodes.General, nodes.Element):
    """A checked claim, with its HTML, its LaTeX and the name of its fragment."""


@dataclass
class Record:
    """What one document has contributed to a build."""

    claims: int = 0
    failures: list[Failure] = field(default_factory=list)


def records(env: BuildEnvironment) -> dict[str, Record]:
    """The records of all documents; they live as long as Sphinx's environment does."""
    if not hasattr(env, "symconv_records"):
        env.symconv_records = {}  # type: ignore[attr-defined]
    found: dict[str, Record] = env.symconv_records  # type: ignore[attr-defined]
    return found
