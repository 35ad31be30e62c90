"""What the README shows is what happens."""

import re
from pathlib import Path

import pytest

from rag.__main__ import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def shown_commands() -> list[tuple[str, str]]:
    """Each question asked in the README, and what is printed below it."""
    found = re.findall(r'    \$ \.venv/bin/python -m rag ask "(.+)"\n((?:    .*\n|\n)+)', README)
    return [(question, re.sub(r"^    ", "", output, flags=re.MULTILINE).strip()) for question, output in found]


@pytest.mark.model
@pytest.mark.parametrize(("question", "output"), shown_commands())
def test_the_readme_shows_the_real_answer(
    question: str,
    output: str,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    index_dir = tmp_path_factory.getbasetemp() / "readme-index"
    main(["ask", question, "--index", str(index_dir)])
    assert capsys.readouterr().out.strip().startswith(output)


def test_the_readme_shows_an_answer_and_a_silence() -> None:
    assert len(shown_commands()) == 2


def test_every_make_target_of_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^ +make ([a-z-]+)", README, re.MULTILINE))
    assert targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target} is not in the Makefile"


def test_the_readme_fits_one_screen() -> None:
    assert len(README.splitlines()) <= 65
