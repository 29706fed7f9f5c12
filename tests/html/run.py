"""The HTML report in a browser: inert, usable, valid, and quick.

Usage: run.py PROGRAM MODULES      MODULES: node_modules with axe-core and
                                   html-validate (harness/deps html)
Ends with "N passed, N failed"; exit status 1 when anything failed.
"""
import json
import os
import subprocess
import sys
import tempfile

import make
from browser import Browser

# Some of each verdict, and not more: axe looks at every element.
SOME = ("--select", "rfc5321/4.2", "--select", "rfc5321/4.1.2/control",
        "--select", "rfc8314", "--select", "rfc2033/4.1")
FAULTS = "ref:greeting-no-domain,address-control,address-dots"
MANY = ("address-8bit", "greeting-no-domain,address-dots,address-control",
        "address-no-brackets,address-literal-any,address-comment")
LIMIT = 15 * 1024 * 1024


class Test:
    def __init__(self):
        self.passed = self.failed = 0

    def expect(self, name, good, detail=""):
        if good:
            self.passed += 1
            return
        self.failed += 1
        print("FAIL: %s\n    %s" % (name, str(detail)[:2000]))

    def equal(self, name, got, want):
        self.expect(name, got == want, "%r, not %r" % (got, want))


def inert(test, browser, program, work):
    server = make.HostileServer()
    result = make.check(program, server.target, work + "/hostile", *SOME)
    server.close()
    test.expect("hostile: cases were played",
                result["summary"]["sessions"] > 20, result["summary"])
    browser.view(1280)
    browser.open(work + "/hostile.html")
    browser.run("for (const e of document.querySelectorAll('details'))"
                " e.open = true;"
                "document.body.dispatchEvent(new Event('mouseover'));")
    test.equal("hostile: title", browser.driver.title,
               "SMTP conformance: " + server.target)
    test.equal("hostile: nothing ran", browser.run("return window.pwned"),
               None)
    test.equal("hostile: no element of the server's", browser.run("""
        return Array.from(document.querySelectorAll(
            "body script, img, iframe, svg:not(.bar), object, base, form"))
            .map((e) => e.outerHTML.slice(0, 80))
            .filter((s) => !s.startsWith("<form id=\\"filter\\""))"""), [])
    test.equal("hostile: no event handler", browser.run("""
        return Array.from(document.querySelectorAll("*")).filter((e) =>
            e.getAttributeNames().some((n) => n.startsWith("on"))).length"""),
               0)
    test.equal("hostile: links", browser.run("""
        return Array.from(document.links).map((a) => a.getAttribute("href"))
            .filter((h) => !h.startsWith("#")
                && !h.startsWith("https://www.rfc-editor.org/rfc/"))"""), [])
    text = browser.run("return document.body.textContent")
    for script in make.SCRIPTS:
        shown = script.replace('"', '\\"')
        test.expect("hostile: shown as text: " + script,
                    script in text or shown in text)
    test.expect("hostile: octets are escaped",
                "\\x00" in text.lower() or "\\0\\x01" in text)
    test.equal("hostile: no complaints", browser.complaints(), [])
    # The policy is at work: a script that gets in all the same does not run.
    browser.run("""
        const e = document.createElement("script");
        e.textContent = "window.pwned = 9";
        document.body.append(e);
        document.body.setAttribute("onclick", "window.pwned = 10");
        document.body.click();""")
    test.equal("policy: inserted script", browser.run("return window.pwned"),
               None)
    test.expect("policy: says so", len(browser.complaints()) >= 1)


VISIBLE = """return Array.from(document.querySelectorAll(".case"))
    .filter((e) => !e.hidden).map((e) => e.dataset.v)"""
SET = """const f = document.getElementById("filter").elements;
    for (const [name, value] of Object.entries(arguments[0]))
        if (f[name]) f[name].value = value;
    for (const e of document.getElementsByName("v"))
        e.checked = arguments[1].includes(e.value);
    document.getElementById("filter").dispatchEvent(new Event("input"));"""
ALL = ["FAIL", "WARN", "INFO", "PASS", "SKIP", "BLOCKED", "ERROR"]


def filters(test, browser, result, page):
    cases = result["cases"]
    rows = [
        ("all", {}, ALL, lambda c: True),
        ("FAIL", {}, ["FAIL"], lambda c: c["verdict"] == "FAIL"),
        ("none", {}, [], lambda c: False),
        ("level", {"l": "MUST"}, ALL, lambda c: c["level"] == "MUST"),
        ("area", {"a": "8314"}, ALL,
         lambda c: c["id"].startswith("rfc8314/")),
        ("text", {"t": "greeting DOMAIN"}, ["FAIL", "PASS"], None),
        ("an id", {"t": "rfc5321/4.1.2/control/bel"}, ALL,
         lambda c: c["id"] == "rfc5321/4.1.2/control/bel"),
    ]
    browser.open(page)
    for name, values, verdicts, wanted in rows:
        browser.run(SET, {"l": "", "a": "", "t": "", **values}, verdicts)
        seen = browser.run(VISIBLE)
        said = browser.run("return document.querySelector('output').value")
        test.equal("filter %s: count" % name, said,
                   "%d of %d cases" % (len(seen), len(cases)))
        if wanted:
            test.equal("filter %s" % name, sorted(seen),
                       sorted(c["verdict"] for c in cases if wanted(c)))
        else:
            test.expect("filter %s: some" % name,
                        0 < len(seen) < len(cases), len(seen))
    browser.run(SET, {"t": "no such words anywhere"}, ALL)
    test.equal("filter: empty groups go", browser.run("""
        return document.querySelectorAll(".area:not([hidden])").length"""), 0)
    # A link to a case that is filtered out shows and opens it.
    browser.run("location.hash = arguments[0]",
                "#case-rfc5321/4.1.2/control/bel")
    opened = """const e = document.getElementById(
        "case-rfc5321/4.1.2/control/bel");
        return [e.open, e.closest("[hidden]") === null]"""
    test.equal("link to a hidden case", browser.wait(opened, [True, True]),
               [True, True])


def keyboard(test, browser, page):
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys
    browser.open(page)
    ActionChains(browser.driver).send_keys(Keys.TAB).perform()
    focus = "return document.activeElement.className"
    test.equal("keyboard: first the skip link", browser.run(focus), "skip")
    test.expect("keyboard: it is seen then", browser.run(
        "return document.activeElement.getBoundingClientRect().top >= 0"))
    test.expect("keyboard: focus has an outline", browser.run(
        "return getComputedStyle(document.activeElement).outlineStyle")
        == "solid")
    browser.run("document.querySelector('.case.shown summary').focus()")
    ActionChains(browser.driver).send_keys(Keys.ENTER).perform()
    test.expect("keyboard: a case opens", browser.run(
        "return document.querySelector('.case.shown').open"))


def without_script(test, browser, result, page):
    browser.scripts(False)
    browser.open(page)
    browser.scripts(True)
    test.expect("no script: the form is not there", browser.run(
        "return document.getElementById('filter').hidden"))
    test.equal("no script: every case is", browser.run(
        "return document.querySelectorAll('.case:not([hidden])').length"),
               len(result["cases"]))


def fits(test, browser, pages):
    for page in pages:
        for width in (320, 390, 768, 1280):
            browser.view(width)
            browser.open(page)
            over = browser.run("""
                const w = document.documentElement.clientWidth;
                if (document.documentElement.scrollWidth <= w) return [];
                return Array.from(document.querySelectorAll("body *"))
                    .filter((e) => e.getBoundingClientRect().right > w + 1
                        && e.closest(".wide") === null)
                    .slice(0, 5).map((e) => e.outerHTML.slice(0, 100))""")
            test.equal("%s at %d pixels" % (os.path.basename(page), width),
                       over, [])


def accessible(test, browser, modules, pages):
    with open(modules + "/axe-core/axe.min.js", encoding="utf-8") as f:
        source = f.read()
    for page in pages:
        for dark in (False, True):
            browser.view(1280, dark)
            browser.open(page)
            browser.run("for (const e of document.querySelectorAll("
                        "'details.shown')) e.open = true;")
            test.equal("axe: %s%s" % (os.path.basename(page),
                                      " dark" if dark else ""),
                       browser.axe(source), [])


def valid(test, modules, pages):
    here = os.path.dirname(os.path.abspath(__file__))
    done = subprocess.run(
        [modules + "/.bin/html-validate", "--config",
         here + "/html-validate.json", "--formatter", "text", *pages],
        capture_output=True, timeout=300)
    test.expect("html-validate", done.returncode == 0,
                done.stdout.decode() + done.stderr.decode())


def printed(test, result, page, work):
    pdf = work + "/report.pdf"
    # As docs/reports.md has it, but for the sandbox, which root has not.
    done = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--no-pdf-header-footer",
         "--print-to-pdf=" + pdf, page], capture_output=True, timeout=120)
    test.expect("pdf: written", done.returncode == 0 and os.path.exists(pdf),
                done.stderr.decode())
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True,
                          capture_output=True, timeout=120).stdout.decode()
    flat = "".join(text.split())
    for case in result["cases"]:
        if case["verdict"] not in ("FAIL", "WARN"):
            continue
        for what in ("id", "title", "fix", "got"):
            test.expect("pdf: %s of %s" % (what, case["id"]),
                        "".join((case[what] or "").split()) in flat)
    for words in ("Severity: High", "Scope and coverage", "C: EHLO",
                  "What was found"):
        test.expect("pdf: " + words, "".join(words.split()) in flat)
    size = subprocess.run(["pdfinfo", pdf], check=True, capture_output=True,
                          timeout=60).stdout.decode()
    test.expect("pdf: A4", "(A4)" in size, size)


def twelve(test, browser, program, work):
    """All cases against 12 servers: a gate on the size, figures of speed."""
    names = []
    for i, faults in enumerate(MANY):
        result = make.check(program, "ref:" + faults,
                            "%s/full-%d" % (work, i))
        names += make.copies(result, "%s/mx-%d" % (work, i), 4)
    page = work + "/twelve.html"
    make.program(program, "report", "-q", *names, "--html", page)
    size = os.path.getsize(page)
    test.expect("12 servers: size", size < LIMIT, size)
    browser.view(1280)
    browser.open(page)
    opened = browser.busy()
    test.equal("12 servers: columns", browser.run(
        "return document.querySelectorAll('#cases thead th').length"), 13)
    loaded = browser.run("""
        return performance.getEntriesByType("navigation")[0].loadEventEnd""")
    before = browser.busy()
    filtered = browser.run("""
        const from = performance.now();
        document.getElementsByName("t")[0].value = "mail";
        document.getElementsByName("v")[0].click();
        document.body.getBoundingClientRect();
        return performance.now() - from""")
    print("%d cases, 12 servers: %.1f MB, opens in %.0f ms (%.0f of the "
          "processor), filters in %.0f ms (%.0f)" %
          (len(result["cases"]), size / 1e6, loaded, opened * 1000, filtered,
           (browser.busy() - before) * 1000))


def main():
    program, modules = (os.path.abspath(a) for a in sys.argv[1:3])
    test = Test()
    with tempfile.TemporaryDirectory(prefix="smtpspec-html.") as work:
        browser = Browser()
        try:
            inert(test, browser, program, work)
            one, two, three = (work + "/" + n for n in ("a", "b", "c"))
            result = make.check(program, FAULTS, one, *SOME)
            make.check(program, "ref:", two, *SOME)
            pages = [one + ".html", two + ".html", three + "-servers.html",
                     three + "-compare.html"]
            make.program(program, "report", "-q", one + ".json",
                         two + ".json", "--html", pages[2])
            make.program(program, "report", "-q", "--compare", two + ".json",
                         one + ".json", "--html", pages[3])
            filters(test, browser, result, pages[0])
            keyboard(test, browser, pages[0])
            without_script(test, browser, result, pages[0])
            fits(test, browser, pages)
            accessible(test, browser, modules, pages)
            valid(test, modules, pages + [work + "/hostile.html"])
            printed(test, result, pages[0], work)
            twelve(test, browser, program, work)
        finally:
            browser.quit()
    print("%d passed, %d failed" % (test.passed, test.failed))
    return test.failed != 0


sys.exit(main())
