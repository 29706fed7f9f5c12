#!/usr/bin/env python3
"""Runs the shell steps of action.yml and of the examples in docs/ci as the
two services would, against the reference server; they build what they need. Ends
with "N passed, N failed".
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.dom.minidom

import yaml

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
COUNT = {True: 0, False: 0}


def expect(what, holds):
    COUNT[bool(holds)] += 1
    if not holds:
        print("ci: " + what)


def shell(text, env, cwd):
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text],
        env=env, cwd=cwd, stdin=subprocess.DEVNULL, timeout=600,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def fill(text, values):
    """${{ name }} as GitHub fills it in; a name that is not there is one
    that the workflow could not use either."""
    return re.sub(r"\$\{\{ *([^ }]+) *\}\}", lambda m: values[m[1]],
                  str(text))


def outputs(path):
    with open(path) as lines:
        return dict(line.rstrip("\n").split("=", 1) for line in lines)


class Action:
    """One use of the composite action."""

    def __init__(self, work, path, given):
        with open(os.path.join(ROOT, "action.yml")) as text:
            self.spec = yaml.safe_load(text)
        self.values = {"github.action_path": ROOT}
        for name, row in self.spec["inputs"].items():
            self.values["inputs." + name] = given.get(
                name, row.get("default", ""))
        self.work = work
        self.env = dict(os.environ, PATH=path)
        self.status = 0
        self.log = b""
        for name in ("GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"):
            self.env[name] = os.path.join(work, name)
            open(self.env[name], "w").close()

    def play(self):
        for step in self.spec["runs"]["steps"]:
            env = dict(self.env)
            for name, value in step.get("env", {}).items():
                env[name] = fill(value, self.values)
            done = shell(step["run"], env, self.work)
            self.log += done.stdout
            if "id" in step:
                for name, value in outputs(env["GITHUB_OUTPUT"]).items():
                    self.values[f"steps.{step['id']}.outputs.{name}"] = value
            with open(env["GITHUB_PATH"]) as added:
                for line in added:
                    self.env["PATH"] = line.strip() + ":" + self.env["PATH"]
            if done.returncode:
                self.status = done.returncode
                break
        return self

    def output(self, name):
        return fill(self.spec["outputs"][name]["value"], self.values)


def without_program(path):
    """PATH without folders that have an smtpspec."""
    return ":".join(p for p in path.split(":")
                    if not os.path.exists(os.path.join(p, "smtpspec")))


def check_action(target, more, wanted, verdict):
    what = f"action, {target}: "
    with tempfile.TemporaryDirectory() as work:
        given = {"target": target, "args": "--select rfc5321/4.1.1.10"}
        given.update(more)
        one = Action(work, without_program(os.environ["PATH"]), given).play()
        expect(f"{what}status {one.status}, expected {wanted}: "
               f"{one.log.decode(errors='replace')[-400:]}",
               one.status == wanted)
        expect(what + "output status", one.output("status") == str(wanted))
        with open(os.path.join(work, one.output("json"))) as text:
            result = json.load(text)
        expect(what + "JSON", result["summary"][verdict] > 0)
        with open(os.path.join(work, one.output("sarif"))) as text:
            sarif = json.load(text)
        expect(what + "SARIF", sarif["version"] == "2.1.0")
        suites = xml.dom.minidom.parse(
            os.path.join(work, one.output("junit"))).documentElement
        expect(what + "JUnit", suites.getElementsByTagName("testcase"))
        with open(os.path.join(work, one.output("html"))) as text:
            expect(what + "HTML", "</html>" in text.read())
        with open(one.env["GITHUB_STEP_SUMMARY"]) as text:
            expect(what + "summary", verdict in text.read())


def check_hostile_input():
    """What stands in an input is never run."""
    with tempfile.TemporaryDirectory() as work:
        one = Action(work, os.environ["PATH"], {
            "target": "ref:; touch $(echo was-run)",
            "args": "--select `touch was-run` $(touch was-run)"}).play()
        expect("action: an input was run",
               not os.path.exists(os.path.join(work, "was-run")))
        expect("action: hostile input: status", one.status == 2)


def play(lines, env, cwd):
    """The lines of a GitLab script, up to the first that fails."""
    for line in lines:
        done = shell(line, env, cwd)
        if done.returncode:
            break
    return done


def check_gitlab():
    with open(os.path.join(ROOT, "docs/ci/gitlab.yml")) as text:
        job = yaml.safe_load(text)["smtp-conformance"]
    kept = job["artifacts"]["paths"] + [job["artifacts"]["reports"]["junit"]]
    with tempfile.TemporaryDirectory() as work:
        source = os.path.join(work, "source")
        os.mkdir(source)
        shell(f"tar -C {ROOT} -c Makefile src conformance harness | tar -x"
              " && git init -q && git add . && git -c user.name=t"
              " -c user.email=t@t commit -qm t", os.environ, source)
        env = dict(os.environ, SMTPSPEC_SOURCE="file://" + source)
        env.update(job["variables"])
        env["OPTIONS"] += " --select rfc5321/4.1.1.10"
        done = play(job["before_script"], env, work)
        expect(f"gitlab: before_script: {done.stdout[-400:]}",
               done.returncode == 0)
        for target, wanted in (("ref:", 0), ("ref:quit-250", 1)):
            for name in kept:
                if os.path.exists(os.path.join(work, name)):
                    os.remove(os.path.join(work, name))
            done = play(job["script"], dict(env, TARGET=target), work)
            expect(f"gitlab, {target}: status {done.returncode}: "
                   f"{done.stdout[-400:]}", done.returncode == wanted)
            for name in kept:
                expect(f"gitlab, {target}: {name}",
                       os.path.exists(os.path.join(work, name)))


def check_workflow():
    """The example gives the action what it knows, and asks for what it has."""
    with open(os.path.join(ROOT, "docs/ci/github.yml")) as text:
        steps = yaml.safe_load(text)["jobs"]["smtp"]["steps"]
    with open(os.path.join(ROOT, "action.yml")) as text:
        action = yaml.safe_load(text)
    used = next(s for s in steps if "smtpspec/" in s.get("uses", ""))
    expect("workflow: unknown inputs",
           set(used["with"]) <= set(action["inputs"]))
    asked = re.findall(r"steps\.smtpspec\.outputs\.(\w+)", str(steps))
    expect("workflow: unknown outputs",
           asked and set(asked) <= set(action["outputs"]))


def main():
    check_action("ref:", {}, 0, "PASS")
    check_action("ref:quit-250", {"reports": "some/where"}, 1, "FAIL")
    check_hostile_input()
    check_gitlab()
    check_workflow()
    print(f"{COUNT[True]} passed, {COUNT[False]} failed")
    return 1 if COUNT[False] else 0


if __name__ == "__main__":
    sys.exit(main())
