"""The result as JUnit XML: a suite for each scenario, a case for each verdict on each run."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from parity.comparison.result import Comparison, Observation, Result, Unjudged, Verdict
from parity.report.console.inert import inert
from parity.report.files import write_whole
from parity.report.run.plain import context


def write(result: Result, path: Path) -> None:
    """Write the XML. Characters that XML forbids are written as escapes. Raises CannotJudge."""
    cases: dict[str, list[TestCase]] = {}
    for one in result.comparisons:
        cases.setdefault(one.scenario.name, []).extend(_case(one, v) for v in one.verdicts)
    for left_out in result.unjudged:
        cases.setdefault(left_out.scenario.name, []).append(_unjudged(left_out))
    for seen in result.observations:
        cases.setdefault("thorough", []).append(_observation(seen))
    xml = JUnitXml("parity run")
    for scenario, its_cases in cases.items():
        suite = TestSuite(inert(scenario))
        suite.add_testcases(its_cases)
        xml.add_testsuite(suite)
    xml.update_statistics()  # type: ignore[no-untyped-call]
    written = BytesIO()
    xml.write(written, pretty=True)
    write_whole(path, written.getvalue())


def _case(comparison: Comparison, verdict: Verdict) -> TestCase:
    case = TestCase(
        f"{verdict.name} [run {comparison.run}]",
        classname=f"{inert(comparison.scenario.name)}.{inert(comparison.other.subject)}",
        # The verdicts of a run share its time, so it is written once.
        time=comparison.other.usage.wall_ns / 1e9 if verdict is comparison.verdicts[0] else 0,
    )
    if not verdict.judged:
        case.result = [Skipped(inert(verdict.evidence))]
    elif not verdict.holds:
        failure = Failure(inert(verdict.words), verdict.name)
        failure.text = "\n".join([inert(verdict.evidence), *context(comparison, verdict)])
        case.result = [failure]
    return case


def _observation(seen: Observation) -> TestCase:
    case = TestCase(seen.check, classname=f"thorough.{inert(seen.subject)}")
    if not seen.judged:
        case.result = [Skipped(inert(seen.words))]
    elif not seen.holds:
        case.result = [Failure(inert(seen.words), seen.check)]
    return case


def _unjudged(left_out: Unjudged) -> TestCase:
    names = " and ".join(inert(name) for name in left_out.subjects)
    case = TestCase(
        f"run [run {left_out.run}]", classname=f"{inert(left_out.scenario.name)}.{names}"
    )
    if left_out.verdict == "not told":
        case.result = [Skipped(inert(left_out.why))]
    else:
        case.result = [Error(inert(left_out.why), "unjudged")]
    return case
