"""`symconv check` and Sphinx read generated documents alike: the same errors at the same lines."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from symconv.publish.file_checks import check_file
from symconv.publish.report import Failure

pytest.importorskip("sphinx")
pytest.importorskip("myst_parser")

from test_sphinx import built

CONF = """
extensions = ["myst_parser", "symconv.publish.sphinx"]
myst_enable_extensions = ["colon_fence", "deflist"]
exclude_patterns = ["part*"]
"""
TRUE, FALSE, MALFORMED = "x[n]: x == x", "x[n]: x == 2*x", "x[n]: x == y"


#: Claims in every form, each false, and the same text where it states nothing, which is then another.
EVERY_FORM = {
    "md": """\
# Title

```{claim}
x[n]: x == 2*x
```

```{Claim} x[n]: x == 2*x
```

- words

  ```{claim}
  :caption: In a list
  x[n]: x == 2*x
  ```

  1. words

     ~~~{claim}
     ---
     caption: Nested
     ---
     x[n]: x == 2*x
     ~~~

> ```{claim}
> x[n]: x == 2*x
> ```

Term
: words

  ```{claim}
  x[n]: x == 2*x
  ```

:::{claim}
x[n]: x == 2*x
:::

:::::{note}
::::{tip}
```{calc}
x[n]: 2*x
== x
```
::::
:::::

````{list-table}
* - words
  - ```{claim}
    x[n]: x == 2*x
    ```
````

```{include} part-a.md
```

```{eval-rst}
.. claim:: x[n]: x == 2*x

.. note::

   .. claim::

      x[n]: x == 2*x
```

Words.[^1]

[^1]: Words.

    ```{claim}
    x[n]: x == 2*x
    ```

<!--
```{claim}
x[n]: x == 3*x
```
-->

    ```{claim}
    x[n]: x == 3*x
    ```

````markdown
```{claim}
x[n]: x == 3*x
```
````

```{literalinclude} part-a.md
```
""",
    "rst": """\
Title
=====

.. claim::

   x[n]: x == 2*x

..  Claim:: x[n]: x == 2*x

- words

  .. claim::
     :caption: In a list

     x[n]: x == 2*x

  1. words

     .. claim::

        x[n]: x == 2*x

Words:

   Quoted.

   .. claim::

      x[n]: x == 2*x

Term
   words

   .. claim::

      x[n]: x == 2*x

:Field:
   .. claim::

      x[n]: x == 2*x

.. note::

   .. only:: html

      .. calc::

         x[n]: 2*x
         == x

.. list-table::

   * - words
     - .. claim::

          x[n]: x == 2*x

+-------+----------------------------+
| words | .. claim:: x[n]: x == 2*x  |
+-------+----------------------------+

=====  ===========================
words  .. claim:: x[n]: x == 2*x
words  .. claim::

          x[n]: x == 2*x
=====  ===========================

.. include:: part-a.rst

.. topic:: T

   .. claim::

      x[n]: x == 2*x

Words. [1]_

.. [1] Words.

   .. claim::

      x[n]: x == 2*x

.. a comment

   .. claim::

      x[n]: x == 3*x

::

   .. claim::

      x[n]: x == 3*x

.. code-block:: rst

   .. claim::

      x[n]: x == 3*x

.. literalinclude:: part-a.rst
""",
}


def fence(*lines: str, name: str = "{claim}", sign: str = "`") -> list[str]:
    """A block of MyST, longer than what it holds."""
    longest = max((len(run) for line in lines for run in re.findall(rf"^[ >]*({sign}+)", line)), default=0)
    around = sign * max(3, longest + 1)
    return [f"{around}{name}", *lines, around]


def directive(*lines: str, name: str = "claim") -> list[str]:
    """A block of reStructuredText."""
    return [f".. {name}::", "", *(f"   {line}" if line else "" for line in lines)]


def leaf(rng: random.Random, block) -> list[str]:
    """A block that states something, or only seems to."""
    return rng.choice([
        lambda: block(TRUE),
        lambda: block(FALSE),
        lambda: block(TRUE, FALSE, "", MALFORMED),
        lambda: block(MALFORMED),
        lambda: block("x[n]: x", "== x + x", name="{calc}" if block is fence else "calc"),
        lambda: block(FALSE, name="{claims}" if block is fence else "claims"),
        lambda: block(FALSE, name="{cliam}" if block is fence else "cliam"),
        lambda: block(name="{claim}" if block is fence else "claim"),
        lambda: block(":expct: proved", *([] if block is fence else [""]), TRUE),
        lambda: block(":expect: refuted", *([] if block is fence else [""]), FALSE),
        lambda: block(FALSE, name="text" if block is fence else "code-block"),
        lambda: block(FALSE, name="{code-block}" if block is fence else "parsed-literal"),
        lambda: ["<!--", *block(FALSE), "-->"] if block is fence else ["..", *(f"   {x}" for x in block(FALSE))],
        lambda: [f"Words, and `{FALSE}`."],
        lambda: ["", *(f"    {line}" for line in block(FALSE))] if block is fence else ["::", "", f"   {FALSE}"],
    ])()  # fmt: skip


def indented(lines: Iterable[str], by: int = 2) -> list[str]:
    """Lines that belong to something."""
    return [f"{' ' * by}{line}" if line else "" for line in lines]


def included(rng: random.Random, block, parts: dict[str, str]) -> list[str]:
    """A part in a file of its own."""
    name = f"part{len(parts)}.{'md' if block is fence else 'rst'}"
    parts[name] = "\n".join(["Words.", "", *leaf(rng, block), ""])
    return block(name=f"{{include}} {name}") if block is fence else [f".. include:: {name}"]


def table(cell: list[str], block) -> list[str]:
    """Two cells; the second one is given."""
    if block is fence:
        return fence("* - words", "  - words", "", *indented(cell, 4), name="{list-table}")
    return [".. list-table::", "", "   * - words", "     - words", "", *indented(cell, 7)]


def content(rng: random.Random, block, parts: dict[str, str], depth: int = 0) -> list[str]:
    """Blocks in lists, quotes, definitions, tables and admonitions, here or in other files."""
    lines: list[str] = []
    for _ in range(rng.randint(1, 3)):
        inside = content(rng, block, parts, depth + 1) if depth < 3 and rng.random() < 0.5 else leaf(rng, block)
        match rng.randint(0, 7):
            case 0:
                inside = ["- words", "", *indented(inside)]
            case 1 if block is fence:
                inside = [f"> {line}" if line else ">" for line in inside]
            case 1:
                inside = ["Words:", "", *indented(["words", "", *inside], 3)]
            case 2:
                inside = block(*["words", "", *inside], name="{note}" if block is fence else "note")
            case 3:
                inside = table(inside, block)
            case 4:
                words, by = (": words", 2) if block is fence else ("   words", 3)
                inside = ["Term", words, "", *indented(inside, by)]
            case 5 if block is fence:
                inside = fence(*["words", "", *inside], name="{warning}", sign=":")
            case 6:
                inside = included(rng, block, parts)
        lines += ["Words.", "", *inside, ""]
    return lines


def documents(seeds: range) -> Iterator[tuple[str, str]]:
    """Names and texts of documents and of what they include; some end in a fence that is not closed."""
    parts: dict[str, str] = {}
    for seed in seeds:
        rng = random.Random(seed)
        block, suffix = rng.choice([(fence, "md"), (directive, "rst")])
        lines = ["# Title" if suffix == "md" else "Title\n=====", "", *content(rng, block, parts)]
        if suffix == "md" and rng.random() < 0.2:
            lines += ["```{claim}", FALSE]
        yield f"d{seed}.{suffix}", "\n".join(lines) + "\n"
    yield from parts.items()
    for suffix, text in EVERY_FORM.items():
        yield f"every-{suffix}.{suffix}", text
    yield from (("part-a.md", f"```{{claim}}\n{FALSE}\n```\n"), ("part-a.rst", f".. claim::\n\n   {FALSE}\n"))


def said_by_both(folder: Path, seeds: range) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """For each document, what `check` and Sphinx find wrong, and where."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "conf.py").write_text(CONF)
    (folder / "index.rst").write_text("Index\n=====\n")
    for name, text in documents(seeds):
        (folder / name).write_text(text, "utf-8")
    said = built(folder).failures
    paths = sorted(folder.glob("[de]*.[mr]*"))
    return {p.stem: places(check_file(p).failures) for p in paths}, {
        p.stem: places(said.get(p.stem, ())) for p in paths
    }


def places(failures: Iterable[Failure]) -> set[str]:
    """Files and lines, and whether what stands there was refuted or is malformed."""
    status = {1: "refuted", 2: "malformed"}
    return {f"{Path(failure.path).name}:{failure.line} {status[failure.status]}" for failure in failures}


def test_check_and_sphinx_agree(tmp_path: Path) -> None:
    """On a document of every form, and on a few of random nesting, planted errors included."""
    ours, theirs = said_by_both(tmp_path / "docs", range(20))
    assert ours == theirs
    assert 10 < sum(map(bool, ours.values())) < 20
    for suffix, text in EVERY_FORM.items():
        false = [number for number, line in enumerate(text.splitlines(), 1) if "2*x" in line]
        expected = {f"every-{suffix}.{suffix}:{number} refuted" for number in false}
        assert ours[f"every-{suffix}"] == expected | {f"part-a.{suffix}:{2 if suffix == 'md' else 3} refuted"}


def test_cells_of_notebooks_are_read_as_documents_are(tmp_path: Path) -> None:
    """The same claims at the same lines of the cell."""
    text = EVERY_FORM["md"]
    cells = [{"cell_type": "markdown", "source": [source]} for source in ("Words.", text)]
    written = {"conf.py": CONF, "part-a.md": f"```{{claim}}\n{FALSE}\n```\n", "b.ipynb": json.dumps({"cells": cells})}
    for name, content_of in written.items():
        (tmp_path / name).write_text(content_of, "utf-8")
    false = {number for number, line in enumerate(text.splitlines(), 1) if "2*x" in line}
    expected = {f"b.ipynb:cell 2:{number} refuted" for number in false} | {"part-a.md:2 refuted"}
    assert places(check_file(tmp_path / "b.ipynb").failures) == expected


@pytest.mark.long
def test_check_and_sphinx_agree_on_many(tmp_path: Path) -> None:
    """On a hundred more."""
    ours, theirs = said_by_both(tmp_path / "docs", range(100, 200))
    assert ours == theirs
