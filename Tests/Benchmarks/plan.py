#!/usr/bin/env python3
"""Measures the planner and the policies of placement.

    plan.py all BERTH WORK OUTPUT [PART...]  all of the following, or some, into the section of OUTPUT between its marks
    plan.py psplib BERTH [--seed 1] [--budget 1s]     PSPLIB j30 in ../shared/data/psplib against its proved optima
    plan.py two-slots BERTH [--seed 1] [--budget 200ms] [--limit 10] [--count 40] [--sizes 6,10,16,24,40]
    plan.py large BERTH [--seed 1] [--budget 1s] [--count 3]        1,000 jobs against the plan's own bound
    plan.py online BERTH                     waiting under policies, and the time of a decision

CP-SAT (`pip install ortools`) gets the same model, all cores and `--limit` seconds an instance; it runs only in two-slots.
Every schedule is checked here once more, by code that shares nothing with the planner. The exit status is 1 where a figure
is not reached or a schedule is wrong. Times are of Berth's own clock, for one instance alone, without reading it; the
planner works on one core.
"""
import argparse
import csv
import json
import math
import pathlib
import random
import statistics
import subprocess
import sys
import tarfile
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import facts  # noqa: E402

MEMORY = 12
MARK = "plan, written by make bench"
DATA = pathlib.Path(__file__).resolve().parents[2].parent / "shared/data/psplib"
LINES = []


def say(line):
    LINES.append(line)
    print(line, flush=True)


def berth(program, arguments, files):
    done = subprocess.run([program, "plan", "--json", *arguments, *files], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"plan: berth ended with {done.returncode}: {done.stderr[-2000:]}")
    plans = json.loads(done.stdout)
    assert [pathlib.Path(plan["file"]) for plan in plans] == [pathlib.Path(file) for file in files]
    return plans


def fault(plan, durations, demands, capacities, before):
    """What is wrong with a plan, or None: precedence, and what is used at each start."""
    starts = plan["starts"]
    ends = [start + duration for start, duration in zip(starts, durations, strict=True)]
    if plan["makespan"] != max(ends, default=0) or plan["bound"] > plan["makespan"]:
        return "makespan or bound"
    for job, others in enumerate(before):
        if any(ends[other] > starts[job] for other in others) or starts[job] < 0:
            return f"job {job} starts too early"
        running = [other for other in range(len(starts)) if starts[other] <= starts[job] < ends[other]]
        for kind, capacity in enumerate(capacities):
            if sum(demands[other][kind] for other in running) > capacity:
                return f"too little of {kind} at {starts[job]}"
    return None


def patterson(text):
    numbers = iter(map(int, text.split()))
    count, kinds = next(numbers), next(numbers)
    capacities = [next(numbers) for _ in range(kinds)]
    durations, demands, before = [], [], [[] for _ in range(count)]
    for job in range(count):
        durations.append(next(numbers))
        demands.append([next(numbers) for _ in range(kinds)])
        for _ in range(next(numbers)):
            before[next(numbers) - 1].append(job)
    return durations, demands, capacities, before


def psplib(options):
    if not DATA.is_dir():
        sys.exit(f"plan: the instances of PSPLIB are not at {DATA}")
    with open(DATA / "j30-optimum.csv", encoding="utf-8") as file:
        optima = {row["instance"]: int(row["makespan"]) for row in csv.DictReader(file)}
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(DATA / "j30.tar.gz") as archive:
            archive.extractall(folder, filter="data")
        files = sorted(path for path in pathlib.Path(folder).rglob("*.rcp") if path.stem in optima)
        plans = berth(options.berth, ["--budget", options.budget, "--seed", str(options.seed), "--rcpsp"],
                      list(map(str, files)))
        wrong = [f"{path.stem}: {what}" for path, plan in zip(files, plans, strict=True)
                 if (what := fault(plan, *patterson(path.read_text())))]
    best = [optima[path.stem] for path in files]
    wrong += [f"{path.stem}: {plan['makespan']} below {plan['bound']}..{optimum}"
              for path, plan, optimum in zip(files, plans, best, strict=True) if plan["bound"] > optimum]
    reached = sum(plan["makespan"] == optimum for plan, optimum in zip(plans, best, strict=True))
    proved = sum(plan["makespan"] == plan["bound"] for plan in plans)
    off = statistics.mean(100 * (plan["makespan"] / optimum - 1) for plan, optimum in zip(plans, best, strict=True))
    slowest = max(plan["milliseconds"] for plan in plans)
    say("| instances | optimum reached | proved | mean deviation | mean / longest time | seed |")
    say("| --- | --- | --- | --- | --- | --- |")
    say(f"| {len(plans)} | {reached} | {proved} | {off:.3f} % | "
          f"{statistics.mean(plan['milliseconds'] for plan in plans):.0f} / {slowest:.0f} ms | {options.seed} |")
    return report(wrong, [("optima reached, at least 470", reached >= 470), ("mean deviation, at most 0.05 %", off <= 0.05),
                          ("each in a second", slowest <= 1000)])


def instance(size, seed):
    """Jobs as in CI: 30 % heavy with 8 to 10 GB, others 1 to 4 GB; log-normal durations; each needs 0 to 2 earlier ones."""
    chance = random.Random(seed)
    jobs = []
    for number in range(size):
        heavy = chance.random() < 0.3
        milliseconds = max(1000, round(1000 * math.exp(chance.gauss(math.log(120), 1))))
        memory = chance.randint(8, 10) if heavy else chance.randint(1, 4)
        needs = chance.sample(range(number), min(chance.randint(0, 2), number))
        jobs.append({"id": f"j{number}", "milliseconds": milliseconds, "memory": memory * 10**9, "heavy": heavy,
                     "needs": [f"j{other}" for other in sorted(needs)]})
    return jobs


def model(jobs):
    numbers = {job["id"]: number for number, job in enumerate(jobs)}
    return ([job["milliseconds"] for job in jobs],
            [[1, job["memory"] // 10**9, int(job["heavy"])] for job in jobs], [2, MEMORY, 1],
            [[numbers[other] for other in job["needs"]] for job in jobs])


def cp_sat(jobs, limit):
    """The best makespan that CP-SAT finds, and its bound."""
    from ortools.sat.python import cp_model
    durations, demands, capacities, before = model(jobs)
    problem, horizon = cp_model.CpModel(), sum(durations)
    starts = [problem.new_int_var(0, horizon, "") for _ in jobs]
    spans = [problem.new_fixed_size_interval_var(start, duration, "")
             for start, duration in zip(starts, durations, strict=True)]
    end = problem.new_int_var(0, horizon, "")
    for job, others in enumerate(before):
        problem.add(end >= starts[job] + durations[job])
        for other in others:
            problem.add(starts[job] >= starts[other] + durations[other])
    for kind, capacity in enumerate(capacities[:2]):
        problem.add_cumulative(spans, [demand[kind] for demand in demands], capacity)
    problem.add_no_overlap([span for span, demand in zip(spans, demands, strict=True) if demand[2]])
    problem.minimize(end)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit
    solver.parameters.num_workers = 8
    solver.solve(problem)
    return round(solver.objective_value), math.ceil(solver.best_objective_bound - 1e-6)


def plans_of(options, instances):
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, jobs in enumerate(instances):
            files.append(f"{folder}/{number}.json")
            listed = [{"id": job["id"], "seconds": job["milliseconds"] / 1000, "memory": job["memory"],
                       "weight": "heavy" if job["heavy"] else "light", "after": job["needs"]} for job in jobs]
            pathlib.Path(files[-1]).write_text(json.dumps({"jobs": listed}), encoding="utf-8")
        plans = berth(options.berth, ["--slots", "2", "--memory", str(MEMORY * 10**9), "--budget", options.budget,
                                      "--seed", str(options.seed), "--jobs"], files)
    return plans, [what for jobs, plan in zip(instances, plans, strict=True) if (what := fault(plan, *model(jobs)))]


def two_slots(options):
    wrong, figures = [], []
    say("| jobs | mean (max) deviation from CP-SAT | shorter / longer | proved: Berth, CP-SAT | mean gap | longest time |")
    say("| --- | --- | --- | --- | --- | --- |")
    for size in map(int, options.sizes.split(",")):
        instances = [instance(size, 1000 * size + number) for number in range(options.count)]
        plans, faults = plans_of(options, instances)
        wrong += faults
        others = [cp_sat(jobs, options.limit) for jobs in instances]
        off = [100 * (plan["makespan"] / best - 1) for plan, (best, _) in zip(plans, others, strict=True)]
        wrong += [f"{size} jobs: bounds contradict" for plan, (best, bound) in zip(plans, others, strict=True)
                  if plan["bound"] > best or bound > plan["makespan"]]
        gaps = [100 * (plan["makespan"] / plan["bound"] - 1) for plan in plans]
        slowest = max(plan["milliseconds"] for plan in plans)
        say(f"| {size} | {statistics.mean(off):+.3f} % ({max(off):+.2f} %) | "
              f"{sum(value < 0 for value in off)} / {sum(value > 0 for value in off)} | "
              f"{sum(gap == 0 for gap in gaps)}, {sum(best == bound for best, bound in others)} | "
              f"{statistics.mean(gaps):.2f} % | {slowest:.0f} ms |")
        limit = 0 if size <= 24 else 0.5
        figures.append((f"{size} jobs, at most {limit} % above CP-SAT", statistics.mean(off) <= limit + 1e-9))
        figures.append((f"{size} jobs, each in 200 ms", slowest <= 200))
    return report(wrong, figures)


def large(options):
    plans, wrong = plans_of(options, [instance(1000, number) for number in range(options.count)])
    gap = max(100 * (plan["makespan"] / plan["bound"] - 1) for plan in plans)
    slowest = max(plan["milliseconds"] for plan in plans)
    say("| jobs | largest gap | longest time |\n| --- | --- | --- |")
    say(f"| 1,000 | {gap:.2f} % | {slowest:.0f} ms |")
    return report(wrong, [("within 3 % of the bound", gap <= 3), ("in a second", slowest <= 1000)])


def online(options):
    call = [options.berth, "plan", "simulate", "--json"]

    def answer(*more):
        return json.loads(subprocess.run([*call, *more], check=True, capture_output=True, text=True).stdout)

    rows = answer("--generate", "--load", "0.5,0.7,0.8", "--jobs", "6000", "--seed", "1-24", "--policy",
                  "fifo,backfill,sjf,aged-sjf,wfp,berth")["rows"]
    say("| load | policy | mean wait | 95 % | mean of the longest | longest | slowdown | fairness |")
    say("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for row in rows:
        say(f"| {row['load']} | {row['policy']} | {row['mean']:.1f} s | {row['p95']:,.0f} s | {row['meanLongest']:,.0f} s | "
            f"{row['longest']:,.0f} s | {row['slowdown']:.1f} | {row['fairness']:.2f} |")
    cells = {(row["load"], row["policy"]): row for row in rows}
    figures = [("mean wait at 0.7 against first come, first served, at most 0.27",
                cells[0.7, "berth"]["mean"] <= 0.27 * cells[0.7, "fifo"]["mean"])]
    for load in (0.5, 0.7, 0.8):
        figures.append((f"mean wait at {load} below aged-sjf's",
                        cells[load, "berth"]["mean"] < cells[load, "aged-sjf"]["mean"]))
    for load in (0.7, 0.8):
        for kind in ("longest", "meanLongest"):
            figures.append((f"{kind} at {load} below aged-sjf's",
                            cells[load, "berth"][kind] < cells[load, "aged-sjf"][kind]))
    timed = answer("--decision", "1000", "--policy", "berth")["rows"][0]
    say("")
    say(f"A decision of `berth` with 1,000 waiting jobs, each with its reason: median {timed['median']:.2f} ms.")
    figures.append(("a decision in 1 ms", timed["median"] <= 1))
    return report([], figures)


def everything(options):
    parts = [("PSPLIB j30, one second an instance", psplib, {"budget": "1s"}),
             ("Two slots, 200 ms an instance, against CP-SAT with 10 s and all cores", two_slots,
              {"budget": "200ms", "limit": 10.0, "count": 40, "sizes": "6,10,16,24,40"}),
             ("1,000 jobs", large, {"budget": "1s", "count": 3}), ("Waiting, seeds 1 to 24", online, {})]
    LINES.extend(facts.machine(options.work, " ".join(["Tests/Benchmarks/bench.sh plan", *options.part]), [("OR-tools", sys.executable, "-c",
                 "import ortools; print(ortools.__version__)")]))
    wanted = options.part or ["psplib", "two-slots", "large", "online"]
    status = 0
    for title, run, more in parts:
        if run.__name__.replace("_", "-") not in wanted:
            continue
        LINES.extend(["", f"### {title}", ""])
        status |= run(argparse.Namespace(berth=options.berth, seed=1, **more))
    facts.write(options.output, MARK, LINES)
    return status


def report(wrong, figures):
    for what in wrong:
        print(f"plan: wrong: {what}", file=sys.stderr)
    missed = [name for name, reached in figures if not reached]
    LINES.append("")
    LINES.append("Not reached: " + "; ".join(missed) + "." if missed else "Reached: " + "; ".join(name for name, _ in figures) + ".")
    for name in missed:
        print(f"plan: not reached: {name}", file=sys.stderr)
    return 1 if wrong or missed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    for name, run, budget in [("psplib", psplib, "1s"), ("two-slots", two_slots, "200ms"), ("large", large, "1s")]:
        verb = verbs.add_parser(name)
        verb.set_defaults(run=run)
        verb.add_argument("berth")
        verb.add_argument("--seed", type=int, default=1)
        verb.add_argument("--budget", default=budget)
        if name != "psplib":
            verb.add_argument("--count", type=int, default=40 if name == "two-slots" else 3)
        if name == "two-slots":
            verb.add_argument("--limit", type=float, default=10)
            verb.add_argument("--sizes", default="6,10,16,24,40")
    verb = verbs.add_parser("online")
    verb.set_defaults(run=online)
    verb.add_argument("berth")
    verb = verbs.add_parser("all")
    verb.set_defaults(run=everything)
    for name in ("berth", "work", "output"):
        verb.add_argument(name)
    verb.add_argument("part", nargs="*", choices=["psplib", "two-slots", "large", "online", []])
    options = parser.parse_args()
    sys.exit(options.run(options))


if __name__ == "__main__":
    main()
