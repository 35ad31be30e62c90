"""What of a language must be known to read the dates in its questions.

Everything is a regular expression over text as ``analysis.normalise`` leaves it: lower case, no accents, no Arabic
hamza above alef, one spelling of each digit.
"""

from dataclasses import dataclass

YEAR = r"(?:19|20)\d\d"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateWords:
    """The words of one language. An expression that stands before a date is matched up to the date.

    Attributes:
        letters: A character of the script it is written in.
        first_weekday: 0 for Monday.
        clitics: Letters written as one with the date behind them.
        months: Twelve, from January.
        day: A day's number before its month, in the group ``day``.
        month_before: What may stand before a month's name.
        not_alone: Months whose name is so often another word that a day or a year must stand by.
        year_behind: A year behind a month, in the group ``year``.
        year_alone: A year on its own, in the group ``only_year``.
        numbers: Words for 1 and up, as far as anybody spells them out.
        units: Day, week, month and year.
        following, preceding: What stands between a length of time and a date: "the week after 5 May".
        relative: A line for each period counted from today: its unit, first and last (0: the present one), then the
            expression; or "last" or "ago" and a count, where ``n`` stands for the group {n}.
        since, after, before, until, within: What stands before a date, and says which side of it is meant.
        spans: Pairs: what stands before the first of two dates, and what stands between them.
        published: What is known to have been published: "articles", "news that appeared", "what was reported".
        published_of: What may be followed by its subject before the date: "news about Syria", with what follows it.
        behind: What may follow a date to say the same: "In May, what was reported".
        not_before: What, standing before a date, makes it part of a name.
        foretold: In a question that holds it, "from March" may be when a rule begins, not what was reported since.
    """

    letters: str
    first_weekday: int = 0
    clitics: str = ""
    months: tuple[str, ...]
    day: str
    month_before: str = ""
    not_alone: str = "(?!)"
    year_behind: str
    year_alone: str
    numbers: tuple[str, ...]
    units: tuple[str, str, str, str]
    following: str
    preceding: str
    relative: str
    since: str
    after: str
    before: str
    until: str
    within: str
    spans: tuple[tuple[str, str], ...]
    published: str
    published_of: str
    behind: str
    not_before: str = "(?!)"
    foretold: str = "(?!)"
