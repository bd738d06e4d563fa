"""Aimed runs: a program that is held to a schedule shows its class, for every legal class."""

from __future__ import annotations

import random
import re
from itertools import chain
from pathlib import Path
from statistics import median

import anyio
import msgspec
import pytest
from anyio.lowlevel import checkpoint
from parity.checker.judge import judge
from parity.contract.scenario import Config, Scenario, ScheduledSignal
from parity.execution import overlay
from parity.execution.subject import resolve
from parity.exploration.explore import AIMED_EVERY, ExplorationPlan, Explorer, legal
from parity.exploration.schedules import controller, schedule
from parity.exploration.schedules.controller import MOST_IDLE_PASSES, PASSES_BEFORE_SKIP, Controller
from parity.exploration.schedules.schedule import draw_schedule
from parity.exploration.statespace.classes import drawn_class, every_class
from parity.exploration.workers.trial import Trial
from parity.specification.canonical import Canonical, canonical
from parity.specification.model import State, initial, steps

from tests.support.lives import Past, nothing_yet
from tests.support.trials import run_trials

STILL = Config(interval_ns=0, work_ns=0, workers=2, jobs=3, queue=1)


def shaped(workers: int, jobs: int, queue: int) -> Config:
    return Config(interval_ns=0, work_ns=0, workers=workers, jobs=jobs, queue=queue)


def classes(config: Config, *, signals: bool = True) -> list[Canonical]:
    return sorted(every_class(config, signals=signals), key=repr)


def forms_of(path: str, config: Config, *, signals: bool) -> set[Canonical]:
    """Return the classes of all the model's paths whose steps have these letters."""
    found = set()
    pending: list[tuple[State, Past, str]] = [(initial(config), nothing_yet(config), path)]
    while pending:
        state, past, rest = pending.pop()
        if state.ended:
            assert not rest
            found.add(past.form)
            continue
        for symbol, target in steps(state, config, signals=signals):
            letters = schedule._letters(state, symbol, target)
            if rest.startswith(letters):
                pending.append((target, past.told(symbol), rest.removeprefix(letters)))
    return found


@pytest.mark.parametrize("signals", [True, False])
@pytest.mark.parametrize("config", [shaped(2, 3, 0), shaped(2, 3, 1), shaped(2, 2, 2)], ids=str)
def test_a_schedule_is_a_path_of_the_model_to_its_class(config: Config, signals: bool) -> None:
    chance = random.Random(1)
    for form in classes(config, signals=signals):
        paths = {draw_schedule(chance, config, form, signals=signals) for _ in range(4)}
        assert len(paths) > 1
        for path in paths:
            assert form in forms_of(path, config, signals=signals)


@pytest.mark.parametrize("signals", [True, False])
def test_after_each_step_the_class_can_still_be_reached(signals: bool) -> None:
    """Otherwise the walk could get stuck, as there is no way back."""
    chance = random.Random(2)
    for workers, jobs, queue in [(1, 3, 0), (1, 3, 2), (2, 3, 0), (2, 3, 3), (3, 3, 1)]:
        config = shaped(workers, jobs, queue)
        for form in classes(config, signals=signals):
            for _ in range(10):
                assert draw_schedule(chance, config, form, signals=signals).endswith("M")
    for config in (shaped(3, 15, 10), shaped(3, 15, 0), shaped(20, 60, 5), shaped(2, 300, 50)):
        form = drawn_class(chance, config, signals=signals)
        assert draw_schedule(chance, config, form, signals=signals).endswith("M")


def test_no_path_leads_to_a_class_that_is_not_legal() -> None:
    never = Canonical(frozenset({(((1, 2, 3), "cancelled"), 1), (((), "closed"), 1)}), frozenset())
    with pytest.raises(ValueError, match="not legal"):
        draw_schedule(random.Random(1), STILL, never, signals=False)


def test_there_is_no_schedule_for_more_workers_than_letters() -> None:
    form = Canonical(frozenset({(((), "closed"), 24)}), frozenset())
    assert draw_schedule(random.Random(1), shaped(24, 0, 0), form, signals=False) == ""
    form = Canonical(frozenset({(((), "closed"), 23)}), frozenset())
    assert draw_schedule(random.Random(1), shaped(23, 0, 0), form, signals=False).count("z") == 1


def trials(subject: str, config: Config, times: int) -> tuple[list[Trial], list[Canonical]]:
    [one] = resolve([subject])
    goals = classes(config) * times
    interrupted = Config(
        **{f: getattr(config, f) for f in ("interval_ns", "work_ns", "workers", "jobs", "queue")},
        signals=(ScheduledSignal("SIGINT", 0),),
    )
    scenario = Scenario(name="aimed", about="", config=interrupted)
    made = []
    for seed, goal in enumerate(goals):
        path = draw_schedule(random.Random(seed), config, goal, signals=True)
        made.append(Trial(one, scenario, seed, preempted=True, schedule=path))
    return made, goals


def actors(path: str) -> list[str]:
    """Return who emits the events. Workers are named in the order in which they begin."""
    names: dict[str, str] = {"M": "main", "H": "handler"}
    return [names.setdefault(c, f"worker {len(names) - 1}") for c in path if c.isupper()]


@pytest.mark.parametrize(
    ("subject", "queue"),
    [("go", 0), ("go", 3), ("py", 1), ("py", 3), ("py@trio", 0)],
)
def test_a_program_follows_its_schedule(subject: str, queue: int) -> None:
    config = shaped(2, 3, queue)
    made, goals = trials(subject, config, 1)
    assert len(goals) > 30
    hits = 0
    for result in run_trials(made, timeout_s=20):
        assert judge(result.outcome, result.trial.scenario) == []
        events = result.outcome.trace.events
        if canonical(events) == goals[result.trial.seed]:
            letters = {"signal_received": "H", "shutdown_initiated": "H"}
            told = "".join(
                "abc"[event.worker - 1].upper() if event.worker else letters.get(event.event, "M")
                for event in events
            )
            hits += actors(told) == actors(result.trial.schedule)
    # A processor that is taken away at the wrong moment costs Go a run in some hundred.
    assert hits >= 0.95 * len(goals)


def test_no_goroutine_waits_for_a_turn_that_the_schedule_does_not_have() -> None:
    """Else main would wait for the last worker until the schedule is given up, at some cost."""
    aimed, _ = trials("go", shaped(2, 3, 1), 1)
    pairs = [(one, msgspec.structs.replace(one, schedule="")) for one in aimed[:20]]
    results = list(run_trials(chain.from_iterable(pairs), timeout_s=20, processes=1))
    cpu_ns = [result.outcome.usage.cpu_ns for result in results]
    assert median(cpu_ns[::2]) < 1.8 * median(cpu_ns[1::2])


@pytest.mark.slow
@pytest.mark.parametrize(("jobs", "queue", "number"), [(3, 0, 46), (4, 1, 106)])
def test_both_programs_show_every_class_of_two_workers(jobs: int, queue: int, number: int) -> None:
    config = shaped(2, jobs, queue)
    found = legal(config, signals=True)
    assert found.classes == number
    plan = ExplorationPlan(
        config=config,
        signals=True,
        subjects=resolve(["go", "py"]),
        seeds=range(0, AIMED_EVERY * number, AIMED_EVERY),
        timeout_s=20,
    )
    explorer = Explorer(plan, found)
    for _ in explorer.run():
        pass
    # A processor that is taken away at the wrong moment costs Go a class: it gets a second run.
    missed = [
        seed + AIMED_EVERY * number
        for seed in plan.seeds
        if any(explorer.plan.goal(seed) not in seen.classes for seen in explorer.seen.values())
    ]
    explorer.plan = msgspec.structs.replace(explorer.plan, seeds=missed)
    for _ in explorer.run():
        pass
    assert explorer.exit_status == 0
    for seen in explorer.seen.values():
        assert set(seen.classes) == set(classes(config))
        assert seen.unseen_classes(found) == 0
        assert seen.aimed == number + len(missed)
        assert seen.hits >= 0.95 * seen.aimed


def test_a_plan_aims_at_one_class_after_another_and_at_none_without_preemption() -> None:
    goals = classes(STILL)
    both = resolve(["go", "mine=./mine"])
    plan = ExplorationPlan(
        config=STILL, signals=True, subjects=both, seeds=range(100), timeout_s=9, classes=goals
    )
    at = [goal for seed in range(AIMED_EVERY * len(goals)) if (goal := plan.goal(seed))]
    assert at == goals
    aimed = [trial for seed in range(100) if (trial := plan.trial(both[0], seed)).schedule]
    assert len(aimed) == 100 // AIMED_EVERY
    assert all(trial.preempted and trial.processors == 1 for trial in aimed)
    assert not any(plan.trial(both[1], seed).schedule for seed in range(100))
    left_alone = ExplorationPlan(
        config=STILL,
        signals=True,
        subjects=both,
        seeds=range(100),
        timeout_s=9,
        classes=goals,
        preempted=0.0,
    )
    assert not any(left_alone.trial(both[0], seed).schedule for seed in range(100))


async def together(held: Controller, *tasks: tuple[str, list[tuple[str, bool]]]) -> list[str]:
    """Run tasks that wait for their turns; return whose turns they were, in order."""
    took: list[str] = []

    async def run(name: str, takes: list[tuple[str, bool]]) -> None:
        for module, emits in takes:
            await held.wait_for_turn(name, module, emits=emits, pass_on=checkpoint)
            took.append(f"{name} {'says' if emits else 'goes on'}")
            if emits:
                held.on_event(name)

    async with anyio.create_task_group() as group:
        for name, takes in tasks:
            group.start_soon(run, name, takes)
    return took


def test_each_task_waits_for_its_turn() -> None:
    held = Controller("AMBmaA")
    took = anyio.run(
        together,
        held,
        ("main", [("pool", True), ("pool", False)]),
        ("x", [("worker", True), ("worker", False), ("worker", True)]),
        ("handler", [("shutdown", False)]),
    )
    # There is one worker only: it has the letter A, and who would have B never comes.
    assert took[:2] == ["x says", "main says"]
    assert held.given_up
    held = Controller("AMmahA")
    took = anyio.run(
        together,
        held,
        ("handler", [("shutdown", False)]),
        ("main", [("pool", True), ("pool", False)]),
        ("x", [("worker", True), ("worker", False), ("worker", True)]),
    )
    assert took == [
        *("x says", "main says", "main goes on", "x goes on", "handler goes on", "x says")
    ]
    assert not held.given_up


def test_a_worker_gets_its_letter_when_it_begins() -> None:
    held = Controller("BAbB")
    took = anyio.run(
        together,
        held,
        ("x", [("worker", True), ("worker", False), ("worker", True)]),
        ("y", [("worker", True)]),
    )
    assert took == ["x says", "y says", "x goes on", "x says"]
    assert not held.given_up


def test_a_waiting_task_loses_the_turn_of_a_hidden_step() -> None:
    held = Controller("MmAM")
    took = anyio.run(together, held, ("main", [("pool", True)]), ("x", [("worker", True)]))
    assert took == ["main says", "x says"]  # main never came to its step, as if it were blocked
    assert not held.given_up


def test_a_schedule_that_cannot_be_followed_is_given_up() -> None:
    held = Controller("MMA")
    took = anyio.run(together, held, ("main", [("pool", True)]), ("x", [("worker", True)]))
    assert took == ["main says", "x says"]
    assert held.given_up
    out_of_turn = Controller("MA")
    out_of_turn.on_event("a stranger")
    assert out_of_turn.given_up
    assert PASSES_BEFORE_SKIP < MOST_IDLE_PASSES


def test_a_select_takes_the_scheduled_arm() -> None:
    held = Controller("MAB+M+AB")
    anyio.run(together, held, ("main", [("pool", True)]))
    anyio.run(together, held, ("x", [("worker", True)]), ("y", [("worker", True)]))
    assert [held.takes_context(name) for name in ("main", "x", "y", "z")] == [
        True,
        True,
        False,
        None,
    ]


def test_main_looks_at_the_context_in_its_own_turn() -> None:
    held = Controller("MlhmM")
    order: list[str] = []

    async def main() -> None:
        for module, emits in (("pool", True), ("main", False), ("pool", False), ("pool", True)):
            await held.wait_for_turn("main", module, emits=emits, pass_on=checkpoint)
            order.append(module)
            if emits:
                held.on_event("main")

    async def handler() -> None:
        await held.wait_for_turn("handler", "shutdown", emits=False, pass_on=checkpoint)
        order.append("cancel")
        held.on_cancel()

    async def both() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(handler)
            group.start_soon(main)

    anyio.run(both)
    assert order == ["pool", "main", "cancel", "pool", "pool"]


def test_go_reads_the_same_letters_as_the_port() -> None:
    source = (Path(overlay.__file__).parent / "turns.go").read_text()
    letters = dict(re.findall(r"step(\w+)\s+= '(.)'", source))
    assert letters == {
        "Main": controller.MAIN,
        "Loop": controller.LOOP,
        "Handler": controller.HANDLER,
    }
    assert f'gogetenv("{overlay.AIM}")' in source
    assert not set(controller.WORKER_LETTERS) & set(letters.values())
