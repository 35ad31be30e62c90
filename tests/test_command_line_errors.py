"""What a command cannot do it says in one clear line on standard error, with the exit code for it; help shows how."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import HARBOUR
from shared_fixtures import Run

from rag.__main__ import EXIT_ERROR, EXIT_OK, EXIT_USAGE, main

ROOT = Path(__file__).parents[1]
COMMANDS = ["prepare", "build", "ask", "retrieve", "lookup", "sources", "info", "evaluate", "serve"]


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [
        ("--language", "xx", "'xx'"),
        ("--article", "none/", "'none/'"),
        ("--since", "yesterday", "'yesterday' is no date"),
        ("--since", "2022-13", "'2022-13' is no date"),
        ("--until", "2022-02-30", "'2022-02-30' is no date"),
        ("--since", "0000", "'0000' is no date"),
    ],
)
def test_a_filter_that_cannot_be_is_wrong_usage_in_one_line(
    run: Run, capsys: pytest.CaptureFixture[str], option: str, value: str, named: str
) -> None:
    run("build")
    try:
        code, _, err = run("retrieve", "bridge", option, value)
    except SystemExit as error:
        code, err = int(str(error.code)), capsys.readouterr().err
    assert code == EXIT_USAGE
    assert named in err.splitlines()[-1]


def one_line(code: int, err: str, *named: str) -> int:
    [line] = err.splitlines()
    assert line.startswith("masdar: ")
    for part in named:
        assert part in line
    return code


def test_a_missing_data_folder_is_one_line_and_exit_one(run: Run) -> None:
    code, out, err = run("build", "--data", "nowhere")
    assert one_line(code, err, "nowhere") == EXIT_ERROR == 1
    assert out == ""


def test_a_data_folder_that_is_a_file_is_one_line_and_exit_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    code, _, err = run("ask", HARBOUR, "--data", "file", "--index", "other")
    assert one_line(code, err, "file") == EXIT_ERROR


def test_a_bad_question_set_is_one_line_that_names_its_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_text("\nnot json\n", encoding="utf-8")
    code, _, err = run("evaluate", "questions.jsonl")
    assert one_line(code, err, "questions.jsonl", "line 2") == EXIT_ERROR


@pytest.mark.parametrize(
    ("variable", "value"),
    [("MASDAR_NO_SUCH_THING", "1"), ("MASDAR_TOP_K", "0"), ("MASDAR_TOP_K", "many"), ("MASDAR_MIN_CONFIDENCE", "2")],
)
def test_a_setting_that_is_unknown_or_out_of_bounds_is_one_line_and_exit_two(
    run: Run, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    code, _, err = run("info")
    name = variable if variable == "MASDAR_NO_SUCH_THING" else variable.removeprefix("MASDAR_").lower()
    assert one_line(code, err, name) == EXIT_USAGE == 2


def test_an_unknown_setting_in_the_file_is_one_line_and_exit_two(run: Run, tmp_path: Path) -> None:
    (tmp_path / "masdar.toml").write_text("no_such_thing = 1\n", encoding="utf-8")
    code, _, err = run("info")
    assert one_line(code, err, "no_such_thing") == EXIT_USAGE


@pytest.mark.parametrize("top_k", ["0", "-3"])
def test_retrieving_less_than_one_hit_is_refused_with_exit_two(run: Run, top_k: str) -> None:
    code, _, err = run("retrieve", "bridge", "--top-k", top_k)
    assert one_line(code, err, "--top-k") == EXIT_USAGE


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["ask"], ["retrieve", "x", "--top-k", "many"], ["ask", "x", "--no"]]
)
def test_wrong_usage_exits_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == EXIT_USAGE
    assert "error:" in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_each_command_shows_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == EXIT_OK
    assert f"example:\n  python -m rag {command}" in capsys.readouterr().out


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    out = capsys.readouterr().out
    assert [command for command in COMMANDS if f"\n  {command}" in out or f"    {command} " in out] == COMMANDS


def test_where_output_is_not_utf8_by_default_arabic_is_written_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "أخبار").mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MASDAR_", "LC_", "LANG"))}
    done = subprocess.run(
        [sys.executable, "-m", "rag", "info", "--json", "--index", str(tmp_path / "أخبار" / "فهرس")],
        capture_output=True,
        cwd=ROOT,
        env={**environment, "PYTHONIOENCODING": "ascii"},
        timeout=60,
        check=False,
    )
    assert done.returncode == EXIT_OK, done.stderr
    assert "فهرس" in done.stdout.decode("utf-8")


def test_serving_to_others_without_a_password_is_warned_of_in_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.web.serve", lambda assistant, on_ready: on_ready("http://served"))
    for host, secret, warned in (("0.0.0.0", "", 1), ("127.0.0.1", "", 0), ("0.0.0.0", "x", 0)):  # noqa: S104
        monkeypatch.setenv("MASDAR_PASSWORD", secret)
        code, out, err = run("serve", "--host", host)
        assert (code, "http://served" in out) == (0, True)
        warnings = [line for line in err.splitlines() if line.startswith("masdar: ")]
        assert len(warnings) == warned
        assert all("MASDAR_PASSWORD" in line and host in line for line in warnings)
