"""Which articles a reader has restricted their questions to, as the page's script sends it with each question."""

from collections.abc import Sequence
from dataclasses import replace

from pydantic import ValidationError

from rag.errors import FilterError
from rag.filters import NO_FILTERS
from rag.records import ArticleSummary, Filters
from rag.web.api import ArticleFilters


def restriction_of(sent: str, sources: Sequence[ArticleSummary]) -> Filters | None:
    """The filters of a question; None where it is not restricted.

    An article that went since it was chosen restricts nothing, as long as another of those chosen is there.

    Raises:
        FilterError: what was sent is not a restriction.
    """
    if not sent:
        return None
    try:
        filters = ArticleFilters.model_validate_json(sent).record()
    except ValidationError:
        raise FilterError("The restriction is not in the known form. Lift it, and choose anew.") from None
    if filters.articles:
        there = {each.article_id for each in sources}
        left = tuple(name for name in filters.articles if name in there or name.endswith("/"))
        filters = replace(filters, articles=left or filters.articles)
    return None if filters == NO_FILTERS else filters
