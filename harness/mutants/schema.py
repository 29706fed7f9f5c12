#!/usr/bin/env python3
"""One source that holds all mutants: each place where a mutant differs asks
M(n), which mutant is played. Clang's syntax tree says where the places are.

    schema.py OUT FILE...

writes OUT/<name>.c for each FILE, and OUT/places.tsv: a row for each mutant,
its number, file, function, text and change. A row's place is named by its
function and text, so that it stays the same when lines move.

A place is noted only where the mutant would make a difference at once: an
operand that decides, a comparison of equals, an assignment that changes
something. Else no session that comes by can tell.

The changes: a condition negated, an operand of && or || left out, a
comparison shifted by one, a truth value negated where it is returned or kept,
an assignment or a call left out.
"""
import json
import os
import subprocess
import sys

SHIFTED = {"<=": "<", ">=": ">", "<": "<=", ">": ">="}
# Memory that is not given back is nothing that a client can see.
FREES = ("free", "sasl_free")
LOGIC = ("&&", "||")


def syntax_tree(path):
    done = subprocess.run(
        ["clang", "-std=gnu11", "-D_GNU_SOURCE", "-Isrc", "-fsyntax-only",
         "-Xclang", "-ast-dump=json", path], check=True,
        stdout=subprocess.PIPE)
    return json.loads(done.stdout)


class Place:
    """The octets lo..hi of the source, and how a mutant changes them: render
    is given a function that renders a part of what is inside."""
    def __init__(self, lo, hi, what, render):
        self.lo, self.hi, self.what, self.render = lo, hi, what, render


class Function:
    """Collects the places of one function."""
    def __init__(self, source, node, first):
        self.source = source
        self.name = node["name"]
        self.bool = node["type"]["qualType"].startswith(("bool ", "_Bool "))
        self.next = first
        self.places = []
        self.keys = {}
        self.rows = []

    def start(self, node):
        loc = node["range"]["begin"]
        return loc.get("expansionLoc", loc).get("offset")

    def end(self, node):
        loc = node["range"]["end"]
        at = loc.get("expansionLoc", loc)
        end = at["offset"] + at["tokLen"]
        # The arguments of a macro belong to it.
        if "expansionLoc" in loc and self.source[end:end + 1] == "(":
            depth = 0
            while True:
                depth += {"(": 1, ")": -1}.get(self.source[end], 0)
                end += 1
                if depth == 0:
                    break
        return end

    def inside_macro(self, node):
        a, b = node["range"]["begin"], node["range"]["end"]
        return ("expansionLoc" in a and "expansionLoc" in b and
                a["expansionLoc"]["offset"] == b["expansionLoc"]["offset"])

    def words(self, node):
        return " ".join(self.source[self.start(node):self.end(node)].split())

    def add(self, node, what, render, hi=None):
        """render(n, r): the text, when n is the mutant's number."""
        n = self.next
        self.next += 1
        key = (self.words(node), what)
        self.keys[key] = self.keys.get(key, 0) + 1
        again = self.keys[key]
        self.rows.append((n, self.name, key[0],
                          what + (f" #{again}" if again > 1 else "")))
        self.places.append(Place(self.start(node), hi or self.end(node), what,
                                 lambda r: render(n, r)))

    def is_plain(self, node):
        """Nothing happens when it is looked at: no call, no assignment."""
        return node.get("kind") not in (
            "CallExpr", "CompoundAssignOperator") and not (
            node.get("kind") == "BinaryOperator" and
            node["opcode"] == "=") and not (
            node.get("kind") == "UnaryOperator" and
            node["opcode"] in ("++", "--")) and all(
            self.is_plain(c) for c in node.get("inner", []))

    def negate(self, node, what):
        lo, hi = self.start(node), self.end(node)
        if not self.inside_macro(node):
            self.add(node, what,
                     lambda n, r: f"((!!({r(lo, hi)})) != M({n}))")

    def leave_out_operand(self, node, op):
        lo, hi = self.start(node), self.end(node)
        if self.inside_macro(node):
            return
        if self.is_plain(node):
            form = "M_AND({n}, {t})" if op == "&&" else "M_OR({n}, {t})"
        elif op == "&&":
            form = "(M({n}) || ({t}))"
        else:
            form = "(!M({n}) && ({t}))"
        self.add(node, f"no operand of {op}",
                 lambda n, r: form.format(n=n, t=r(lo, hi)))

    def shift(self, node):
        a, b = node["inner"]
        op = node["opcode"]
        spans = [self.start(a), self.end(a), self.start(b), self.end(b)]

        form = ("M_IF({n}, ({l}) {new} ({r}), ({l}) {op} ({r}))"
                if self.is_plain(node)
                else "(M({n}) ? (({l}) {new} ({r})) : (({l}) {op} ({r})))")

        def render(n, r):
            return form.format(n=n, l=r(*spans[:2]), r=r(*spans[2:]), op=op,
                               new=SHIFTED[op])
        if not self.inside_macro(node):
            self.add(node, f"{op} is {SHIFTED[op]}", render)

    def leave_out(self, node):
        lo, hi = self.start(node), self.end(node)
        stop = self.source.index(";", hi) + 1
        form = "{{ if (!M({n})) {{ {t}; }} }}"
        to = node["inner"][0]
        kept = self.source[self.start(to):self.end(to)]
        if node["kind"] != "CallExpr" and self.is_plain(to):
            form = "M_KEEP({n}, {to}, {t})"
        self.add(node, "left out",
                 lambda n, r: form.format(n=n, t=r(lo, hi), to=kept), stop)

    def statement(self, node):
        kind = node.get("kind")
        if kind == "CallExpr":
            if not self.words(node).split("(")[0].strip() in FREES:
                self.leave_out(node)
        elif kind == "CompoundAssignOperator" or (
                kind == "BinaryOperator" and node.get("opcode") == "=") or (
                kind == "UnaryOperator" and
                node.get("opcode") in ("++", "--")):
            self.leave_out(node)

    def visit(self, node, parent=None):
        kind = node.get("kind")
        inner = [c for c in node.get("inner", []) if c]
        if kind == "VarDecl":
            if node.get("storageClass") == "static":
                return
            if node["type"]["qualType"] in ("bool", "_Bool", "const bool") \
                    and inner:
                self.negate(inner[0], "kept negated")
        elif kind in ("ConstantExpr", "UnaryExprOrTypeTraitExpr"):
            return
        elif kind in ("IfStmt", "WhileStmt", "ConditionalOperator"):
            self.negate(inner[0], "negated")
        elif kind == "DoStmt":
            self.negate(inner[1], "negated")
        elif kind == "ForStmt":
            # Its parts: first, a declaration that is never there, condition.
            condition = node["inner"][2]
            if condition:
                self.negate(condition, "negated")
        elif kind == "ReturnStmt" and inner and self.bool:
            self.negate(inner[0], "returned negated")
        elif kind == "BinaryOperator" and node["opcode"] in LOGIC:
            for operand in inner:
                if operand.get("opcode") != node["opcode"]:
                    self.leave_out_operand(operand, node["opcode"])
        elif kind == "BinaryOperator" and node["opcode"] in SHIFTED:
            self.shift(node)
        if kind == "CompoundStmt":
            for c in inner:
                self.statement(c)
        elif kind in ("IfStmt", "WhileStmt"):
            for c in inner[1:]:
                self.statement(c)
        elif kind == "ForStmt":
            self.statement(node["inner"][4])
        elif kind in ("CaseStmt", "DefaultStmt"):
            self.statement(inner[-1])
        for c in inner:
            self.visit(c, node)


def render(source, lo, hi, places):
    """source[lo:hi] with its places; the outer ones stand first."""
    out, at = [], lo
    while places:
        p = places[0]
        nested = [q for q in places[1:] if q.lo < p.hi]
        places = [q for q in places[1:] if q.lo >= p.hi]

        def part(a, b, nested=nested):
            return render(source, a, b, [q for q in nested
                                         if a <= q.lo and q.hi <= b])
        out += [source[at:p.lo], p.render(part)]
        at = p.hi
    return "".join(out + [source[at:hi]])


def mutate(path, first):
    """The source with all mutants, and their rows."""
    with open(path) as text:
        source = text.read()
    places, rows = [], []
    for node in syntax_tree(path)["inner"]:
        body = [c for c in node.get("inner", [])
                if c.get("kind") == "CompoundStmt"]
        name = node.get("name", "?")
        at = node.get("loc", {}).get("offset", 0)
        if node["kind"] != "FunctionDecl" or not body or \
                source[at:at + len(name)] != name:
            continue
        f = Function(source, node, first + len(rows))
        f.visit(body[0])
        places += f.places
        rows += [(n, path, *rest) for n, *rest in f.rows]
    places.sort(key=lambda p: (p.lo, -p.hi))
    head = f'#include "mutants/hook.h"\n#line 1 "{path}"\n'
    return head + render(source, 0, len(source), places), rows


def main():
    out, files = sys.argv[1], sys.argv[2:]
    os.makedirs(out, exist_ok=True)
    rows = []
    for path in files:
        text, more = mutate(path, 1 + len(rows))
        with open(os.path.join(out, os.path.basename(path)), "w") as file:
            file.write(text)
        rows += more
    with open(os.path.join(out, "places.tsv"), "w") as file:
        for row in rows:
            file.write("\t".join(str(c) for c in row) + "\n")


if __name__ == "__main__":
    main()
