"""The map of the passages: like stands near like, the same each time, and a question among what was found for it."""

from pathlib import Path

import numpy as np
import pytest
from fakes import KeywordEncoder, make_settings, write_articles

from rag.corpus_map import FEWEST_PASSAGES, CorpusMap, MapKeeper
from rag.errors import IndexMissing
from rag.indexer import bring_in_step
from rag.settings import Settings
from rag.store import Store

TOPICS = ("bridge", "budget", "harbour", "museum")
EACH = 10


def about(topic: str, number: int) -> str:
    others = " ".join(f"{topic[0]}{number}{place}" for place in range(3))
    return f"The {topic} number {number}\n\nThis is about the {topic}, and the {topic} only: {others}.\n"


ARTICLES = {f"{topic}/{number}.txt": about(topic, number) for topic in TOPICS for number in range(EACH)}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = make_settings(tmp_path_factory.mktemp("map"), ARTICLES)
    bring_in_step(settings, KeywordEncoder())
    return settings


@pytest.fixture(scope="module")
def keeper(settings: Settings) -> MapKeeper:
    return MapKeeper(settings.index_dir)


def places_of(drawn: CorpusMap, topic: str) -> np.ndarray:
    return np.array([(each.x, each.y) for each in drawn.passages if each.article_id.startswith(topic)])


def passage_ids(settings: Settings, topic: str) -> list[str]:
    store = Store.open(settings.index_dir)
    return [passage.passage_id for number in range(3) for passage in store.article_passages(f"{topic}/{number}.txt")]


def test_every_passage_has_a_place_on_the_plane_and_says_where_it_is_from(
    settings: Settings, keeper: MapKeeper
) -> None:
    drawn = keeper.map()
    assert {each.article_id for each in drawn.passages} == set(ARTICLES)
    assert drawn.total == len(drawn.passages)
    assert all(0 <= each.x <= 1 and 0 <= each.y <= 1 for each in drawn.passages)
    store = Store.open(settings.index_dir)
    for each in drawn.passages:
        spans = [(passage.start, passage.end) for passage in store.article_passages(each.article_id)]
        assert (each.start, each.end) in spans


def test_passages_on_one_topic_stand_nearer_to_each_other_than_to_those_on_others(keeper: MapKeeper) -> None:
    drawn = keeper.map()
    nearest_is_alike = []
    for topic in TOPICS:
        own = places_of(drawn, topic)
        others = np.concatenate([places_of(drawn, other) for other in TOPICS if other != topic])
        for index, place in enumerate(own):
            to_own = np.linalg.norm(np.delete(own, index, axis=0) - place, axis=1).min()
            nearest_is_alike.append(to_own < np.linalg.norm(others - place, axis=1).min())
    assert np.mean(nearest_is_alike) > 0.9


def test_the_same_index_gives_the_same_map_and_is_drawn_once(settings: Settings, keeper: MapKeeper) -> None:
    assert keeper.map() is keeper.map()
    again = MapKeeper(settings.index_dir).map()
    assert again is not keeper.map()
    assert again == keeper.map()


def test_a_large_index_is_shown_by_a_sample_from_all_over_it(settings: Settings) -> None:
    drawn = MapKeeper(settings.index_dir, most_passages=20).map()
    assert len(drawn.passages) == 20
    assert drawn.total >= len(ARTICLES)
    assert all(len(places_of(drawn, topic)) >= 3 for topic in TOPICS)


def test_a_question_stands_among_the_passages_found_for_it_shown_or_not(settings: Settings) -> None:
    for most in (20, 1000):
        keeper = MapKeeper(settings.index_dir, most_passages=most)
        placed = keeper.place(passage_ids(settings, "budget"))
        assert placed is not None
        assert [each.passage.passage_id for each in placed.passages] == passage_ids(settings, "budget")
        centres = {topic: places_of(keeper.map(), topic).mean(axis=0) for topic in TOPICS}
        to_centres = {topic: float(np.hypot(*(centre - (placed.x, placed.y)))) for topic, centre in centres.items()}
        assert min(to_centres, key=to_centres.__getitem__) == "budget"


def test_a_passage_that_is_shown_keeps_its_place_when_a_question_is_placed(
    settings: Settings, keeper: MapKeeper
) -> None:
    shown = {(each.article_id, each.start): (each.x, each.y) for each in keeper.map().passages}
    placed = keeper.place(passage_ids(settings, "museum"))
    assert placed is not None
    for each in placed.passages:
        assert (each.x, each.y) == pytest.approx(shown[each.passage.article_id, each.passage.start])


def test_a_question_whose_passages_are_gone_has_no_place(keeper: MapKeeper) -> None:
    assert keeper.place(["gone.txt#0-9", "\ud800"]) is None
    assert keeper.place([]) is None


def test_a_new_generation_is_drawn_anew(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, dict(list(ARTICLES.items())[:6]))
    bring_in_step(settings, KeywordEncoder())
    keeper = MapKeeper(settings.index_dir)
    before = keeper.map()
    write_articles(settings.data_dir, {"new.txt": about("museum", 99)})
    bring_in_step(settings, KeywordEncoder())
    after = keeper.map()
    assert "new.txt" in {each.article_id for each in after.passages}
    assert before.generation != after.generation


@pytest.mark.parametrize("count", [0, FEWEST_PASSAGES - 1, FEWEST_PASSAGES])
def test_too_few_passages_make_no_map(tmp_path: Path, count: int) -> None:
    settings = make_settings(tmp_path, dict(list(ARTICLES.items())[:count]))
    bring_in_step(settings, KeywordEncoder())
    drawn = MapKeeper(settings.index_dir).map()
    assert drawn.total == count
    assert len(drawn.passages) == (count if count >= FEWEST_PASSAGES else 0)


def test_passages_that_all_say_the_same_are_still_drawn(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, {f"{number}.txt": "bridge\n" for number in range(15)})
    bring_in_step(settings, KeywordEncoder())
    drawn = MapKeeper(settings.index_dir).map()
    assert len(drawn.passages) == drawn.total
    assert np.isfinite([(each.x, each.y) for each in drawn.passages]).all()


def test_without_an_index_there_is_no_map(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        MapKeeper(tmp_path).map()
