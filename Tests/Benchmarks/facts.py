"""What a table of docs/benchmarks.md says besides its rows: of the machine, the programs and the commit; and its marks."""
import datetime
import os
import pathlib
import re
import subprocess


def version(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "–"
    found = re.search(r"\d+(?:\.\d+)+\S*", done.stdout + done.stderr)
    return found.group(0).rstrip(",") if found else "–"


def machine(work, command, tools):
    """What the figures depend on; WORK holds the files `commit` and `load` that bench.sh wrote."""
    work = pathlib.Path(work)
    facts = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"^model name\s*: (.*)$", facts, re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    system = re.search(r'PRETTY_NAME="(.*)"', pathlib.Path("/etc/os-release").read_text(encoding="utf-8"))
    commit = (work / "commit").read_text(encoding="utf-8").strip()
    loads = re.findall(r"load average: ([\d.]+)", (work / "load").read_text(encoding="utf-8"))
    tools = [*((name, version(*words)) for name, *words in tools), ("Linux", os.uname().release)]
    return [
        f"- {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}, commit {commit}, `{command}`",
        f"- {os.cpu_count()} processors ({model.group(1) if model else os.uname().machine}),"
        f" {memory / 1e9:.0f} GB of memory, {system.group(1) if system else 'Linux'}",
        "- " + ", ".join(f"{name} {number}" for name, number in tools),
        f"- load of the machine when it began and after each part: {', '.join(loads)}; what else ran shows in wall times more than"
        " in CPU times",
    ]


def verdict(lines):
    met = [line for line in lines if line.startswith("| ") and line.endswith("**no** |")]
    return ["", "All limits are met." if not met else f"Not met: {len(met)}, marked **no** above."]


def write(output, mark, lines):
    """Puts lines between the two marks of a document, and prints them."""
    begin, end = (f"<!-- {word}: {mark} -->" for word in ("begin", "end"))
    path = pathlib.Path(output)
    before, rest = path.read_text(encoding="utf-8").split(begin, 1)
    after = rest.split(end, 1)[1]
    path.write_text(before + begin + "\n\n" + "\n".join(lines) + "\n\n" + end + after, encoding="utf-8")
    print("\n".join(lines))
