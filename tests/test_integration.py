"""The whole with the real encoder: over the articles shipped, and over those handed out where they lie beside it."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.assistant import Assistant, open_assistant
from rag.encoder import open_encoder
from rag.fairness import NO_MEANS, means_for
from rag.index_state import index_info
from rag.indexer import bring_in_step
from rag.records import Answer, AnswerStatus
from rag.settings import Settings

pytestmark = pytest.mark.model

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
QUESTIONS = SHARED / "eval" / "seed_questions_dev.jsonl"

# For each question, the articles that answer it; several where the corpus tells it in several languages.
SHIPPED = {
    "ما الطراز الذي قصفت به الطائرات الروسية المسلحين في إدلب؟": ("ar/turkish-losses-akar-idlib.md",),
    "من هو وزير الدفاع التركي الذي لا يريد مواجهة مع العسكريين الروس في إدلب؟": ("ar/turkish-losses-akar-idlib.md",),
    "Which newspaper reported a hotline between Russia and Israel on strikes in Syria?": (
        "en/israel-hayom-hotline-russia.txt",
        "he/putin-bennett-sochi.md",
    ),
    "Which operations room vowed to respond to the strike near Palmyra?": ("en/allies-of-syria-statement-palmyra.md",),
    "Сколько сирийских военнослужащих погибло с начала декабря 2019 года по словам Захаровой?": (
        "ru/zakharova-sochinskiy-memorandum-idlib.txt",
        "ar/zakharova-idlib-memorandum.md",
    ),
    "Как Песков назвал турецкую операцию в Идлибе?": ("ru/lavrov-peskov-turciya-idlib.md",),
    "מתי החל התיאום הביטחוני בין רוסיה לישראל בסוריה?": (
        "he/russian-embassy-coordination-militias.md",
        "ar/russian-embassy-security-coordination.md",
    ),
    "מי תיאר את היחסים בין רוסיה לישראל כיחסים ייחודיים המושתתים על אמון הדדי?": ("he/putin-bennett-sochi.md",),
}
OFF_TOPIC = [
    "How many goals did Lionel Messi score for Barcelona?",
    "ما هي عاصمة البيرو؟",
    "Какая температура плавления вольфрама?",
    "כמה ירחים יש לכוכב הלכת צדק?",
]


def settings_over(data_dir: Path, index_dir: Path) -> Settings:
    return Settings(data_dir=data_dir, index_dir=index_dir)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_assistant(settings_over(ROOT / "data", tmp_path_factory.mktemp("shipped") / "index"))


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    if not (SHARED / "articles").is_dir() or not QUESTIONS.is_file():
        pytest.skip(f"the articles handed out are not in {SHARED}")
    return open_assistant(settings_over(SHARED / "articles", tmp_path_factory.mktemp("handed_out") / "index"))


def assert_citations_resolve(answer: Answer, assistant: Assistant) -> None:
    """Laws 2 and 4."""
    assert bool(answer.citations) == (answer.status is AnswerStatus.ANSWERED)
    assert answer.unknown_markers == ()
    for citation in answer.citations:
        text = assistant.article(citation.article_id).text
        assert citation.quote == text[citation.start : citation.end]
        assert citation.start_line == text[: citation.start].count("\n") + 1
        assert f"[{citation.marker}]" in answer.text
    if answer.citations:
        assert all(paragraph.rstrip().endswith("]") for paragraph in answer.text.split("\n\n"))


def first_articles(assistant: Assistant, questions: Sequence[str]) -> dict[str, str]:
    found = {}
    for question in questions:
        answer = assistant.ask(question)
        assert_citations_resolve(answer, assistant)
        found[question] = answer.citations[0].article_id if answer.citations else "none"
    return found


def test_a_question_in_each_language_cites_the_right_article_first(shipped: Assistant) -> None:
    found = first_articles(shipped, list(SHIPPED))
    assert {question: name for question, name in found.items() if name not in SHIPPED[question]} == {}


def test_a_question_the_articles_do_not_answer_is_refused_in_every_language(shipped: Assistant) -> None:
    assert first_articles(shipped, OFF_TOPIC) == dict.fromkeys(OFF_TOPIC, "none")


def test_a_question_finds_its_article_in_another_language(shipped: Assistant) -> None:
    (hit, *_) = shipped.retrieve("On which projects in nuclear energy did Putin and Sisi speak?")
    assert hit.passage.article_id == "ar/putin-sisi-call-nuclear-energy.md"


def test_every_passage_of_the_shipped_articles_is_its_span_and_its_quotation_is_found(shipped: Assistant) -> None:
    for source in shipped.sources():
        article = shipped.article(source.article_id)
        (opening,) = shipped.lookup(source.article_id)
        assert opening.quote == article.text[opening.start : opening.end]
        assert source.article_id in {citation.article_id for citation in shipped.lookup(opening.quote)}


def test_nothing_of_the_shipped_folder_is_left_out_and_opening_again_encodes_nothing(shipped: Assistant) -> None:
    assert shipped.report is not None
    files = {path for path in (ROOT / "data").rglob("*.*") if path.is_file() and path.stem != "README"}
    assert (shipped.report.articles, shipped.report.skipped) == (len(files), ())
    assert index_info(shipped.settings).state == "ready"
    assert bring_in_step(shipped.settings, open_encoder(shipped.settings)).encoded_passages == 0


def test_the_shipped_language_means_are_those_of_the_default_encoder(shipped: Assistant) -> None:
    encoder = open_encoder(shipped.settings)
    means = means_for(encoder.fingerprint)
    assert means is not NO_MEANS
    for one in (means.passages, means.queries):
        assert {"ar", "en", "ru", "he"} <= set(one)
        assert {mean.shape for mean in one.values()} == {(encoder.dimensions,)}


def test_questions_over_the_articles_handed_out_cite_what_resolves_and_mostly_the_right_article(
    handed_out: Assistant,
) -> None:
    lines = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines() if line.strip()]
    right = wrong = 0
    for line in lines:
        *before, question = line["turns"]
        answer = handed_out.ask(question, tuple((turn, "") for turn in before))
        assert_citations_resolve(answer, handed_out)
        expected = {line.get("article"), *(line.get("articles") or ())} - {None}
        if expected and answer.citations:
            right += answer.citations[0].article_id in expected
            wrong += answer.citations[0].article_id not in expected
    assert right > 3 * wrong
    assert right >= sum(bool(line.get("article") or line.get("articles")) for line in lines) / 2
