"""French, as in ``form``."""

from rag.date_words.form import YEAR, DateWords

_THINGS = r"(?:articles|nouvelles|actualites?|depeches?|presse|journaux|medias|titres|reportages|couverture)"
_DONE = (
    r"(?:(?:qui )?(?:ont |sont |etaient |furent )?(?:ete )?"
    r"(?:parus?|parues?|publiee?s?|ecrite?s?|imprimee?s?|dates|sortis))"
)
_WHAT = (
    r"(?:qu'a-t-on|qu'est-ce qu'on a|qu'est-ce qui a ete|ce qui a ete|ce qu'on a|qu'a)"
    rf" (?:publie|ecrit|rapporte|dit dans la presse)(?: (?:dans )?(?:la |les |l')?{_THINGS})?"
    rf"|qu'(?:ont|a) (?:publie|ecrit|rapporte|dit) (?:les |la |l'){_THINGS}"
)
FRENCH = DateWords(
    letters="[a-z]",
    months=(
        r"janvier|janv\.", r"fevrier|fevr\.", "mars", r"avril|avr\.", "mai", "juin", r"juillet|juil\.", "aout",
        r"septembre|sept\.", r"octobre|oct\.", r"novembre|nov\.", r"decembre|dec\.",
    ),
    day=r"(?P<day>\d{1,2})(?:er)? ",
    month_before="(?:mois de |mois d')?",
    year_behind=rf" (?:de (?:l'annee )?)?(?P<year>{YEAR})",
    year_alone=rf"(?:l'an(?:nee)? |annee )?(?P<only_year>{YEAR})",
    numbers=("une?", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"),
    units=("jours?", "semaines?", "mois", "ans?|annees?"),
    following=r"(?:apres|suivant|qui (?:a suivi|suit|suivit)) (?:le )?",
    preceding=r"(?:avant|precedant|qui (?:a precede|precede)) (?:le )?",
    relative="""
        day -1 -1: hier
        day 0 0: aujourd'hui
        week -1 -1: (?:la )?semaine (?:derniere|passee)
        month -1 -1: (?:le )?mois (?:dernier|passe)
        year -1 -1: (?:l')?(?:an dernier|an passe|annee derniere|annee passee)
        week 0 0: cette semaine
        month 0 0: ce mois(?:-ci)?
        year 0 0: cette annee
        day last n: (?:les |ces )?{n} derniers jours
        week last n: (?:les |ces )?{n} dernieres semaines
        month last n: (?:les |ces )?{n} derniers mois
        year last n: (?:les |ces )?{n} (?:derniers ans|dernieres annees)
        day ago n: {n} jours?
        week ago n: {n} semaines?
        month ago n: {n} mois
        year ago n: {n} (?:ans?|annees?)
    """,
    since=r"depuis (?:le |la |l'|les )?(?:debut (?:de l'|de |du |d')?)?",
    after=r"apres (?:le |la )?",
    before=r"avant (?:le |la )?",
    until=r"jusqu'(?:a|au|en) (?:la )?(?:fin )?",
    within=(
        r"(?:(?:en|au|dans|durant|pendant|du|de|des|le|la|les|au cours (?:de|des|du)|lors (?:de|du)|d')"
        r"(?: le| la| les| l')? ?)"
    ),
    spans=((r"entre (?:le |la )?", r" et (?:le |la )?"), (r"(?:de |du |d')(?:le )?", r" (?:a|au|jusqu'(?:a|au|en)) ")),
    published=rf"{_THINGS}(?: \w+){{0,3}} {_DONE}|{_THINGS}|^{_DONE}|{_WHAT}",
    published_of=(
        r"(?:nouvelles|couverture) (?:de |du |d')?\w+ (?:en|de|du)"
        rf"|{_THINGS}(?: \w+){{1,4}} (?:dates? (?:de|du)|parus en)"
    ),
    behind=rf",? (?:{_WHAT})",
)  # fmt: skip
