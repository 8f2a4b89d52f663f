"""Looks at built pages as a reader would: in a browser, narrow and wide, light and dark, offline.

    python tests/look.py build/ [--pictures FOLDER] [--axe]

prints what is wrong with the pages below a folder, and checks that every .tex compiles. With `--axe` the rules of
axe-core on accessibility are tried as well; it comes with the package axe-playwright-python.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import importlib.util
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

WIDTHS = (390, 1280)
#: The narrowest window in which a page has to fit.
NARROWEST = 360
#: How many of the formulas may scroll in the narrower width; in the wider none may.
SCROLLING = 0.03
SCHEMES = ("light", "dark")
Views: TypeAlias = "tuple[tuple[int, str], ...]"
#: Each width and each scheme once: what has a place depends on the one, what has a colour on the other.
EACH: Views = tuple(zip(WIDTHS, SCHEMES, strict=True))
ALL: Views = tuple(itertools.product(WIDTHS, SCHEMES))
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars "
    "--disable-background-networking --disable-component-update --disable-sync "
    "--disable-dev-shm-usage --remote-debugging-pipe"
)

#: Run in the page; returns what a reader would stumble over.
INSPECT = r"""
(() => {
  const wrong = [];
  const name = e => e.textContent.trim().replace(/\s+/g, " ").slice(0, 60);
  for (const m of document.querySelectorAll("math")) {
    const box = m.getBoundingClientRect();
    if (!(box.width > 0 && box.height > 0)) wrong.push(`formula without size: ${name(m)}`);
  }
  for (const e of document.querySelectorAll("merror, .problematic, .system-message"))
    wrong.push(`error mark: ${name(e)}`);
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth)
    wrong.push(`page is ${page.scrollWidth} wide, the window ${page.clientWidth}`);
  for (const e of document.querySelectorAll(".formula")) {
    if (e.scrollHeight > e.clientHeight + 1) wrong.push(`formula cropped: ${name(e)}`);
    if (innerWidth > 1000 && e.scrollWidth > e.clientWidth + 1) wrong.push(`formula cut: ${name(e)}`);
  }
  for (const e of document.querySelectorAll("*"))
    if (e.scrollWidth > e.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(e).overflowX) && e.tabIndex < 0)
      wrong.push(`cannot be scrolled by keyboard: ${e.className} ${name(e)}`);
  for (const e of document.querySelectorAll("a[href], button, input, select, summary")) {
    const labels = [...(e.labels ?? [])].map(label => label.textContent).join("");
    const said = e.getAttribute("aria-label") || e.textContent.trim() || labels;
    if (!said.trim()) wrong.push(`control without a name: ${e.outerHTML.slice(0, 80)}`);
    if (e.tabIndex < 0 && !e.matches(".cell")) wrong.push(`control that no key reaches: ${e.outerHTML.slice(0, 80)}`);
  }

  // rgb(…) counts to 255, color(srgb …) to 1; the fourth number is how much covers what is below
  const rgb = text => {
    const [r, g, b, a = 1] = text.replace(/^color\(\w+/, "").match(/[\d.e-]+/g).map(Number);
    return (/^color\(/.test(text) ? [r * 255, g * 255, b * 255] : [r, g, b]).concat(a);
  };
  const over = (c, below) => c.slice(0, 3).map((v, i) => v * c[3] + below[i] * (1 - c[3]));
  const light = c => c.slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const grounds = new Map();
  const ground = e => {
    if (!e) return [255, 255, 255];
    if (!grounds.has(e)) {
      const c = rgb(getComputedStyle(e).backgroundColor);
      grounds.set(e, c[3] === 1 ? c : over(c, ground(e.parentElement)));
    }
    return grounds.get(e);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  for (let node; (node = walker.nextNode());) {
    const e = node.parentElement;
    if (!node.data.trim() || e.closest("script, style")) continue;
    if (/\\[A-Za-z_]|\$/.test(node.data) && !e.closest("pre, code"))
      wrong.push(`LaTeX in the text: ${node.data.trim().slice(0, 60)}`);
    if (seen.has(e)) continue;
    seen.add(e);
    const below = ground(e);
    const [a, b] = [light(over(rgb(getComputedStyle(e).color), below)), light(below)];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) wrong.push(`contrast ${contrast.toFixed(1)}: ${name(e)}`);
  }
  return [...new Set(wrong)];
})()
"""


#: Done once the page has heard of its new size and has been drawn again: a resize is told with the next frame only.
DRAWN = "new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(() => drawn(0))))"

#: How many formulas are shown, and how many of them are wider than their place.
COUNT = """(() => {
  const shown = [...document.querySelectorAll(".formula")].filter(e => e.clientWidth > 0);
  return [shown.length, shown.filter(e => e.scrollWidth > e.clientWidth + 1).length];
})()"""

#: What axe-core finds, in one line each; the insides of formulas are browsers' own.
AXE = """axe.run({exclude: ["math"]}, {resultTypes: ["violations"]}).then(found => found.violations.map(rule =>
  `${rule.id}: ${rule.nodes.length} such as ${rule.nodes[0].html.slice(0, 100)}`))"""


class Browser:
    """Headless Chromium, driven over a pair of pipes; it is never given a network."""

    def __init__(self, reader: Any, writer: Any) -> None:
        self.reader, self.writer = reader, writer
        self.count = 0
        self.session: str | None = None
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.loaded = False
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        attached = self.send("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.send(f"{domain}.enable")
        self.send(
            "Network.emulateNetworkConditions",
            offline=True,
            latency=0,
            downloadThroughput=0,
            uploadThroughput=0,
        )

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the DevTools protocol and wait for its result."""
        self.count += 1
        message = {"id": self.count, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.writer.write(json.dumps(message).encode() + b"\0")
        self.writer.flush()
        while True:
            answer = self.receive()
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def receive(self) -> dict[str, Any]:
        """The next message; requests and the end of loading are noted on the way."""
        data = bytearray()
        while (byte := self.reader.read(1)) != b"\0":
            if not byte:
                raise RuntimeError("the browser has gone")
            data += byte
        message = json.loads(data)
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(message["params"]["request"]["url"])
        elif message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(str(message["params"]["exceptionDetails"].get("exception", {}).get("description")))
        elif message.get("method") == "Log.entryAdded" and message["params"]["entry"]["level"] == "error":
            self.errors.append(message["params"]["entry"]["text"])
        elif message.get("method") == "Runtime.consoleAPICalled" and message["params"]["type"] in ("error", "assert"):
            self.errors.append(str(message["params"]["args"]))
        elif message.get("method") == "Page.loadEventFired":
            self.loaded = True
        return message

    def show(self, width: int, scheme: str) -> None:
        """Lay the page out at a width and in a colour scheme."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=False,
        )
        media = [{"name": "prefers-color-scheme", "value": scheme}]
        self.send("Emulation.setEmulatedMedia", features=media)
        self.evaluate(DRAWN)

    def open(self, page: Path) -> None:
        """Load a page from disk and open all its details."""
        self.requests, self.errors, self.loaded = [], [], False
        answer = self.send("Page.navigate", url=page.resolve().as_uri())
        if "errorText" in answer:
            raise RuntimeError(f"{page}: {answer['errorText']}")
        while not self.loaded:
            self.receive()
        self.evaluate('document.querySelectorAll("details").forEach(d => d.open = true)')

    def evaluate(self, script: str) -> Any:
        """The value of a JavaScript expression in the page, or what its promise comes to."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def picture(self) -> bytes:
        """The whole page as PNG."""
        size = self.send("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        shot = self.send("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(shot["data"])


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for the length of a `with` block."""
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = f'exec chromium {FLAGS} --user-data-dir="{profile}" 3<&{to_read} 4>&{from_write}'
        process = subprocess.Popen(
            ["bash", "-c", command],
            pass_fds=(to_read, from_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(from_write)
        try:
            with open(to_write, "wb") as writer, open(from_read, "rb") as reader:
                yield Browser(reader, writer)
        finally:
            process.terminate()
            process.wait()


def look(browser: Browser, page: Path, pictures: Path | None = None, views: Views = EACH) -> list[str]:
    """What is wrong with a page, at widths and in colour schemes."""
    wrong = []
    browser.open(page)
    for width, scheme in views:
        browser.show(width, scheme)
        if pictures:
            pictures.mkdir(parents=True, exist_ok=True)
            path = pictures / f"{page.stem}-{width}-{scheme}.png"
            path.write_bytes(browser.picture())
        wrong += [f"{page.name} at {width}, {scheme}: {what}" for what in browser.evaluate(INSPECT)]
    browser.show(NARROWEST, "light")
    if (needed := browser.evaluate("document.documentElement.scrollWidth")) > NARROWEST:
        wrong.append(f"{page.name} needs {needed} of {NARROWEST} px")
    wrong += [f"{page.name}: {error}" for error in browser.errors]
    return wrong + [f"{page.name} asks for {url}" for url in browser.requests if url[:5] not in ("file:", "data:")]


def formulas_on(browser: Browser) -> tuple[int, int]:
    """How many formulas the page that is open has on a phone, and how many of them scroll."""
    browser.show(WIDTHS[0], "light")
    shown, scrolling = browser.evaluate(COUNT)
    return shown, scrolling


def too_many_scroll(counts: list[tuple[int, int]]) -> list[str]:
    """What is wrong with how many of the formulas of all pages scroll on a phone."""
    shown, scrolling = (sum(numbers) for numbers in zip(*counts, strict=True))
    return [f"{scrolling} of {shown} formulas scroll at {WIDTHS[0]} px"] if scrolling > SCROLLING * shown else []


def accessibility(browser: Browser, page: Path) -> list[str]:
    """What axe-core finds in the page that is open, on a phone and on a desk."""
    package = importlib.util.find_spec("axe_playwright_python")
    if package is None or not package.submodule_search_locations:
        return ["axe-core is missing: pip install --no-deps axe-playwright-python"]
    wrong = []
    browser.evaluate(Path(package.submodule_search_locations[0], "axe.min.js").read_text("utf-8") + ";0")
    for width, scheme in EACH:
        browser.show(width, scheme)
        wrong += [f"{page.name} at {width}, {scheme}: axe: {rule}" for rule in browser.evaluate(AXE)]
    return wrong


def compile_tex(path: Path, scratch: str) -> list[str]:
    """What pdflatex has to say against a file: errors, and lines that stick out of the page."""
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error"]
    run = subprocess.run(
        [*command, f"-output-directory={scratch}", path.name],
        cwd=path.parent,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    log = run.stdout.decode("utf-8", "replace")
    wrong = [line for line in log.splitlines() if line.startswith("Overfull \\hbox")]
    if run.returncode:
        wrong.append(log[-400:])
    return [f"{path.name}: {what}" for what in wrong]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--axe", action="store_true")
    options = parser.parse_args()
    pages = sorted(options.folder.rglob("*.html"))
    wrong = [] if pages else [f"no pages in {options.folder}"]
    formulas = 0
    counts = []
    with chromium() as browser:
        for page in pages:
            wrong += look(browser, page, options.pictures, ALL)
            formulas += browser.evaluate("document.querySelectorAll('math').length")
            counts.append(formulas_on(browser))
            wrong += accessibility(browser, page) if options.axe else []
    wrong += too_many_scroll(counts)
    sources = [path for path in sorted(options.folder.rglob("*.tex")) if path.parent.name != "claims"]
    if shutil.which("pdflatex"):
        with tempfile.TemporaryDirectory() as scratch:
            for path in sources:
                wrong += compile_tex(path, scratch)
    for what in wrong[:40]:
        print(what)
    print(f"{len(pages)} pages, {formulas} formulas, {len(sources)} .tex: {len(wrong)} problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
