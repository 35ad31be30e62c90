import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from text_fakes import evidence_of, make_article

from rag.answerer import Draft, QuotingAnswerer
from rag.composer import ComposingAnswerer, open_chat_model
from rag.errors import ChatModelError
from rag.reader import Reading
from rag.records import Answer, AnswerStatus, Article
from rag.settings import Settings

PORT = make_article("The port opened on Thursday. It cost 9 million dinars.", "port.txt")
BRIDGE = make_article("The bridge opened on Monday.", "bridge.txt")
FIRST, SECOND, THIRD = (
    evidence_of(PORT, "The port opened on Thursday.", 0.6),
    evidence_of(PORT, "It cost 9 million dinars.", 0.3),
    evidence_of(BRIDGE, "The bridge opened on Monday.", 0.1),
)


def find_article(article_id: str) -> Article:
    return {"port.txt": PORT, "bridge.txt": BRIDGE}[article_id]


def answer_with(model: GenericFakeChatModel, *, confidence: float = 0.9) -> Answer:
    quoting = QuotingAnswerer(find_article=find_article, min_confidence=0.2, max_quotes=3)
    draft = Draft(
        question="When did the port open?",
        query="When did the port open?",
        language="en",
        hits=(),
        reading=Reading(evidence=(FIRST, SECOND, THIRD), confidence=confidence),
        timings_ms={},
    )
    *_, answer = ComposingAnswerer(model=model, find_article=find_article, quoting=quoting).answer(draft)
    return answer


def compose(written: str) -> Answer:
    return answer_with(GenericFakeChatModel(messages=iter([AIMessage(content=written)])))


def test_a_composed_sentence_keeps_the_citation_it_names() -> None:
    answer = compose("The port was opened on a Thursday [1].")
    assert answer.text == "The port was opened on a Thursday [1]."
    assert [citation.quote for citation in answer.citations] == [FIRST.text]


def test_markers_are_numbered_in_the_order_they_appear() -> None:
    answer = compose("The bridge opened on Monday [3]. The port opened on Thursday [1].")
    assert answer.text == "The bridge opened on Monday [1]. The port opened on Thursday [2]."
    assert [citation.article_id for citation in answer.citations] == ["bridge.txt", "port.txt"]


def test_a_marker_behind_the_full_stop_belongs_to_the_sentence_before() -> None:
    answer = compose("The port opened on Thursday. [1] It cost 9 million. [2]")
    assert [citation.quote for citation in answer.citations] == [FIRST.text, SECOND.text]
    assert answer.dropped_sentences == ()


def test_a_sentence_without_a_marker_is_dropped_and_counted() -> None:
    answer = compose("The port opened on Thursday [1]. Everyone was pleased.")
    assert answer.text == "The port opened on Thursday [1]."
    assert answer.dropped_sentences == ("Everyone was pleased.",)


def test_a_figure_that_the_cited_sentence_does_not_hold_drops_the_sentence() -> None:
    answer = compose("The port opened on Thursday [1]. It cost 90 million dinars [2].")
    assert "90" not in answer.text
    assert len(answer.dropped_sentences) == 1


def test_an_invented_marker_is_reported_and_not_shown() -> None:
    answer = compose("The port opened on Thursday [1]. It is large [8].")
    assert answer.unknown_markers == ("[8]",)
    assert "[8]" not in answer.text


@pytest.mark.parametrize("written", ["NONE", "", "It opened some time ago."])
def test_the_answer_is_quoted_where_nothing_composed_is_supported(written: str) -> None:
    assert compose(written).text.startswith(FIRST.text)


def test_the_answer_is_quoted_when_the_model_fails() -> None:
    out_of_messages = GenericFakeChatModel(messages=iter([]))
    assert answer_with(out_of_messages).text.startswith(f"{FIRST.text} [1]")


def test_the_model_is_not_asked_where_the_articles_do_not_say() -> None:
    messages = iter([AIMessage(content="The port opened on Thursday [1].")])
    answer = answer_with(GenericFakeChatModel(messages=messages), confidence=0.1)
    assert answer.status is AnswerStatus.UNANSWERABLE
    assert next(messages, None) is not None, "the model took its message"


def test_an_unknown_chat_model_is_one_line_that_names_the_setting() -> None:
    with pytest.raises(ChatModelError, match="MASDAR_CHAT_MODEL") as caught:
        open_chat_model(Settings(chat_model="nobody:nothing"))
    assert "\n" not in str(caught.value)
