"""A task of the retrieval benchmark: each paragraph speaks of one topic, each question asks about one."""

from benchmarks.retrieval.sets import Paragraph, Query, Task

TOPICS = ("bridge", "budget", "harbour", "museum")


def topic_task(question: str) -> Task:
    """The task whose questions are ``question`` with each topic in place of ``{topic}``."""
    paragraphs = tuple(
        Paragraph(article_id=f"{topic}.txt", language="en", text=f"The council spoke of the {topic} for a long time.")
        for topic in TOPICS
    )
    queries = tuple(
        Query(pair="p", number=number, language="en", text=question.format(topic=topic), relevant=(f"{topic}.txt",))
        for number, topic in enumerate(TOPICS, start=1)
    )
    return Task(name="topics", paragraphs=paragraphs, queries=queries)
