"""What one run of an exploration showed: all that is kept of it.

It is judged where it ran, so that only this little has to travel. What all runs showed is folded
together afterwards, in the order of the runs (see `explore.Explorer`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from parity.checker.judge import judge
from parity.contract.outcome import Outcome
from parity.contract.trace import Event
from parity.errors import HungError
from parity.execution.runner import run_each
from parity.execution.subject import Subject
from parity.execution.subject_run import Failure
from parity.exploration.workers.runner import attempts_in_order
from parity.exploration.workers.trial import Failed, Trial, Trialled
from parity.specification.canonical import Canonical, canonical
from parity.specification.model import Symbol

Order = tuple[Symbol, ...]


class LegalTrial(msgspec.Struct, frozen=True, kw_only=True):
    trial: Trial
    order: Order
    form: Canonical
    reasons: bool  # whether its trace says why a worker stopped


class IllegalTrial(msgspec.Struct, frozen=True, kw_only=True):
    trial: Trial
    outcome: Outcome
    why: str


Shown = LegalTrial | IllegalTrial | Failed


def shown(result: Trialled | Failed) -> Shown:
    """Return what the run showed."""
    if isinstance(result, Failed):
        return result
    trial, outcome = result.trial, result.outcome
    if result.findings:
        return IllegalTrial(trial=trial, outcome=outcome, why=str(result.findings[0]))
    reasons = outcome.trace.source != "stdout"
    return LegalTrial(
        trial=trial,
        order=order_of(outcome) if reasons else order_without_reasons(order_of(outcome)),
        form=canonical(outcome.trace.events, reasons=reasons),
        reasons=reasons,
    )


def shown_by(trials: Sequence[Trial], *, timeout_s: float) -> list[Shown]:
    """Run the trials, which are on one clock, on one processor; return what they showed, in order.

    A subject that fails is not run again. On the real clock they are one round (see `real_round`).
    """
    if trials[0].scenario.clock == "real":
        return [shown(result) for result in real_round(trials, timeout_s=timeout_s)]
    failed: set[Subject] = set()
    found = []
    todo = (trial for trial in trials if trial.subject not in failed)
    for result in attempts_in_order(todo, timeout_s=timeout_s, processes=1):
        found.append(shown(result))
        if isinstance(result, Failed):
            failed.add(result.trial.subject)
    return found


def real_round(trials: Sequence[Trial], *, timeout_s: float) -> Iterator[Trialled | Failed]:
    """Run trials of one scenario and one seed, one for each subject, side by side."""
    scenario, seed = trials[0].scenario, trials[0].seed
    subjects = [trial.subject for trial in trials]
    ran = run_each(subjects, scenario, seed=seed, timeout_s=timeout_s)
    for trial, result in zip(trials, ran, strict=True):
        if isinstance(result, Failure):
            hung = isinstance(result.problem, HungError)
            yield Failed(trial, str(result.problem), hung=hung)
        else:
            yield Trialled(trial, result, tuple(judge(result, scenario)))


def order_of(outcome: Outcome) -> Order:
    """Return the events up to main_done. Events of the handler after that do not count."""
    symbols = []
    for event in outcome.trace.events:
        symbols.append(symbol_of(event))
        if event.event == "main_done":
            break
    return tuple(symbols)


def symbol_of(event: Event) -> Symbol:
    """Return the event as a label of the model."""
    return Symbol(
        event.event,
        event.worker or 0,
        event.job or 0,
        event.reason or "",
        event.attempt or 0,
        event.delay or 0,
        event.fate or "",
        event.level or 0,
    )


def order_without_reasons(order: Order) -> Order:
    return tuple(symbol._replace(reason="") for symbol in order)
