"""Holds report files against what independent tools make of them.

Usage: check_formats.py FOLDER [CLEAN_HTML]
FOLDER has r.json r.xml r.tap r.sarif r.md r.html (some may be missing) of one
result. Prints what is wrong, a line each. Exit status: 0 nothing, 1 something,
77 when a tool is not installed.
"""
import html.parser
import json
import os
import re
import shutil
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed: not checked")
    sys.exit(77)

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMAS = os.path.join(HERE, "schema")
TAP_PARSER = "/usr/bin/tap-parser"
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
wrong = []


def say(what):
    wrong.append(what)
    print(what[:300])


def schema(name, document, path, kind):
    with open(path, encoding="utf-8") as f:
        validator = kind(json.load(f))
    for error in validator.iter_errors(document):
        where = "/".join(str(p) for p in error.absolute_path)
        say(f"{name}: {where}: {error.message[:160]}")


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for k, v in value.items():
            yield k
            yield from strings(v)
    elif isinstance(value, list):
        for v in value:
            yield from strings(v)


def no_controls(name, texts):
    for text in texts:
        if CONTROL.search(text):
            say(f"{name}: a control character in {text[:80]!r}")
            return


def check_json(path):
    with open(path, encoding="utf-8", errors="strict") as f:
        result = json.load(f)
    schema("json", result,
           os.path.join(HERE, "../../docs/result.schema.json"),
           jsonschema.Draft202012Validator)
    no_controls("json", strings(result))
    return result


def check_junit(path, result):
    run = subprocess.run(
        ["xmllint", "--noout", "--schema",
         os.path.join(SCHEMAS, "jenkins-junit.xsd"), path],
        capture_output=True, text=True, check=False)
    if run.returncode:
        say(f"junit: {run.stderr[:200]}")
    with open(path, encoding="utf-8", errors="strict") as f:
        text = f.read()
    no_controls("junit", [text])
    fails = len(re.findall(r"<failure ", text))
    known = [c for c in result["cases"]
             if c["verdict"] == "FAIL" and not c["baseline"]]
    if fails != len(known) + len(result["stale"]):
        say(f"junit: {fails} failures")


def flat(text):
    return " ".join(text.replace("\\", "").split())


def check_tap(path, result):
    if not os.path.exists(TAP_PARSER):
        print("node-tap-parser is not installed: TAP not checked")
        sys.exit(77)
    with open(path, "rb") as f:
        data = f.read()
    no_controls("tap", [data.decode("utf-8", errors="strict")])
    # --strict: what is no TAP is a failure of its own
    run = subprocess.run(
        [TAP_PARSER, "-j", "0"], input=data, capture_output=True,
        env={**os.environ, "NODE_PATH": "/usr/share/nodejs"}, check=False)
    events = json.loads(run.stdout)
    points = [e[1] for e in events if e[0] == "assert"]
    names = [c["id"] for c in result["cases"]]
    names += ["baseline: " + s["id"] for s in result["stale"]]
    extra = [e for e in events if e[0] == "extra"]
    if extra:
        say(f"tap: not TAP: {extra[0]}")
    if ["version", 14] not in events:
        say("tap: no version 14")
    # the parser keeps the backslashes; line ends cannot stand in a name
    if [flat(p.get("name")) for p in points] != [flat(n) for n in names]:
        say(f"tap: {len(points)} test points for {len(names)}")
    for c, p in zip(result["cases"], points):
        good = c["verdict"] not in ("FAIL", "ERROR")
        if p["ok"] != good:
            say(f"tap: {c['id']} is {p['ok']}")
        if bool(p.get("skip")) != (c["verdict"] in ("SKIP", "BLOCKED")):
            say(f"tap: {c['id']}: skip {p.get('skip')}")
        if c["verdict"] == "FAIL" and p["diag"]["message"] != c["reason"]:
            say(f"tap: {c['id']}: message {p['diag']['message']!r}")
    end = [e[1] for e in events if e[0] == "complete"][0]
    stopped = bool(result["failure"] or result["interrupted"])
    if bool(end.get("bailout")) != stopped:
        say(f"tap: bailout {end.get('bailout')}")
    if not stopped and end["failures"] is None:
        say("tap: not complete")


def check_sarif(path, result):
    with open(path, encoding="utf-8", errors="strict") as f:
        log = json.load(f)
    schema("sarif", log, os.path.join(SCHEMAS, "sarif-2.1.0-rtm.5.json"),
           jsonschema.Draft4Validator)
    no_controls("sarif", strings(log))
    run = log["runs"][0]
    cases = {r["properties"]["case"] for r in run["results"]}
    want = {c["id"] for c in result["cases"]
            if c["verdict"] in ("FAIL", "WARN", "INFO")}
    if cases != want:
        say(f"sarif: {len(cases)} results for {len(want)}")
    rules = {r["id"] for r in run["tool"]["driver"]["rules"]}
    known = {q["id"] for q in result["requirements"]}
    for r in run["results"]:
        text = r["message"]["text"]
        plain = re.sub(r"\\[\\\[\]]", "", text)
        if "[" in plain or "]" in plain:
            say(f"sarif: a link in {text!r}")
        if re.search(r"(?<!\{)(\{\{)*\{(?!\{)", text):
            say(f"sarif: a placeholder in {text!r}")
        if r["ruleId"] in known - rules:
            say(f"sarif: no rule {r['ruleId']}")
    for rule in run["tool"]["driver"]["rules"]:
        link = rule.get("helpUri", "")
        if not link and not re.match("RFC[0-9]", rule["properties"]["tags"][0]):
            continue
        if not re.fullmatch(r"https://www\.rfc-editor\.org/rfc/rfc\d+"
                            r"(#(section|appendix)-[A-Za-z0-9.]+)?", link):
            say(f"sarif: link {link!r}")


class Tags(html.parser.HTMLParser):
    """Elements, attributes and links of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.names, self.links = set(), set(), set()
        self.scripts, self.text = 0, []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.scripts += tag == "script"
        for name, value in attrs:
            self.names.add(name)
            if name in ("href", "src", "action"):
                self.links.add(value or "")

    def handle_data(self, data):
        self.text.append(data)


def tags_of(text):
    tags = Tags()
    tags.feed(text)
    tags.close()
    return tags


MARKDOWN_TAGS = {"h1", "h2", "h3", "p", "ul", "li", "code", "pre", "a",
                 "details", "summary", "table", "thead", "tbody", "tr", "th",
                 "td", "strong"}


def check_markdown(path, result):
    if not shutil.which("cmark-gfm"):
        print("cmark-gfm is not installed: Markdown not checked")
        sys.exit(77)
    with open(path, "rb") as f:
        data = f.read()
    if len(data) > 1024 * 1024:
        say(f"markdown: {len(data)} octets")
    no_controls("markdown", [data.decode("utf-8", errors="strict")])
    page = subprocess.run(
        ["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e",
         "strikethrough"], input=data, capture_output=True,
        check=True).stdout.decode()
    tags = tags_of(page)
    if tags.tags - MARKDOWN_TAGS:
        say(f"markdown: elements {tags.tags - MARKDOWN_TAGS}")
    for link in tags.links:
        if not link.startswith("https://www.rfc-editor.org/rfc/rfc"):
            say(f"markdown: a link to {link!r}")
    text = " ".join(" ".join(tags.text).split())
    for c in result["cases"]:
        if c["verdict"] == "FAIL" and c["title"] and len(data) < 900000:
            title = " ".join(c["title"].split())
            if title not in text.replace("@ ", "@"):
                say(f"markdown: {title!r} is not shown")
                break


def check_html(path, clean):
    with open(path, encoding="utf-8", errors="strict") as f:
        page = tags_of(f.read())
    with open(clean, encoding="utf-8") as f:
        usual = tags_of(f.read())
    if page.scripts > usual.scripts:
        say(f"html: {page.scripts} scripts, not {usual.scripts}")
    events = {n for n in page.names if n.startswith("on")}
    if events:
        say(f"html: attributes {events}")
    odd = {link for link in page.links
           if not re.match(r"#|https://www\.rfc-editor\.org/", link)}
    if odd:
        say(f"html: links {odd}")


def main():
    folder = sys.argv[1]

    def at(name):
        return os.path.join(folder, name)

    result = check_json(at("r.json"))
    for name, check in (("r.xml", check_junit), ("r.tap", check_tap),
                        ("r.sarif", check_sarif), ("r.md", check_markdown)):
        if os.path.exists(at(name)):
            check(at(name), result)
    if len(sys.argv) > 2:
        check_html(at("r.html"), sys.argv[2])
    return 1 if wrong else 0


sys.exit(main())
