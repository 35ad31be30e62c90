"""English, as in ``form``."""

from rag.date_words.form import YEAR, DateWords

_THINGS = r"(?:articles|news|stories|headlines|coverage|reports|reporting|press|newspapers|media|dispatches)"
_DONE = r"(?:published|written|reported|printed|posted|issued|dated|appeared|appearing)"
_BE = r"(?:(?:that|which) )?(?:(?:was|were|are|is|has been|have been|had been|have|has|had) )?"
_WHAT = (
    rf"what (?:(?:was|were|is|has been|have been|had been|got) )?(?:{_DONE}|said in the {_THINGS})"
    rf"|what (?:did|do|does|has|have|had) (?:the )?{_THINGS}"
    " (?:report|reported|say|said|write|written|publish|published|carry|tell)"
)
ENGLISH = DateWords(
    letters="[a-z]",
    months=(
        r"january|jan\.?", r"february|feb\.?", r"march|mar\.?", r"april|apr\.?", "may", r"june|jun\.?", r"july|jul\.?",
        r"august|aug\.?", r"september|sept?\.?", r"october|oct\.?", r"november|nov\.?", r"december|dec\.?",
    ),
    not_alone="may|jan|mar|dec",
    day=r"(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)? ",
    year_behind=rf",? (?:of )?(?:the year )?(?P<year>{YEAR})",
    year_alone=rf"(?:the year )?(?P<only_year>{YEAR})",
    numbers=("a|one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    units=("days?", "weeks?", "months?", "years?"),
    following=r"(?:after|following) (?:the )?",
    preceding=r"(?:before|preceding) (?:the )?",
    relative="""
        day -1 -1: yesterday
        day 0 0: today
        week -1 -1: last week
        month -1 -1: last month
        year -1 -1: last year
        week 0 0: this week
        month 0 0: this month
        year 0 0: this year
        day last n: (?:the |these )?(?:last|past|previous) {n} days
        week last n: (?:the |these )?(?:last|past|previous) {n} weeks
        month last n: (?:the |these )?(?:last|past|previous) {n} months
        year last n: (?:the |these )?(?:last|past|previous) {n} years
        week last 1: the last week|(?:the )?past week
        month last 1: the last month|(?:the )?past month
        year last 1: the last year|(?:the )?past year
        day ago n: {n} days? ago
        week ago n: {n} weeks? ago
        month ago n: {n} months? ago
        year ago n: {n} years? ago
    """,
    since=r"(?:ever )?since (?:the )?(?:(?:beginning|start) of |early )?",
    after=r"after (?:the )?(?:end of )?",
    before=r"(?:before|prior to) (?:the )?(?:(?:beginning|start) of )?",
    until=r"(?:until|till|up to|through|by) (?:the )?(?:end of )?",
    within=r"(?:in|on|during|over|within|from|of|for|throughout)(?: the)?(?: course of)? ",
    spans=(
        (r"between (?:the )?", r" and (?:the )?"),
        (r"from (?:the )?", r" (?:to|until|till|through|up to) (?:the )?"),
    ),
    published=rf"{_THINGS}(?:(?: \w+){{0,2}} {_BE}{_DONE})?|^{_BE}{_DONE}|(?:{_WHAT})",
    published_of=(
        rf"{_THINGS} (?:about|on|of|concerning)(?: \w+){{1,4}} (?:from|dated)(?: the)?"
        r"|(?:news|coverage) (?:about|on|of|from) (?!the )\w+(?: \w+)? in"
    ),
    not_before="(?:russia|usa|israel|india|world) ",
    behind=rf"(?:'s)? {_THINGS}|,? (?:{_WHAT})",
)  # fmt: skip
