"""What a document has contributed to a build: how many claims, and what went wrong where."""

from __future__ import annotations

from dataclasses import dataclass, field

from sphinx.environment import BuildEnvironment

from symconv.publish.report import Failure

__all__ = ["Record", "fail", "record_of_document", "records"]


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


def record_of_document(env: BuildEnvironment, docname: str) -> Record:
    """The record of one document, begun where there is none."""
    return records(env).setdefault(docname, Record())


def fail(env: BuildEnvironment, docname: str, failure: Failure) -> None:
    """Note that something fails the build."""
    record_of_document(env, docname).failures.append(failure)
