"""`symconv build`: a folder of documents becomes pages, LaTeX and PDF, if all claims hold."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from symconv.errors import SymconvError
from symconv.publish.report import BuildReport, Failure
from symconv.reading.text_files import read_text

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["build"]

_SUFFIXES = {".md": "markdown", ".rst": "restructuredtext"}
_MANIFEST = ".symconv-build"
_WARNING = re.compile(r"(?P<path>.+?\.(?:md|rst))(?::(?P<line>\d+))?: (?:WARNING|ERROR|SEVERE|CRITICAL): (?P<text>.*)")
_UNLISTED = "document isn't included in any toctree"
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_NO_LETTER = re.compile(r"^symconv: no letter ([0-9A-F]+)$", re.MULTILINE)
_TEX_ERROR = re.compile(r"^(?:\./)?(\S+\.tex:\d+: .*)$", re.MULTILINE)


def build(
    source: str | os.PathLike[str], output: str | os.PathLike[str], pdf: bool = True, only_compare: bool = False
) -> BuildReport:
    """Check and publish the documents below `source`; nothing is written if anything fails.

    The report says how many claims were checked, and every failure with its file and line. With `only_compare`
    nothing is written at all: a page or LaTeX file that would be another is a failure.
    """
    folder, target = Path(source), Path(output)
    if not folder.is_dir():
        raise SymconvError(f"no folder of documents: {folder}")
    if target.exists() and not target.is_dir():
        raise SymconvError(f"the output {target} is no folder")
    if target.resolve() in (folder.resolve(), *folder.resolve().parents):
        raise SymconvError(f"the output {target} holds the documents", hint="name another folder, such as build/")
    documents = _documents(folder, target)
    if not documents:
        raise SymconvError(f"no documents (*.md, *.rst) in {folder}")
    if unreadable := _unreadable(folder, documents):
        return BuildReport(len(documents), 0, unreadable, target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".symconv-", dir=target.parent) as name:
        pages, scratch = Path(name, "pages"), Path(name, "scratch")
        has_pdf = pdf and shutil.which("pdflatex") is not None
        claims, failures = _run_sphinx(folder, pages, scratch, documents, has_pdf)
        pdfs = 0
        notes: list[str] = []
        if only_compare and not failures:
            failures = _stale(pages, target)
        if has_pdf and not only_compare and not failures:
            pdfs, failures, notes = _print(pages, folder, documents)
        if not failures and not only_compare:
            _publish(pages, target)
    _progress("")
    ordered = tuple(sorted(set(failures)))
    return BuildReport(len(documents), claims, ordered, target, pdfs, tuple(notes))


def _documents(folder: Path, target: Path) -> list[Path]:
    found = (path.relative_to(folder) for path in sorted(folder.rglob("*")))
    return [
        path
        for path in found
        if path.suffix in _SUFFIXES
        and not (folder / path).is_dir()
        and not any(part.startswith(("_", ".")) for part in path.parts)
        and target.resolve() not in (folder / path).resolve().parents
    ]


def _unreadable(folder: Path, documents: list[Path]) -> tuple[Failure, ...]:
    """The documents that are no UTF-8 text, cannot be opened, or lead out of the folder."""
    failures = []
    for document in documents:
        path = folder / document
        if not path.resolve().is_relative_to(folder.resolve()):
            failures.append(Failure(str(path), 1, "error: this is a link to a file outside the folder", 2))
            continue
        try:
            read_text(path)
        except UnicodeDecodeError as error:
            line = path.read_bytes()[: error.start].count(b"\n") + 1
            failures.append(Failure(str(path), line, "error: this is not UTF-8 text", 2))
        except OSError as error:
            failures.append(Failure(str(path), 1, f"error: {error.strerror}", 2))
    return tuple(failures)


def _run_sphinx(
    folder: Path, pages: Path, scratch: Path, documents: list[Path], has_pdf: bool
) -> tuple[int, list[Failure]]:
    """Let Sphinx read and write everything; the number of claims, and what went wrong."""
    try:
        import myst_parser  # noqa: F401  (missing packages are to be reported here)
        from sphinx.application import Sphinx
        from sphinx.util.docutils import docutils_namespace, patch_docutils
    except ImportError as error:
        raise SymconvError(f"building documents needs {error.name}", hint='pip install "symconv[docs]"') from None
    from symconv.publish.build_records import records
    from symconv.publish.inclusion import only_files_inside, only_images_inside

    names = [path.with_suffix("").as_posix() for path in documents]
    settings = {
        "extensions": ["myst_parser", "symconv.publish.sphinx"],
        "myst_enable_extensions": ["dollarmath", "colon_fence", "deflist"],
        "myst_heading_anchors": 3,
        "source_suffix": _SUFFIXES,
        "root_doc": "index" if "index" in names else names[0],
        "include_patterns": [path.as_posix() for path in documents],
        "project": folder.resolve().name,
        "numfig": True,
        "symconv_has_pdf": has_pdf,
    }
    warnings = io.StringIO()
    with patch_docutils(), docutils_namespace(), only_files_inside(folder):
        app = Sphinx(
            folder.resolve(),
            None,
            pages,
            scratch,
            "symconv",
            confoverrides=settings,
            status=None,
            warning=warnings,
            freshenv=True,
        )
        app.connect("doctree-read", only_images_inside, priority=1)
        _show_progress(app, len(documents))
        app.build()
        found = records(app.env).values()
    failures = [failure for record in found for failure in record.failures]
    failures += _warnings(warnings.getvalue(), folder)
    shown = [
        Failure(_relative(failure.path, folder), failure.line, failure.message, failure.status) for failure in failures
    ]
    return sum(record.claims for record in found), shown


def _warnings(text: str, folder: Path) -> list[Failure]:
    """Sphinx's warnings, all of which fail the build: they mean that something is not shown."""
    failures: list[Failure] = []
    for line in _COLOUR.sub("", text).splitlines():
        match = _WARNING.fullmatch(line)
        if match and _UNLISTED in match["text"]:
            continue  # a page that the contents do not list is a page all the same
        if match:
            number = int(match["line"] or 1)
            failures.append(Failure(match["path"], number, match["text"], 2))
        elif line.strip() and failures:
            last = failures.pop()
            failures.append(Failure(last.path, last.line, f"{last.message}\n{line}", 2))
        elif line.strip():
            failures.append(Failure(str(folder), 1, line.strip(), 2))
    return failures


def _relative(path: str, folder: Path) -> str:
    """A document's path as the user would write it: below the folder that they named."""
    try:
        return str(folder / Path(path).resolve().relative_to(folder.resolve()))
    except ValueError:
        return path


@dataclass(frozen=True)
class Printed:
    """What came of a run of pdflatex: its first error, or the letters that it had no font for."""

    error: str = ""
    lacking: str = ""


def _print(pages: Path, folder: Path, documents: list[Path]) -> tuple[int, list[Failure], list[str]]:
    """Compile each LaTeX file to PDF, two at a time; how many there are, what failed, and what is to be noted."""

    def compile_one(document: Path) -> Printed:
        _progress(f"printing {document}")
        return compile_tex(pages, document.with_suffix(".tex"))

    with ThreadPoolExecutor(max_workers=2) as pool:
        printed = dict(zip(documents, pool.map(compile_one, documents), strict=True))
    failures = [Failure(str(folder / d), 1, f"pdflatex: {p.error}", 1) for d, p in printed.items() if p.error]
    lacking = [(folder / document, p.lacking) for document, p in printed.items() if p.lacking]
    notes = [f"{path}: pdflatex has no font for {letters}: the PDF has their numbers" for path, letters in lacking]
    return len(documents) - len(failures), failures, notes


def compile_tex(folder: Path, name: Path) -> Printed:
    """Run pdflatex in a folder that it may not leave, on a file there."""
    with tempfile.TemporaryDirectory() as scratch:
        run = subprocess.run(
            [
                "pdflatex",
                "-no-shell-escape",
                "-interaction=nonstopmode",
                "-halt-on-error",
                "-file-line-error",
                f"-output-directory={scratch}",
                name.as_posix(),
            ],
            cwd=folder,
            env={**os.environ, "openin_any": "p", "openout_any": "p", "TEXMFOUTPUT": scratch},
            capture_output=True,
            stdin=subprocess.DEVNULL,
        )
        text = run.stdout.decode("utf-8", "replace")
        if run.returncode:
            match = _TEX_ERROR.search(text)
            return Printed(match[1] if match else text.strip()[-300:] or "failed")
        shutil.move(Path(scratch, name.stem + ".pdf"), folder / name.with_suffix(".pdf"))
    return Printed(lacking="".join(chr(int(code, 16)) for code in _NO_LETTER.findall(text)))


def _stale(pages: Path, target: Path) -> list[Failure]:
    """The files of an earlier build that would be others now, or are missing; PDFs are not compared."""
    made = (path.relative_to(pages) for path in sorted(pages.rglob("*")) if path.is_file() and path.suffix != ".pdf")
    stale = [name for name in made if not _is_same(pages / name, target / name)]
    return [Failure(str(target / name), 1, "this is not what symconv build writes now", 1) for name in stale]


def _is_same(new: Path, old: Path) -> bool:
    return old.is_file() and new.read_bytes() == old.read_bytes()


def _publish(pages: Path, target: Path) -> None:
    """Move finished files into place, each at one stroke, and remove those of an earlier build."""
    new = {path.relative_to(pages).as_posix() for path in pages.rglob("*") if path.is_file()}
    manifest = target / _MANIFEST
    old = set(manifest.read_text("utf-8").splitlines()) if manifest.is_file() else set()
    for name in sorted(new):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        os.replace(pages / name, target / name)
    for name in old - new:
        (target / name).unlink(missing_ok=True)
    manifest.write_text("".join(f"{name}\n" for name in sorted(new)), "utf-8")


def _show_progress(app: Sphinx, total: int) -> None:
    started: list[str] = []

    def reading(_app: Sphinx, docname: str, _content: Iterable[str]) -> None:
        started.append(docname)
        _progress(f"checking {docname} ({len(started)}/{total})")

    app.connect("source-read", reading)


def _progress(text: str) -> None:
    """One line that overwrites itself, on a terminal only."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text[:70]}", end="", file=sys.stderr, flush=True)
