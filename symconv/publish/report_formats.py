"""The report of a check for machines: JSON, JUnit's XML, SARIF, and the annotations of GitHub's workflows."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from importlib.metadata import version

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
    return json.dumps(data | {"unread": report.unread, "notes": report.notes}, ensure_ascii=False, indent=2)


def as_junit(report: FileReport) -> str:
    """A test case a claim, in the XML that continuous integration reads."""
    errors = sum(failure.status == 2 for failure in report.failures)
    failed = len(report.failures) - errors
    counts = {"tests": len(report.passed) + len(report.failures), "failures": failed, "errors": errors}
    suite = ET.Element("testsuite", {"name": "symconv", **{name: str(count) for name, count in counts.items()}})
    for passed in report.passed:
        line = str(passed.line)
        ET.SubElement(suite, "testcase", {"classname": passed.path, "name": f"line {line}", "line": line})
    for failure in report.failures:
        first = _line(failure.message.partition("\n")[0])
        case = {"classname": failure.path, "name": f"line {failure.line}", "line": str(failure.line)}
        kind = "error" if failure.status == 2 else "failure"
        inside = ET.SubElement(ET.SubElement(suite, "testcase", case), kind, {"message": first})
        inside.set("type", RULES[failure.status][0])
        inside.text = _printable(failure.message)
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True)


def as_sarif(report: FileReport) -> str:
    """SARIF 2.1.0, for code scanning."""
    rules = [{"id": name, "shortDescription": {"text": text}} for name, text in RULES.values()]
    driver = {"name": "symconv", "version": version("symconv"), "rules": rules}
    run = {"tool": {"driver": driver}, "results": [_sarif_result(failure) for failure in report.failures]}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _sarif_result(failure: Failure) -> dict[str, object]:
    place = {"artifactLocation": {"uri": failure.path}, "region": {"startLine": max(failure.line, 1)}}
    return {
        "ruleId": RULES[failure.status][0],
        "level": "warning" if failure.status == 3 else "error",
        "message": {"text": failure.message},
        "locations": [{"physicalLocation": place}],
    }


def as_github(report: FileReport) -> str:
    """Workflow commands, which annotate the lines of a pull request."""
    lines = []
    for failure in report.failures:
        message = failure.message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        path = failure.path.replace("%", "%25").replace(",", "%2C").replace(":", "%3A")
        level = "warning" if failure.status == 3 else "error"
        title = RULES[failure.status][0]
        lines.append(f"::{level} file={path},line={failure.line},title={title}::{message}")
    return "\n".join(lines)


def _line(text: str) -> str:
    return _printable(" ".join(text.split()))


def _printable(text: str) -> str:
    """The text without what XML cannot hold."""
    return "".join(char if char.isprintable() or char in "\n\t" else "?" for char in text)


FORMATS: dict[str, Callable[[FileReport], str]] = {
    "json": as_json, "junit": as_junit, "sarif": as_sarif, "github": as_github,
}  # fmt: skip
"""How a report is written for machines."""
