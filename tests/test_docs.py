import re
from pathlib import Path

from rag import errors
from rag.settings import Settings, settings_table

ROOT = Path(__file__).parents[1]


def test_the_settings_page_is_what_the_settings_say() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert settings_table() in page


def test_every_setting_has_a_line_with_its_variable() -> None:
    for name in Settings.model_fields:
        assert f"`MASDAR_{name.upper()}`" in settings_table()


def test_every_error_has_its_remedy_in_the_errors_page() -> None:
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    abstract = {"MasdarError", "IndexStateError"}
    defined = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.MasdarError)
    }
    assert named == defined - abstract


def test_every_pinned_package_earns_its_line_in_the_dependencies_page() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for file in (
        "requirements.txt",
        "requirements-dev.txt",
        "benchmarks/requirements.txt",
        "benchmarks/requirements-alone.txt",
        "benchmarks/requirements-engines.txt",
    ):
        for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
            if line and line[0] not in "#-":
                name, _, version = line.partition("==")
                assert version, f"{line} in {file} is not pinned"
                assert f"| {name} {version} |" in page, f"{line} in {file} has no line in docs/dependencies.md"


def test_every_decision_has_a_number_of_its_own_and_begins_with_it() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").iterdir())
    assert [decision.name[:5] for decision in decisions] == [f"{at:04}-" for at in range(1, len(decisions) + 1)]
    for number, decision in enumerate(decisions, start=1):
        assert decision.read_text(encoding="utf-8").startswith(f"# {number}. ")


def test_a_link_to_a_decision_is_called_by_its_number() -> None:
    called = r"\[(?:decision\s)?(\d+)\]\((?:decisions/)?(\d{4})-"
    links = [found for page in (ROOT / "docs").rglob("*.md") for found in re.findall(called, page.read_text("utf-8"))]
    assert links
    assert [(said, number) for said, number in links if int(said) != int(number)] == []


def test_no_document_links_to_a_file_that_is_not_there() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
