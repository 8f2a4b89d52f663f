"""The report of a check for machines: JSON, JUnit's XML, SARIF, and the annotations of GitHub's workflows."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from symconv.publish.report import Failure, FileReport

__all__ = ["FORMATS", "RULES"]

#: What each exit status of a claim is called; these identifiers stay.
RULES = {
    1: ("symconv-refuted", "A claim does not come out as expected."),
    2: ("symconv-malformed", "A claim or an option cannot be read."),
    3: ("symconv-unknown", "A claim is left open."),
}


def as_json(report: FileReport) -> str:
    """One object: counts, then a list of failures, each with its place, rule and message."""
    failures = [
        {"path": f.path, "line": f.line, "rule": RULES[f.status][0], "status": f.status, "message": f.message}
        for f in report.failures
    ]
    data = {"claims": report.claims, "definitions": report.definitions, "failures": failures}
    return json.dumps(data | {"unread": report.unread, "notes": report.notes}, indent=2)


def as_junit(report: FileReport) -> str:
    """A test case a claim, in the XML that continuous integration reads."""
    errors = sum(failure.status == 2 for failure in report.failures)
    failed = len(report.failures) - errors
    counts = {"tests": len(report.passed) + len(report.failures), "failures": failed, "errors": errors}
    suite = ET.Element("testsuite", {"name": "symconv", **{name: str(count) for name, count in counts.items()}})
    for passed in report.passed:
        ET.SubElement(suite, "testcase", {"classname": passed.path, "name": f"line {passed.line}"})
    for failure in report.failures:
        first = _line(failure.message.partition("\n")[0])
        case = {"classname": failure.path, "name": f"line {failure.line}"}
        kind = "error" if failure.status == 2 else "failure"
        inside = ET.SubElement(ET.SubElement(suite, "testcase", case), kind, {"message": first})
        inside.set("type", RULES[failure.status][0])
        inside.text = _printable(failure.message)
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    return ET.tostring(suites, encoding="us-ascii", xml_declaration=True).decode("ascii")


def as_sarif(report: FileReport) -> str:
    """SARIF 2.1.0, for code scanning."""
    rules = [{"id": name, "shortDescription": {"text": text}} for name, text in RULES.values()]
    driver = {"name": "symconv", "version": version("symconv"), "rules": rules}
    run = {"tool": {"driver": driver}, "results": [_sarif_result(failure) for failure in report.failures]}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2)


def _sarif_result(failure: Failure) -> dict[str, object]:
    file, line, message = _in_its_file(failure)
    uri = Path(file).as_uri() if Path(file).is_absolute() else quote(Path(file).as_posix())
    place = {"artifactLocation": {"uri": uri}, "region": {"startLine": max(line, 1)}}
    return {
        "ruleId": RULES[failure.status][0],
        "level": "warning" if failure.status == 3 else "error",
        "message": {"text": message},
        "locations": [{"physicalLocation": place}],
    }


def as_github(report: FileReport) -> str:
    """Workflow commands, which annotate the lines of a pull request."""
    lines = []
    for failure in report.failures:
        file, line, told = _in_its_file(failure)
        message = told.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        path = file.replace("%", "%25").replace(",", "%2C").replace(":", "%3A")
        level = "warning" if failure.status == 3 else "error"
        title = RULES[failure.status][0]
        lines.append(f"::{level} file={path},line={line},title={title}::{message}")
    return "\n".join(lines)


def _in_its_file(failure: Failure) -> tuple[str, int, str]:
    """File, line and message; a cell of a notebook, whose lines are not the file's, is named in the message."""
    file, is_cell, cell = failure.path.partition(":cell ")
    if is_cell:
        return file, 1, f"cell {cell}, line {failure.line}: {failure.message}"
    return file, failure.line, failure.message


def _line(text: str) -> str:
    return _printable(" ".join(text.split()))


def _printable(text: str) -> str:
    """The text without what XML cannot hold."""
    return "".join(char if char.isprintable() or char in "\n\t" else "?" for char in text)


FORMATS: dict[str, Callable[[FileReport], str]] = {
    "json": as_json, "junit": as_junit, "sarif": as_sarif, "github": as_github,
}  # fmt: skip
"""How a report is written for machines."""
