"""Turns → what the conversation shows of them, each text as it is and never as markup."""

import datetime
import html
import re
from dataclasses import replace

import pytest
from web_fakes import ARABIC_ID, ARABIC_QUOTE, ENGLISH_QUOTE, HOSTILE_QUOTE, FakeAssistant, text_of

from rag.records import AnswerForm
from rag.web.chat import Failure, Turn, TurnState
from rag.web.escaping import literal, path_html
from rag.web.markup import question_html, turn_html
from rag.web.plain_answer import plain_answer
from rag.web.strings import STRINGS
from rag.web.wording import counted

ENGLISH = STRINGS["en"]


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


def complete(assistant: FakeAssistant, question: str) -> Turn:
    return Turn(question=question, answer=assistant.answer(question), state=TurnState.COMPLETE)


def buttons(markup: str, name: str) -> list[str]:
    return [html.unescape(value) for value in re.findall(rf'class="{name}" value="([^"]*)"', markup)]


@pytest.mark.parametrize("text", [HOSTILE_QUOTE, "a\n\nb\r\n# c", "*_`~|\\ <b>&amp; $$x$$ www.evil.example\0"])
def test_text_is_shown_as_it_is_and_is_never_markup(text: str) -> None:
    shown = literal(text)
    assert html.unescape(shown) == text.replace("\0", "")
    assert not set(re.sub(r"&#\d+;", "", shown)) & set("<>\"'`*_[]()!|~$:@#&{}\\\n")


def test_each_marker_becomes_a_button_and_a_bracket_in_a_quote_does_not(assistant: FakeAssistant) -> None:
    turn = complete(assistant, "الجسر")
    markup = turn_html(turn, "ar")
    assert turn.answer is not None
    expected = [f"{each.article_id}:{each.start}:{each.end}" for each in turn.answer.citations]
    assert buttons(markup, "cite") == expected
    assert buttons(markup, "source") == expected
    assert "موقعها [3]." in text_of(markup)
    assert 'class="answer answered"' in markup


def test_the_short_answer_is_set_off_inside_the_quotation(assistant: FakeAssistant) -> None:
    markup = turn_html(complete(assistant, "الجسر"), "ar")
    assert re.findall(r'<strong class="span">(.*?)</strong>', markup) == ["4.5 مليون دولار"]


def test_a_part_of_a_number_is_not_set_off(assistant: FakeAssistant) -> None:
    answer = replace(assistant.answer("library"), short_answer="200")
    markup = turn_html(Turn(question="?", answer=replace(answer, short_answer="20"), state=TurnState.COMPLETE), "en")
    assert 'class="span"' not in markup


def test_each_quotation_runs_in_its_own_direction(assistant: FakeAssistant) -> None:
    citations = (assistant.citation(1, ARABIC_ID, ARABIC_QUOTE), assistant.answer("library").citations[0])
    citations = (citations[0], replace(citations[1], marker=2))
    text = "\n\n".join(f"{each.quote} [{each.marker}]" for each in citations)
    answer = replace(assistant.answer("الجسر"), citations=citations, text=text)
    markup = turn_html(Turn(question="?", answer=answer, state=TurnState.COMPLETE), "en")
    assert re.findall(r'<p dir="(\w+)"', markup) == ["rtl", "ltr"]


def test_sentences_of_one_paragraph_stay_together(assistant: FakeAssistant) -> None:
    answer = assistant.answer("الجسر")
    text = " ".join(f"{each.quote} [{each.marker}]" for each in answer.citations)
    markup = turn_html(Turn(question="?", answer=replace(answer, text=text), state=TurnState.COMPLETE), "en")
    assert len(re.findall(r'<p dir="\w+" lang="ar">', markup)) == 1


def differing(assistant: FakeAssistant) -> Turn:
    return complete(assistant, "do they differ?")


def test_the_span_of_a_citation_is_set_off_and_the_short_answer_stands_first(assistant: FakeAssistant) -> None:
    markup = turn_html(differing(assistant), "en")
    assert re.findall(r'<strong class="span">(.*?)</strong>', markup) == ["18,200 books"]
    assert markup.index('class="brief"') < markup.index('class="span"')


def test_a_short_answer_that_is_the_whole_quotation_is_not_said_twice(assistant: FakeAssistant) -> None:
    answer = assistant.answer("library")
    turn = Turn(question="?", answer=replace(answer, short_answer=ENGLISH_QUOTE), state=TurnState.COMPLETE)
    markup = turn_html(turn, "en")
    assert 'class="brief"' not in markup
    assert 'class="span"' not in markup


def test_each_value_that_sources_disagree_on_is_named_once_with_all_its_markers(assistant: FakeAssistant) -> None:
    differ = turn_html(differing(assistant), "en").partition('class="differ"')[2].partition("</section>")[0]
    assert re.findall(r'class="value">([^<]*)<', differ) == ["18,200", "4.5"]
    assert len(buttons(differ, "cite")) == 3


def test_a_comparison_names_the_article_and_its_date_above_its_words(assistant: FakeAssistant) -> None:
    answer = assistant.answer("الجسر")
    citations = tuple(replace(each, published=datetime.date(2022, 3, 5)) for each in answer.citations)
    plain = replace(answer, citations=citations)
    compared = replace(plain, form=AnswerForm.COMPARISON)
    fact, comparison = (
        turn_html(Turn(question="q", answer=each, state=TurnState.COMPLETE), "en") for each in (plain, compared)
    )
    assert 'class="origin"' not in fact
    origin = re.search(r'<p class="origin">(.*?)</p>', comparison)
    assert origin is not None
    assert answer.citations[0].title in text_of(origin.group(1))
    assert "2022" in text_of(origin.group(1))


def test_only_a_quotation_in_another_language_than_the_question_says_which(assistant: FakeAssistant) -> None:
    assert turn_html(differing(assistant), "fr").count('class="tongue"') == 2
    assert "Citation : arabe" in text_of(turn_html(differing(assistant), "fr"))
    assert 'class="tongue"' not in turn_html(complete(assistant, "library"), "fr")


def test_sentences_left_out_are_counted(assistant: FakeAssistant) -> None:
    assert counted(ENGLISH.dropped_sentences, 2, "en") in text_of(turn_html(differing(assistant), "en"))


@pytest.mark.parametrize(
    ("confidence", "said"),
    [(0.95, ENGLISH.confidence_high), (0.6, ENGLISH.confidence_medium), (0.3, ENGLISH.confidence_low)],
)
def test_confidence_is_said_in_words(assistant: FakeAssistant, confidence: float, said: str) -> None:
    answer = replace(assistant.answer("library"), confidence=confidence)
    shown = text_of(turn_html(Turn(question="?", answer=answer, state=TurnState.COMPLETE), "en"))
    others = {ENGLISH.confidence_high, ENGLISH.confidence_medium, ENGLISH.confidence_low} - {said}
    assert said in shown
    assert not any(other in shown for other in others)


def test_a_question_back_is_no_answer_and_offers_its_suggestions(assistant: FakeAssistant) -> None:
    markup = turn_html(complete(assistant, "which?"), "en")
    assert 'class="answer unclear"' in markup
    assert buttons(markup, "offer") == ["How many books did the library lend?", "كم بلغت كلفة الجسر؟"]
    assert not buttons(markup, "cite")


def test_a_suggestion_runs_as_its_own_words_do_and_not_as_a_title_in_it(assistant: FakeAssistant) -> None:
    question = "What does the article “פוטין נפגש עם בנט בסוצ'י ודיבר על אינטרסים משותפים” say about Bennett?"
    answer = replace(assistant.answer("which?"), suggestions=(question,))
    markup = turn_html(Turn(question="?", answer=answer, state=TurnState.COMPLETE), "en")
    (offer,) = re.findall(r'<button type="button" class="offer".*?</button>', markup)
    assert 'dir="ltr"' in offer
    assert "<bdi>פוטין" in offer
    assert text_of(offer) == question


def test_what_is_set_off_begins_at_its_first_letter(assistant: FakeAssistant) -> None:
    answer = assistant.answer("library")
    (cited,) = answer.citations
    start = cited.start + cited.quote.index(" ")
    answer = replace(answer, citations=(replace(cited, span=(start, start + 8)),))
    markup = turn_html(Turn(question="?", answer=answer, state=TurnState.COMPLETE), "en")
    assert re.findall(r'<strong class="span">(.*?)</strong>', markup) == [cited.quote[cited.quote.index(" ") :][1:8]]


@pytest.mark.parametrize(("question", "direction"), [("كلفة الجسر؟", "rtl"), ("library", "ltr")])
def test_a_number_alone_stands_where_its_quotation_begins(
    assistant: FakeAssistant, question: str, direction: str
) -> None:
    answer = replace(assistant.answer(question), short_answer="2015")
    markup = turn_html(Turn(question=question, answer=answer, state=TurnState.COMPLETE), "en")
    assert f'<p class="brief" dir="{direction}"><strong>2015</strong>' in markup


@pytest.mark.parametrize(("words", "is_set_off"), [("18,200 books", True), ("the library", False)])
def test_other_words_than_the_answers_are_not_set_off_in_a_further_quotation(
    assistant: FakeAssistant, words: str, is_set_off: bool
) -> None:
    answer = assistant.answer("library")
    (first,) = answer.citations
    quote = "In all, 18,200 books left the library."
    span = quote.index(words), quote.index(words) + len(words)
    second = replace(first, marker=2, start=0, end=len(quote), quote=quote, span=span)
    answer = replace(
        answer, text=f"{answer.text}\n\n{quote} [2]", citations=(first, second), short_answer="18,200", disagreements=()
    )
    markup = turn_html(Turn(question="?", answer=answer, state=TurnState.COMPLETE), "en")
    assert (f'<strong class="span">{words}</strong>' in markup) == is_set_off


def test_what_is_copied_is_plain_and_names_each_source(assistant: FakeAssistant) -> None:
    answer = assistant.answer("do they differ?")
    text = plain_answer(answer, "en")
    assert text.startswith("18,200 books\n\n" + ENGLISH_QUOTE)
    for citation in answer.citations:
        assert f"[{citation.marker}] {citation.title}" in text
    assert "line 61" in text
    assert buttons(turn_html(differing(assistant), "en"), "act copy") == [text]


def test_turns_carry_their_number_for_what_is_done_with_them(assistant: FakeAssistant) -> None:
    markup = question_html("library", 7, "en") + turn_html(complete(assistant, "library"), "en", 7)
    for act in ("edit", "undo", "retry", "good", "bad"):
        assert buttons(markup, f"act {act}") == ["7"]


def test_a_thumb_that_was_given_is_shown(assistant: FakeAssistant) -> None:
    markup = turn_html(replace(complete(assistant, "library"), liked=False), "en")
    assert buttons(markup, "act bad pressed") == ["0"]
    assert buttons(markup, "act good") == ["0"]


def test_a_draft_is_not_yet_an_answer_and_hides_half_a_marker(assistant: FakeAssistant) -> None:
    answer = replace(assistant.answer("library"), text="The harbour library lent [1")
    markup = turn_html(Turn(question="?", answer=answer), "en")
    assert 'class="answer draft busy"' in markup
    assert "[1" not in text_of(markup)


def test_an_abstention_shows_the_closest_passages_and_cites_nothing(assistant: FakeAssistant) -> None:
    markup = turn_html(complete(assistant, "who?"), "en")
    assert 'class="answer unanswerable"' in markup
    assert ENGLISH.closest in text_of(markup)
    assert len(buttons(markup, "closest")) == 3
    assert not buttons(markup, "cite")


def test_an_abstention_in_another_language_is_named_in_the_readers(assistant: FakeAssistant) -> None:
    turn = complete(assistant, "who?")
    assert STRINGS["ar"].unanswerable in text_of(turn_html(turn, "ar"))
    assert ENGLISH.unanswerable not in text_of(turn_html(turn, "en"))


def test_what_the_buttons_name_is_not_said_twice(assistant: FakeAssistant) -> None:
    answer = assistant.answer("who?")
    titles = ", ".join(hit.passage.title for hit in answer.hits)
    turn = Turn(question="who?", answer=replace(answer, text=f"The articles do not say.\nClosest: {titles}"))
    markup = turn_html(replace(turn, state=TurnState.COMPLETE), "en")
    assert '<p dir="ltr">The articles do not say.</p>' in markup
    assert text_of(markup).count(answer.hits[0].passage.title) == 1


def test_the_sources_name_each_article_once(assistant: FakeAssistant) -> None:
    markup = turn_html(complete(assistant, "الجسر"), "ar")
    assert markup.count('class="title"') == 1
    assert len(buttons(markup, "source")) == 2


def test_nothing_of_a_hostile_article_becomes_an_element(assistant: FakeAssistant) -> None:
    question = "hostile <img src=x onerror=alert(1)> ![x](https://evil.example/x.png)"
    markup = turn_html(complete(assistant, question), "en") + question_html(question, 0, "en")
    assert set(re.findall(r"<(\w+)", markup)) <= {
        "div",
        "p",
        "button",
        "span",
        "section",
        "h3",
        "ul",
        "li",
        "bdi",
        "details",
        "summary",
    }
    assert HOSTILE_QUOTE in text_of(markup)
    assert "\n" not in markup


@pytest.mark.parametrize("language", STRINGS)
@pytest.mark.parametrize("failure", Failure)
def test_a_failure_is_told_in_the_readers_language(language: str, failure: Failure) -> None:
    turn = Turn(question="?", state=TurnState.FAILED, failure=failure, details="<vectors.npy> is damaged.")
    markup = turn_html(turn, language)
    assert STRINGS[language].failed in text_of(markup)
    assert "<vectors.npy> is damaged." in text_of(markup)


def test_a_path_keeps_its_text_and_its_order() -> None:
    assert text_of(path_html("أخبار/جسر.md")) == "أخبار/جسر.md"
    assert path_html("a/b").count('<bdi dir="ltr"') == 3
