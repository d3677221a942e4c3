"""GitHub's hashFiles a second time, by regular expressions: makes a random tree, and says what each pattern gives.

usage: hashfiles.py FOLDER SEED COUNT; prints a JSON list of {patterns, follow, files, value}.
"""

import hashlib
import json
import os
import random
import re
import sys


def segment(text):
    """One segment as a regular expression, as minimatch 3 has it without braces and extended globs."""
    out, i = "", 0
    while i < len(text):
        c = text[i]
        if c == "\\" and i + 1 < len(text):
            out += re.escape(text[i + 1])
            i += 1
        elif c == "*":
            out += "[^/]*"
        elif c == "?":
            out += "[^/]"
        elif c == "[" and (m := re.match(r"\[([!^]?)((?:\\.|[^\]\\])+)\]", text[i:])):
            body = re.sub(r"\\(.)", r"\1", m[2])
            body = "".join("\\" + x if x in "\\]^[" else x for x in body)
            try:
                out += re.compile("[" + ("^" if m[1] else "") + body + "]").pattern
                i += len(m[0]) - 1
            except re.error:
                out += re.escape(c)
        else:
            out += re.escape(c)
        i += 1
    return out


def compiled(line, root):
    negated = False
    while line.startswith("!"):
        negated, line = not negated, line[1:].strip()
    names = [n for n in line.split("/") if n]
    if not line.startswith("/"):
        names = [n for n in root.split("/") if n] + (names[1:] if names[:1] == ["."] else names)
    fixed = len([n for n in root.split("/") if n]) if not line.startswith("/") else 0
    out = ""
    search = []
    literal = True
    for number, name in enumerate(names):
        if name == "**":
            out += "(?:/[^/]+)*"
            literal = False
            continue
        if number < fixed:
            out += "/" + re.escape(name)
        else:
            out += "/" + segment(name)
        plain = re.sub(r"\[(.)\]", r"\1", re.sub(r"\\(.)", r"\1", name))
        has_wildcard = number >= fixed and re.search(r"(?<!\\)[*?]|\[[^\]]{2,}\]", re.sub(r"\[.\]", "x", name))
        literal = literal and not has_wildcard
        if literal:
            search.append(plain)
    # A pattern stands for all below too.
    return negated, re.compile(out + "(?:/.*)?", re.S), "/" + "/".join(search)


def files(patterns, root, follow):
    rules = [compiled(p.strip(), root) for p in patterns if p.strip() and not p.strip().startswith("#")]
    starts = []
    for negated, _, start in rules:
        if not negated and start not in starts:
            starts.append(start)
    starts = [s for s in starts if not any(s != o and (s + "/").startswith(o.rstrip("/") + "/") for o in starts)]
    found = []

    def chosen(path):
        result = False
        for negated, rule, _ in rules:
            if rule.fullmatch(path):
                result = not negated
        return result

    def visit(path, chain):
        if follow and not os.path.exists(path):
            return
        if os.path.isdir(path) and (follow or not os.path.islink(path)):
            real = os.path.realpath(path)
            if follow and real in chain:
                return
            for name in sorted(os.listdir(path), key=os.fsencode):
                visit(path + "/" + name, chain + [real])
        elif chosen(path) and path.startswith(root + "/") and not os.path.isdir(path):
            found.append(path)

    for start in starts:
        if os.path.lexists(start):
            visit(start, [])
    return found


def value(found):
    if not found:
        return ""
    total = hashlib.sha256()
    for path in found:
        total.update(hashlib.sha256(open(path, "rb").read()).digest())
    return total.hexdigest()


NAMES = ["a", "b", "lock", "a.json", "b.json", "package-lock.json", ".hidden", "sub", "Sub", "x[1]", "st*r", "ä", "z z"]
PARTS = ["*", "**", "a", "b", "sub", "*.json", "?", "[ab]", "[!a]*", "[a-c].json", ".hidden", ".*", "package-lock.json",
         "x[[]1]", "st\\*r", "s?b", "[x-z]*", "[z-a]", "ä", "*k*"]


def grow(path, chance, depth):
    os.makedirs(path, exist_ok=True)
    for name in chance.sample(NAMES, chance.randint(2, 6)):
        target = path + "/" + name
        kind = chance.random()
        if kind < 0.45 and depth < 4:
            grow(target, chance, depth + 1)
        elif kind < 0.52:
            os.symlink(chance.choice(["a", "../a", "..", "b.json", "../sub"]), target)
        else:
            with open(target, "w") as file:
                file.write(str(chance.random()))


def main():
    root, seed, count = os.path.realpath(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)
    grow(root, chance, 0)
    cases = []
    while len(cases) < count:
        patterns = []
        for _ in range(chance.randint(1, 4)):
            parts = [chance.choice(PARTS) for _ in range(chance.randint(1, 3))]
            text = chance.choice(["", "**/", "**/", "*/", "./", root + "/"]) + "/".join(parts) + chance.choice(["", "", "", "/"])
            patterns.append(("!" if chance.random() < 0.25 else "") + text)
        follow = chance.random() < 0.3
        found = files(patterns, root, follow)
        # There hashFiles fails on a link that leads nowhere.
        if any(not os.path.exists(path) for path in found):
            continue
        names = [path[len(root) + 1:] for path in found]
        cases.append({"patterns": patterns, "follow": follow, "files": names, "value": value(found)})
    print(json.dumps(cases))


main()
