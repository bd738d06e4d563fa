"""The claims of the study guide: each holds, and one that is broken is caught."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import pytest
from parity.contract.outcome import Exit
from parity.errors import CannotJudge
from parity.guide import results
from parity.guide.check import check
from parity.guide.claim import Claim, CommandFields, Heard, Part, ProgramFields
from parity.guide.claim_reader import claim_of
from parity.guide.page import Page, claims, pages
from parity.guide.program import FILES, hear, source
from parity.guide.relations import Comparison, difference, flaw
from parity.guide.results import code_digest, heard, result_key
from parity.guide.verdict import broken

from tests.support.programs import GO_DIR, ROOT

BOTH = 'program = "leaving"\nrelation = "{relation}"\n'
DIFFERS = BOTH.format(relation="differs") + 'go = "a"\npy = "b"\nbecause = "so"\nsource = "it"\n'


def claim(relation: str, **texts: str) -> Claim:
    body = BOTH.format(relation=relation) + "".join(
        f"{k} = {json.dumps(v)}\n" for k, v in texts.items()
    )
    return claim_of("it is so", body, "page.md:1")


def printed(text: str, status: int = 0) -> Heard:
    return Heard(stdout=text, stderr="", exit=Exit(status=status))


def first_part(name: str) -> Page:
    """Return the page up to its second question."""
    [page] = pages([name])
    return Page(page.file, page.text.partition("\n## ")[0])


@pytest.mark.parametrize(
    ("relation", "expected", "printed_by_py", "why"),
    [
        ("same", "1\n2", "1\n2\n", None),
        ("same", "1\n2", "2\n1\n", "'2' as line 1, expected '1'"),
        ("same", "1\n2", "1\n2\n3\n", "3 lines, expected 2"),
        ("any-order", "1\n2", "2\n1\n", None),
        ("any-order", "1\n2", "2\n2\n", "'2', expected '1'"),
        ("any-order", "1\n2", "2\n1\n1\n", "'1', expected no more lines"),
        ("any-order", "1\n2", "2\n", "no '1'"),
        ("instants", "0s: a\n1s: b\n1s: c", "0s: a\n1000ms: c\n1s: b\n", None),
        ("instants", "0s: a\n1s: b", "0s: a\n1.5s: b\n", "'1.5s: b', expected '1s: b'"),
        ("instants", "0s: a\n1s: b", "0s: a\nb\n", "'b', expected '1s: b'"),
        ("matches", "took \\d+ ms\nn = [0-5]", "took 71 ms\nn = 5\n", None),
        ("matches", "took \\d+ ms", "it took 71 ms\n", "'it took 71 ms' as line 1"),
        ("matches", "took \\d+ ms", "took 71 ms\nmore\n", "2 lines, expected 1"),
        ("bounds", "lost: 1..200\nleft: 0..0.5", "lost: 200\nleft: .25\n", None),
        ("bounds", "lost: 1..200", "lost: 0\n", "'lost: 0' as line 1, expected 'lost: 1..200'"),
        ("bounds", "lost: 1..200", "lost: 1.2.3\n", "'lost: 1.2.3' as line 1"),
        ("bounds", "lost: 1..200", "won: 7\n", "'won: 7' as line 1"),
    ],
)
def test_lines_are_compared_as_the_relation_says(
    relation: Comparison, expected: str, printed_by_py: str, why: str | None
) -> None:
    assert not flaw(relation, expected.splitlines())
    told = difference(relation, printed_by_py.splitlines(), expected.splitlines())
    assert told == why or (why and told and told.startswith(why))


def test_a_difference_has_to_be_seen_in_each_language() -> None:
    one = claim_of("it differs", DIFFERS, "page.md:1")
    assert broken(one, {"go": printed("a\n"), "py": printed("b\n")}) is None
    same = broken(one, {"go": printed("a\n"), "py": printed("a\n")})
    assert same == "py printed 'a' as line 1, expected 'b'"


def test_programs_that_are_to_differ_and_do_not_are_caught() -> None:
    body = DIFFERS.replace('"a"', '"n: 1..9"').replace('"b"', '"n: 5..20"')
    one = claim_of("it differs", body + 'compare = "bounds"\n', "page.md:1")
    assert broken(one, {"go": printed("n: 7\n"), "py": printed("n: 8\n")}) is None
    alike = broken(one, {"go": printed("n: 7\n"), "py": printed("n: 7\n")})
    assert alike == "both printed the same, and ended alike"


def test_third_programs_are_held_to_their_lines_or_to_those_of_both() -> None:
    one = claim("instants", lines="1s: a", asyncio="1s: b", threads="a")
    ran = {
        part: printed(text)
        for part, text in zip(one.fields.parts, ("1s: a", "1s: a", "1s: b", "a"), strict=True)
    }
    assert broken(one, ran) is None
    assert broken(one, {**ran, "asyncio": ran["go"]}) == "asyncio printed '1s: a', expected '1s: b'"
    assert broken(one, {**ran, "threads": ran["go"]}) == (
        "threads printed '1s: a' as line 1, expected 'a'"
    )
    both = claim_of("so", BOTH.format(relation="same") + 'lines = "a"\nalso = ["asyncio"]', "p:1")
    ran = {"go": printed("a"), "py": printed("a"), "asyncio": printed("b")}
    assert broken(both, ran) == "asyncio printed 'b' as line 1, expected 'a'"


def test_a_program_that_fails_confirms_nothing() -> None:
    one = claim("same", lines="1")
    why = broken(one, {"go": printed("1\n", status=3), "py": printed("1\n")})
    assert why == "go ended with exit status 3, expected exit status 0: nothing on stderr"


def test_an_end_by_a_signal_is_not_an_exit_status() -> None:
    body = BOTH.format(relation="same") + 'lines = "1"\ngo-exit = "SIGINT"\npy-exit = 130\n'
    one = claim_of("so", body, "page.md:1")
    killed = Heard(stdout="1\n", stderr="", exit=Exit(signal="SIGINT"))
    assert broken(one, {"go": killed, "py": printed("1\n", status=130)}) is None
    why = broken(one, {"go": killed, "py": killed})
    assert why == "py ended with killed by SIGINT, expected exit status 130: nothing on stderr"


def test_a_command_prints_its_lines_in_their_order() -> None:
    one = claim_of("so", 'command = "parity run"\nlines = "a+\\nb"\n', "page.md:1")
    assert broken(one, {"command": printed("caat\nx\nb\n")}) is None
    why = broken(one, {"command": printed("b\naa\n")})
    assert why == "command printed no line that matches 'b', after those before it"
    failed = broken(one, {"command": printed("a\nb\n", status=1)})
    words = "command ended with exit status 1, expected exit status 0: nothing on stderr / a / b"
    assert failed == words


SAME = BOTH.format(relation="same") + 'lines = "1"\n'


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("program = ", "the claim cannot be read: "),
        (BOTH.format(relation="alike"), "the claim cannot be read: "),
        (BOTH.format(relation="same"), "want lines, not go or py"),
        (BOTH.format(relation="same") + 'lines = ""', "no line is expected"),
        (SAME.replace("leaving", "../leaving"), "want the name of a folder of programs"),
        (SAME + "runs = 0\n", "runs is 0: want 1 or more"),
        (SAME + 'go-exit = "SIGNOPE"\n', "go-exit is 'SIGNOPE': want a status from 0 to 255, or a"),
        (SAME + "py-exit = 256\n", "py-exit is 256: want a status"),
        (SAME + 'because = "so"\n', "compare, because and source are for a claim that differs"),
        (SAME + 'asyncio = ""\n', "asyncio has no lines: want those that it prints"),
        (SAME + 'also = ["trio"]\n', "the claim cannot be read: "),
        (SAME + 'also = ["asyncio"]\nasyncio = "2"\n', "asyncio is in also, and has lines"),
        (SAME.replace("same", "instants"), "'1' does not begin with an instant"),
        (SAME.replace("same", "instants").replace("1", "2s: a\\n1s: b"), "'1s: b' is earlier than"),
        (
            SAME.replace("same", "instants").replace('"1"', '"1s: a"') + 'clock = "real"',
            "instants are those of the virtual clock",
        ),
        (SAME.replace("same", "matches").replace('"1"', '"("'), "'\\(' is no regular expression: "),
        (SAME.replace("same", "matches").replace('"1"', '".+"'), "'.\\+' matches any line"),
        (SAME.replace("same", "bounds"), "'1' has no bounds: want a line like"),
        (
            SAME.replace("same", "bounds").replace('"1"', '"n: 3..2"'),
            "no number is within the bounds",
        ),
        (SAME.replace("same", "bounds").replace('"1"', '"n: 1..2.3.4"'), "has no bounds"),
        (DIFFERS.replace('because = "so"\n', ""), "wants because and source"),
        (DIFFERS.replace('py = "b"', 'py = "a"'), "expects the same of both"),
        (DIFFERS + 'lines = "a"\n', "wants go and py .*, and no lines"),
        (DIFFERS + 'also = ["asyncio"]\n', "also names programs that print `lines`"),
        (DIFFERS + 'compare = "matches"\nthreads = ".*"\n', "'.\\*' matches any line"),
        (DIFFERS + 'colour = "a"\n', "the claim cannot be read: "),
        ('command = "parity run"\nlines = "a"\nrelation = "same"\n', "the claim cannot be read: "),
        ('command = "parity run"\n', "a command wants lines: patterns of what it prints"),
        ('command = "parity run"\nlines = ".*"\n', "'.\\*' matches any line"),
        ('command = "rm -r x"\nlines = "a"\n', "the command is 'rm -r x': want one of parity's"),
        ('command = \'parity "\'\nlines = "a"\n', "the command cannot be read: No closing"),
    ],
)
def test_a_claim_that_is_not_well_formed_gives_one_clear_line(body: str, why: str) -> None:
    with pytest.raises(CannotJudge, match=why) as problem:
        claim_of("it is so", body, "page.md:7")
    assert str(problem.value).startswith("page.md:7: ")
    assert "\n" not in str(problem.value)


def test_a_claim_names_its_place() -> None:
    [one] = claims(Page("7-mine.md", f"# Is it?\n\n```{{claim}} It is.\n{DIFFERS}```\n"))
    assert (one.title, one.place) == ("It is.", "7-mine.md:3")


def test_a_page_is_found_by_its_name_and_by_its_file() -> None:
    asked = ["pool", "15-pool", "15-pool.md", "04-channels.md"]
    assert [page.name for page in pages(asked)] == ["pool", "pool", "pool", "channels"]


def test_an_unknown_page_gives_one_clear_line() -> None:
    with pytest.raises(CannotJudge, match="unknown page 'nope': want one of starting, "):
        pages(["nope"])


def test_a_changed_expectation_is_caught() -> None:
    page = first_part("waiting")
    changed = Page(page.file, page.text.replace("results: 9 4 1", "results: 1 4 9"))
    assert {one.holds for one in check([changed])} == {False}


LEAVING = DIFFERS.replace('go = "a"', 'go = "main: done"').replace(
    'py = "b"', 'py = "main: done\\nchild: done"'
)
OWN_COPY = {"go": ("PARITY_GO_SOURCES", GO_DIR), "py": ("PARITY_PY_PORT", ROOT / "py_port")}


@pytest.mark.parametrize("part", ["go", "py"])
def test_a_changed_program_is_caught_in_a_learners_own_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: Part
) -> None:
    name, folder = OWN_COPY[part]
    copy = shutil.copytree(folder, tmp_path / folder.name)
    source = copy / "guide/leaving" / FILES[part]
    source.write_text(source.read_text().replace('"main: done"', '"main: gone"'))
    monkeypatch.setenv(name, str(copy))
    [one] = check([Page("7-mine.md", f"```{{claim}} So.\n{LEAVING}```\n")], afresh=False)
    assert one.evidence == f"{part} printed 'main: gone' as line 1, expected 'main: done'"


@pytest.mark.parametrize("part", ["go", "py"])
def test_a_result_is_made_again_when_an_import_of_its_program_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: Part
) -> None:
    fields = claim("same", lines="1").fields
    name, folder = OWN_COPY[part]
    copy = shutil.copytree(folder, tmp_path / folder.name)
    monkeypatch.setenv(name, str(copy))
    before = result_key(fields, part)
    of_another_topic = next((copy / "guide/fifo").glob("main.*"))
    of_another_topic.write_text(of_another_topic.read_text() + "\n")
    code_digest.cache_clear()
    assert result_key(fields, part) == before
    imported = next((copy / "internal").glob("log.*"))
    imported.write_text(imported.read_text() + "\n")
    code_digest.cache_clear()
    assert result_key(fields, part) != before


def test_a_command_runs_and_is_held_to_its_exit_status() -> None:
    body = 'command = "parity check no-such-file"\nexit = {}\nlines = "no-such-file"\n'
    text = "".join(f"```{{claim}} So.\n{body.format(status)}```\n" for status in (2, 0))
    told = {one.place: one.evidence for one in check([Page("7-mine.md", text)])}
    assert told.pop("7-mine.md:1") == "1 of 1 runs"
    assert told["7-mine.md:6"].startswith(
        "command ended with exit status 2, expected exit status 0"
    )


def test_a_program_that_is_not_there_gives_one_clear_line() -> None:
    page = Page("7-mine.md", f"```{{claim}} So.\n{SAME.replace('leaving', 'nowhere')}```\n")
    with pytest.raises(
        CannotJudge, match=r"^7-mine.md:1: there is no go_.*/guide/nowhere/main.go$"
    ):
        list(check([page]))


def test_results_that_cannot_be_kept_are_still_returned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "guide-results").write_text("no folder")
    monkeypatch.setenv("PARITY_CACHE_DIR", str(tmp_path))
    fields = claim("same", lines="1").fields
    assert [ran.stdout for ran in heard(fields, "py")] == ["main: done\nchild: done\n"]


def test_a_picture_is_one_that_the_command_draws() -> None:
    body = 'command = "parity bench{}"\npicture = "plots/memory.svg"\nlines = "go"\n'
    with pytest.raises(CannotJudge, match="is no picture that the command draws: want --plots DIR"):
        claim_of("so", body.format(""), "p:1")
    drawing = claim_of("so", body.format(" --plots plots"), "p:1")
    without = printed("go\n")
    assert broken(drawing, {"command": without}) == "command drew no plots/memory.svg"
    drawn = msgspec.structs.replace(without, picture="<svg/>")
    assert broken(drawing, {"command": drawn}) is None


def test_a_command_finds_the_files_of_its_claim_and_each_claim_its_own() -> None:
    body = 'command = "parity check run.txt"\nlines = "run"\n[files]\n"run.txt" = "{text}"\n'
    interrupted = (ROOT / "tests/traces/interrupted.txt").read_text().replace("\n", "\\n")
    told = [
        heard(claim_of("so", body.format(text=text), "p:1").fields, "command")[0].stdout
        for text in (interrupted, "hello\\n")
    ]
    assert "worker/finishes-its-job" in told[0]
    assert "worker/finishes-its-job" not in told[1]
    elsewhere = body.format(text="").replace('"run.txt" =', '"../run.txt" =')
    with pytest.raises(CannotJudge, match=r"'\.\./run\.txt' is no plain name of a file"):
        claim_of("so", elsewhere, "p:1")


def test_a_result_is_kept_only_while_its_claim_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = []

    def hear(_fields: ProgramFields, part: Part) -> Heard:
        ran.append(part)
        return printed("late\n" if len(ran) <= 2 else "1\n")

    monkeypatch.setattr(results, "hear", hear)
    monkeypatch.setattr(results, "cache_folder", lambda: tmp_path)
    page = Page("7-mine.md", f"# Is it?\n\n```{{claim}} It is.\n{SAME}```\n")
    held = [one.holds for _ in range(3) for one in check([page], afresh=False)]
    assert held == [False, True, True]
    assert len(ran) == 4


def test_each_of_the_runs_is_kept() -> None:
    fields = claim_of("so", SAME + "runs = 2\n", "p:1").fields
    assert heard(fields, "go") == heard(fields, "go")
    assert len(heard(fields, "go")) == 2


WHOLE_PROGRAMS = {"idiomatic": "another pool, with all flags of the contract: parity judges it"}
"""Programs without a Go twin, that may have more than 60 lines: commands run them as subjects."""

GUIDE_PROGRAMS = [
    path
    for path in [*GO_DIR.glob("guide/*/*.go"), *ROOT.glob("py_port/guide/*/[!_]*.py")]
    if path.parent.name not in WHOLE_PROGRAMS
]

SHORT = {
    "go_reference/guide/asleep/main.go": "one receive that nobody answers is all of a deadlock",
    "go_reference/guide/calling/main.go": "a plain call, and nothing beside it",
    "go_reference/guide/closures/main.go": "one loop of three goroutines: its variable is the point",
    "go_reference/guide/lastwords/main.go": "one deferred call, and an end that skips it",
    "go_reference/guide/unread/main.go": "the program ends, and that is its point",
}
"""Programs of less than 15 lines, each with its reason."""


def test_each_guide_program_is_short_and_narrow() -> None:
    short = set()
    for path in GUIDE_PROGRAMS:
        name = str(path.relative_to(ROOT))
        lines = path.read_text().expandtabs(4).splitlines()
        assert max(map(len, lines)) <= 80, name
        assert 10 <= len(lines) <= 60, name
        if len(lines) < 15:
            short.add(name)
    assert short == set(SHORT)


def test_a_whole_program_is_short_too() -> None:
    in_go, in_python = (
        {path.parent.name for path in folder.glob("guide/*/main.*")}
        for folder in (GO_DIR, ROOT / "py_port")
    )
    assert in_python - in_go == set(WHOLE_PROGRAMS)
    for program in WHOLE_PROGRAMS:
        for path in ROOT.glob(f"py_port/guide/{program}/*.py"):
            assert len(path.read_text().splitlines()) <= 100, path


def test_every_guide_program_has_a_claim() -> None:
    fields = [one.fields for page in pages() for one in claims(page)]
    ran = {
        (one.program, FILES[part])
        for one in fields
        if isinstance(one, ProgramFields)
        for part in one.parts
    }
    assert ran == {(path.parent.name, path.name) for path in GUIDE_PROGRAMS}
    commands = [one.command for one in fields if isinstance(one, CommandFields)]
    for program in WHOLE_PROGRAMS:
        assert any(f"python -m py_port.guide.{program}.main" in text for text in commands)


def test_a_command_s_python_is_the_one_that_runs_the_guide(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    pool = "python -m py_port.guide.idiomatic.main"
    command = f"parity run --jobs 0 --subject 'a={pool}' --subject 'b={pool}'"
    ran = hear(CommandFields(command=command, lines="parity holds"), "command")
    assert ran.stdout.endswith("parity holds\n"), ran.stderr


def test_a_pair_may_be_files_of_the_pools() -> None:
    assert source("worker/pool", "go") == GO_DIR / "worker/pool.go"
    assert source("guide/idiomatic/pool", "py") == ROOT / "py_port/guide/idiomatic/pool.py"
    with pytest.raises(CannotJudge, match=r"^there is no py_port/guide/worker/pool/plain"):
        source("worker/pool", "asyncio")
