"""The method and the statistics of `parity bench`, on data with a known truth."""

from __future__ import annotations

import math
import random
import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest
from parity.benchmark import blocks as method_module
from parity.benchmark import probe as probe_module
from parity.benchmark import statistics
from parity.benchmark.blocks import Measuring
from parity.benchmark.histogram import Histogram
from parity.benchmark.machine import machine
from parity.benchmark.probe import Arm, Measured, Probe
from parity.benchmark.regression import compare_costs
from parity.benchmark.result import Report
from parity.benchmark.suites import chosen, full, quick, varied
from parity.benchmark.summarise import summarise
from parity.benchmark.workload import EXTENSIONS, Workload, extensions, overhead, sweep
from parity.contract.scenario import Config
from parity.errors import CannotJudge
from parity.execution.subject import resolve

from tests.support.programs import ROOT


def noisy(
    cost: float, chance: np.random.Generator, blocks: int, spread: float = 0.05
) -> list[float]:
    return [float(cost * math.exp(chance.normal(0, spread))) for _ in range(blocks)]


@pytest.mark.parametrize("size", [6, 30])
def test_the_interval_of_a_ratio_holds_the_truth_nineteen_times_in_twenty(size: int) -> None:
    chance = np.random.default_rng(1)
    held = 0
    for _ in range(100):
        mood = noisy(1, chance, size, spread=0.5)  # the machine's noise, alike in a block
        ours = [m * cost for m, cost in zip(mood, noisy(300, chance, size), strict=True)]
        theirs = [m * cost for m, cost in zip(mood, noisy(100, chance, size), strict=True)]
        found = statistics.ratio(ours, theirs)
        assert found
        interval, blocks = found
        assert blocks == size
        assert interval.high / interval.low < 1.5, "the machine's mood is in it"
        held += interval.low <= 3 <= interval.high
    # 95 expected, deviation 2.2: a plain bootstrap of 6 holds it 86 times.
    assert 90 <= held <= 99


def test_blocks_without_both_samples_have_no_ratio() -> None:
    found = statistics.ratio([2.0, None, 4.0, 8.0, 2.0], [1.0, 1.0, 2.0, None, 1.0])
    assert found
    assert (found[0].value, found[1]) == (pytest.approx(2), 3)
    assert statistics.ratio([2.0, None, 4.0], [1.0, 1.0, 2.0]) is None


def test_outliers_are_flagged_and_kept() -> None:
    samples = [*noisy(100, np.random.default_rng(2), 29, spread=0.01), 130.0]
    assert statistics.outliers(samples) == (29,)
    assert statistics.outliers([100.0] * 30) == ()
    assert statistics.outliers([None, None, 3.0]) == ()


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_the_exponent_of_a_power_law_is_found(power: float) -> None:
    chance = np.random.default_rng(3)
    values = (1, 10, 100, 1000)
    found = statistics.exponent(values, [noisy(50 * v**power, chance, 10) for v in values])
    assert found
    assert found.low <= power <= found.high
    assert found.high - found.low < 0.05
    assert statistics.exponent((1,), [[1.0] * 10]) is None


def test_percentiles_are_within_a_64th() -> None:
    histogram = Histogram()
    times = [int(ns) for ns in np.random.default_rng(4).lognormal(12, 2, 20_000)]
    histogram.add(times)
    ordered = sorted(times)
    for part, (name, bound) in zip(
        (0.5, 0.9, 0.99, 0.999), histogram.percentiles_ns().items(), strict=True
    ):
        exact = ordered[math.ceil(part * len(ordered)) - 1]
        assert exact <= bound <= exact * (1 + 1 / 64), name
    assert sum(bucket.count for bucket in histogram.buckets()) == len(times)
    assert len(histogram.buckets()) < 1500


class Machine:
    """Replaces real processes. It knows what each costs, and in which order they ran."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, cost: dict[str, int]) -> None:
        self.cost, self.ran, self.chance = cost, [], random.Random(5)
        monkeypatch.setattr(method_module, "launch", self.launch)

    def launch(self, arm: Arm, probe: Probe, *, seed: int, timeout_s: float) -> Measured:
        self.ran.append((arm.name, probe.config.jobs))
        jobs = probe.config.jobs * self.cost[arm.subject.name] * self.chance.uniform(0.99, 1.01)
        jobs *= 3 if probe.config.attempts > 1 else 1
        wall_ns = round(5_000_000 + jobs * probe.config.workers**0.5)
        return Measured(
            wall_ns=wall_ns, cpu_ns=wall_ns, peak_rss_bytes=1, first_line_ns=1, after_signal_ns=None
        )


def measured(
    monkeypatch: pytest.MonkeyPatch, workloads: list[Workload], blocks: int = 10, **cost: int
) -> tuple[Report, Machine]:
    made = Machine(monkeypatch, {"go": 100, "py": 700, **cost})
    measuring = Measuring(resolve(["go", "py"]), workloads, blocks=blocks, seed=1)
    measuring.run(timeout_s=1)
    assert len(made.ran) == measuring.processes
    where = msgspec.structs.replace(_machine(), load=(0.0, 0.0), governor="performance")
    return summarise(measuring, where, 1.0), made


def test_an_extension_is_measured_beside_the_plain_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    report, made = measured(monkeypatch, [extensions(jobs=1000)])
    assert {one.arm for one in report.extensions} == {"go", "py"}
    assert {one.name for one in report.extensions} == set(EXTENSIONS)
    for one in report.extensions:
        assert one.ratio.value == pytest.approx(3 if one.name == "retries" else 1, rel=0.05)
        assert one.blocks == 10
    # A block has each, and their order is another one in each.
    assert len(made.ran) == 11 * 3 * (2 + len(EXTENSIONS))
    assert all(probe.config.extensions() or probe.flags for probe in EXTENSIONS.values())


def test_extensions_are_left_out_if_a_subject_may_not_have_them() -> None:
    assert "extensions" in {one.name for one in full()}
    assert "extensions" not in {one.name for one in full(extensions=False)}
    assert "extensions" not in {one.name for one in quick()}


def test_the_system_is_named_with_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.release", lambda: "6.18.44-of-its-builder")
    assert " 6.18.44 " in _machine().system


def _machine():  # type: ignore[no-untyped-def]
    from datetime import UTC, datetime

    return machine(0.0, datetime.now(UTC))


def test_the_start_of_a_program_is_not_charged_to_its_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = measured(monkeypatch, [overhead(jobs=1000, told=100)])
    per_job = {s.arm: s.median for s in found.series if s.figure.name == "wall time per job"}
    root = 3**0.5  # workers
    assert per_job["go"] == pytest.approx(100 * root, rel=0.02)
    assert per_job["py"] == pytest.approx(700 * root, rel=0.02)
    ratio = next(r for r in found.ratios if r.arm == "py")
    assert ratio.ratio.value == pytest.approx(7, rel=0.02)
    control = next(r for r in found.ratios if r.control)
    assert (control.arm, control.ratio.value) == ("go again", pytest.approx(1, rel=0.02))


def test_every_block_runs_every_process_once_in_its_own_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, machine = measured(monkeypatch, [overhead(jobs=1000, told=100)], blocks=6)
    size = 3 * 3
    blocks = [tuple(machine.ran[i : i + size]) for i in range(0, len(machine.ran), size)]
    assert len(blocks) == 1 + 6  # a warm-up
    assert all(sorted(block) == sorted(blocks[0]) for block in blocks)
    assert len(set(blocks)) > 4


def test_a_sweep_tells_how_the_cost_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config(jobs=1000, interval_ns=0, work_ns=0)
    found, _ = measured(monkeypatch, [sweep((1, 10, 100), (0, 10), config, name="vary")])
    assert {(s.arm, s.against) for s in found.scalings} == {("go", "workers"), ("py", "workers")}
    assert all(s.exponent.value == pytest.approx(0.5, abs=0.02) for s in found.scalings)


def test_a_sweep_may_vary_the_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """On this machine the cost of a job is that of its start at any number of jobs."""
    found, _ = measured(monkeypatch, varied(["jobs=1000,4000,16000", "queue=1,10"], {}))
    told = {(s.arm, s.name, s.over) for s in found.scalings if s.against == "jobs"}
    assert told == {
        (arm, f"{what} time per job, workers 3, queue {queue}", (1000, 4000, 16000))
        for arm in ("go", "py")
        for what in ("wall", "CPU")
        for queue in (1, 10)
    }
    assert {figure.place["jobs"] for figure in {s.figure for s in found.series}} == {
        1000,
        4000,
        16000,
    }


def test_a_workload_for_every_sixth_block_has_no_samples_in_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    often = overhead(jobs=1000, told=100)
    seldom = msgspec.structs.replace(
        sweep((3,), (10,), Config(jobs=500, interval_ns=0, work_ns=0), name="seldom"), every=6
    )
    found, _ = measured(monkeypatch, [often, seldom], blocks=13)
    for series in found.series:
        there = [i for i, value in enumerate(series.samples) if value is not None]
        assert there == ([0, 6, 12] if series.figure.workload == "seldom" else list(range(13)))


def test_an_interrupted_block_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Machine(monkeypatch, {"go": 100, "py": 700})
    measuring = Measuring(resolve(["go", "py"]), [overhead(1000, 100)], blocks=30, seed=1)

    def advance(_done: int, _all: int) -> None:
        if len(made.ran) == 9 * 5 + 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measuring.run(timeout_s=1, advance=advance)
    found = summarise(measuring, _machine(), 1.0)
    assert (found.settings.complete, len(found.series[0].samples)) == (4, 4)
    assert found.warnings[0] == "only 4 of 30 blocks were measured: let it run to its end"


@pytest.mark.parametrize(("budget_s", "complete"), [(0.0, 3), (46.0, 3), (47.0, 4), (999.0, 30)])
def test_only_the_first_three_blocks_begin_without_enough_time(
    monkeypatch: pytest.MonkeyPatch, budget_s: float, complete: int
) -> None:
    made = Machine(monkeypatch, {"go": 100, "py": 700})
    measuring = Measuring(
        resolve(["go", "py"]),
        [overhead(1000, 100)],
        blocks=30,
        seed=1,
        budget_s=budget_s,
        # A process takes a second, the first of all two.
        clock=lambda: float(len(made.ran) + (len(made.ran) > 0)),
    )
    measuring.run(timeout_s=1)
    # The warm-up takes 10 s, which any block may take, and each block 9 s.
    assert measuring.complete == complete
    found = summarise(measuring, _machine(), 1.0)
    assert {ratio.arm for ratio in found.ratios} == {"go again", "py"}
    short = (
        f"only {complete} of 30 blocks were measured, as the {budget_s:g} s for them were over: "
        "--blocks 30 takes the time that they need"
    )
    assert (found.warnings[:1] == (short,)) == (complete < 30)


@pytest.mark.parametrize("instrument", [{"first_line_ns": -1}, {"late_ns": 1}])
def test_a_process_that_was_timed_too_late_is_run_again(
    instrument: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    right = Measured(wall_ns=9, cpu_ns=9, peak_rss_bytes=9, first_line_ns=9, after_signal_ns=None)
    late = msgspec.structs.replace(right, **instrument)
    [subject] = resolve(["go"])
    arm, probe = Arm(name="go", subject=subject), Probe(config=Config())
    runs = iter([late, late, right, *[late] * 5])
    monkeypatch.setattr(probe_module, "_launch_once", lambda *_, **__: next(runs))
    assert probe_module.launch(arm, probe, seed=1, timeout_s=1) == right
    with pytest.raises(CannotJudge, match=r"^go could not be timed in 5 runs"):
        probe_module.launch(arm, probe, seed=1, timeout_s=1)


def test_a_signal_that_came_after_the_last_job_is_sent_again_in_another_run() -> None:
    """The signal waits for the very last line, so it always comes too late."""
    [subject] = resolve(["go"])
    config = Config(workers=1, jobs=0)
    lines = 7
    probe = Probe(config=config, interrupt_at_line=lines)
    with pytest.raises(CannotJudge, match=r"^go did not tell of its signal in 5 runs: "):
        probe_module.launch(Arm(name="go", subject=subject), probe, seed=1, timeout_s=20)


def test_the_figures_of_a_stopped_harness_say_how_late_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The harness's clock jumps by 10 s, once, while a real program runs."""
    readings = iter([(0, 0), (10**10, 0)])
    real = probe_module.clocks
    offset_ns = 0

    def clocks() -> tuple[int, int]:
        nonlocal offset_ns
        now_ns, suspended_ns = real()
        offset_ns += next(readings, (0, 0))[0]
        return now_ns + offset_ns, suspended_ns

    monkeypatch.setattr(probe_module, "clocks", clocks)
    [subject] = resolve(["go"])
    arm, probe = Arm(name="go", subject=subject), Probe(config=Config(jobs=1, interval_ns=0))
    measured = probe_module._launch_once(arm, probe, seed=1, timeout_s=5)
    assert measured.late_ns > 9 * 10**9, "and it is not taken for a program that does not end"


def test_another_program_than_the_one_asked_for_is_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = shutil.copytree(ROOT / "py_port", tmp_path / "py_port") / "internal" / "log.py"
    log.write_text(log.read_text().replace('"program": "py_port"', '"program": "mine"'))
    monkeypatch.setenv("PARITY_PY_PORT", str(tmp_path))
    [subject] = resolve(["py"])
    arm, probe = Arm(name="py", subject=subject), Probe(config=Config(jobs=0), traced=True)
    with pytest.raises(CannotJudge, match=r"^py: .* says program mine, where py_port was asked"):
        probe_module.launch(arm, probe, seed=1, timeout_s=20)


def test_a_machine_that_disturbs_one_arm_is_called_noisy(monkeypatch: pytest.MonkeyPatch) -> None:
    def disturbed(arm: Arm, probe: Probe, **more: float) -> Measured:
        took = quiet(arm, probe, **more)
        return msgspec.structs.replace(
            took, wall_ns=took.wall_ns * (2 if "again" in arm.name else 1)
        )

    made = Machine(monkeypatch, {"go": 100, "py": 700})
    quiet = made.launch
    monkeypatch.setattr(method_module, "launch", disturbed)
    measuring = Measuring(resolve(["go", "py"]), [overhead(1000, 100)], blocks=30, seed=1)
    measuring.run(timeout_s=1)
    warnings = summarise(measuring, _machine(), 1.0).warnings
    assert any(w.startswith("the machine is too noisy: go beside itself is 2.") for w in warnings)


def test_a_quiet_machine_is_not_called_noisy(monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = measured(monkeypatch, [overhead(jobs=1000, told=100)], blocks=30)
    assert found.warnings == ()


def test_a_regression_is_seen_and_noise_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    before, _ = measured(monkeypatch, [overhead(jobs=1000, told=100)])
    same, _ = measured(monkeypatch, [overhead(jobs=1000, told=100)])
    slower, _ = measured(monkeypatch, [overhead(jobs=1000, told=100)], py=900)
    assert compare_costs(before, same, fail_over=0.05).regressions == ()
    found = compare_costs(before, slower, fail_over=0.1)
    assert {(one.arm, one.of) for one in found.regressions} == {("py", "ratio")}
    assert found.regressions[0].factor.value == pytest.approx(9 / 7, rel=0.02)
    assert compare_costs(before, slower, fail_over=0.5).regressions == ()
    assert all(
        one.better for one in compare_costs(slower, before, fail_over=0).changes if one.arm == "py"
    )


def test_on_another_machine_the_reference_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    before, _ = measured(monkeypatch, [overhead(jobs=1000, told=100)])
    slower, _ = measured(monkeypatch, [overhead(jobs=1000, told=100)], go=200, py=1400)
    regressed = {one.arm for one in compare_costs(before, slower, fail_over=0.1).regressions}
    assert regressed == {"go"}
    there = msgspec.structs.replace(slower.machine, cpu="another")
    moved = compare_costs(before, msgspec.structs.replace(slower, machine=there), fail_over=0.1)
    assert (moved.same_machine, moved.regressions) == (False, ())


def test_results_with_nothing_in_common_cannot_be_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    one, _ = measured(monkeypatch, [overhead(jobs=1000, told=100)])
    config = Config(jobs=1000, interval_ns=0, work_ns=0)
    other, _ = measured(monkeypatch, [sweep((3,), (10,), config, name="vary")])
    with pytest.raises(CannotJudge, match="no figure in common"):
        compare_costs(one, other, fail_over=0.1)


@pytest.mark.parametrize("short", ["earlier", "later"])
def test_a_result_of_too_few_blocks_is_named_when_it_cannot_be_compared(
    monkeypatch: pytest.MonkeyPatch, short: str
) -> None:
    full, _ = measured(monkeypatch, [overhead(jobs=1000, told=100)])
    few, _ = measured(monkeypatch, [overhead(jobs=1000, told=100)], blocks=2)
    pair = (few, full) if short == "earlier" else (full, few)
    with pytest.raises(
        CannotJudge, match=f"^the {short} result has too few whole blocks .*2, of 3"
    ):
        compare_costs(*pair, fail_over=0.1)
    seldom = msgspec.structs.replace(overhead(jobs=1000, told=100), every=6)
    rare, _ = measured(monkeypatch, [seldom])
    with pytest.raises(CannotJudge, match=r"^no figure has 3 samples in both results"):
        compare_costs(rare, rare, fail_over=0.1)


@pytest.mark.parametrize(
    ("vary", "flags", "says"),
    [
        (["workers=1,x"], {}, 'invalid value "workers=1,x" for flag --vary: want integers from 1'),
        (["workers=0"], {}, "for flag --vary: want integers from 1"),
        (["work=1"], {}, "want workers=N,N,..., queue=N,N,... or jobs=N,N,..."),
        (["queue=1"], {"jobs": "0"}, 'invalid value "0" for flag --jobs: without jobs nothing'),
        (["jobs=1,0"], {}, 'invalid value "0" for flag --vary: without jobs nothing'),
        (["jobs=1,10"], {"jobs": "10"}, "--vary jobs excludes --jobs"),
        (["queue=1"], {"work": "abc"}, "for flag --work: want a duration"),
    ],
)
def test_a_bad_vary_gives_one_clear_line(vary: list[str], flags: dict[str, str], says: str) -> None:
    with pytest.raises(CannotJudge, match=says.replace("(", r"\(")):
        varied(vary, flags)


def test_an_unknown_workload_gives_one_clear_line() -> None:
    with pytest.raises(CannotJudge, match="unknown workload 'speed': want one of overhead"):
        chosen(full(), ["speed"])
    assert [w.name for w in chosen(full(), ["timers", "overhead"])] == ["overhead", "timers"]
    assert {w.name for w in quick()} <= {w.name for w in full()}


def test_a_workload_that_is_chosen_alone_is_measured_in_every_block() -> None:
    assert [w.every for w in chosen(full(), ["memory", "timers"])] == [1, 1]
    assert [w.every for w in chosen(full(), ["overhead", "timers"])] == [1, 5]
