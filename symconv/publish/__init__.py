"""Documents whose claims are checked: pages, LaTeX, PDF, and an extension for Sphinx."""

from symconv.publish.build import build
from symconv.publish.report import BuildReport, Failure

__all__ = ["BuildReport", "Failure", "build"]
