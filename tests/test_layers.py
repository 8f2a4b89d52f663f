"""The folders of the package in their order: nothing imports a later one, no files import each other in a circle."""

from __future__ import annotations

import layers


def test_no_folder_imports_a_later_one() -> None:
    """Imports inside functions and by name are read too."""
    assert layers.upward(layers.graph()) == []


def test_no_files_import_each_other() -> None:
    """Directly or through others."""
    assert layers.circles(layers.graph()) == []


def test_no_name_stands_for_two_files() -> None:
    """A file is found by its name alone."""
    assert layers.namesakes(layers.modules()) == []


def test_what_runs_upwards_is_found() -> None:
    """Imports planted in a module of the kernel, wherever they stand, and in a circle."""
    known = layers.modules()
    planted = {
        "from symconv.claims import parse": "symconv.claims",
        "def f():\n    from symconv.publish import report": "symconv.publish.report",
        "from .. import cli": "symconv.cli",
        "from importlib import import_module\nimport_module('symconv.results')": "symconv.results",
    }
    for source, target in planted.items():
        found = layers.imported(source, known, "symconv.kernel.decide")
        assert layers.upward({"symconv.kernel.decide": found}) == [f"symconv.kernel.decide -> {target}"]
    hidden = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from symconv.claims import Claim"
    assert not layers.imported(hidden, known, "symconv.kernel.decide") - {"typing"}
    circle = {"symconv.kernel.rows": {"symconv.kernel.decide"}, "symconv.kernel.decide": {"symconv.kernel.rows"}}
    assert layers.circles(circle) == [("symconv.kernel.decide", "symconv.kernel.rows")]
