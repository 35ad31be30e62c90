"""The fixed words around quotations, in the language of the question; nothing else of an answer is ever written."""

from collections.abc import Mapping
from dataclasses import dataclass

FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The fixed wording of one language. Quotation marks go around a title, as that language sets them;
    ``{topic}`` and ``{title}`` are filled in.
    """

    not_in_articles: str
    closest: str
    no_articles: str
    no_question: str
    does_not_occur: str
    understood_as: str
    unclear: str
    what_is_said_of: str
    what_it_says_of: str
    differ: str
    open_quote: str
    close_quote: str
    separator: str


PHRASES: Mapping[str, Phrases] = {
    "ar": Phrases(
        not_in_articles="لا تجيب المقالات عن هذا السؤال.",
        closest="أقرب ما فيها، من غير أن يكون جوابا:",
        no_articles="لا توجد مقالات بعد. أضف ملفات إلى مجلد المقالات ثم أعد المحاولة.",
        no_question="اكتب سؤالا من فضلك.",
        does_not_occur="لا يرد هذا النص في المقالات.",
        understood_as="فُهم السؤال هكذا:",
        unclear="لم يتضح المقصود بالسؤال. هل تقصد:",
        what_is_said_of="ماذا تقول المقالات عن {topic}؟",
        what_it_says_of="ماذا يقول مقال «{title}» عن {topic}؟",
        differ="تختلف المقالات:",
        open_quote="«",
        close_quote="»",
        separator="، ",
    ),
    "en": Phrases(
        not_in_articles="The articles do not answer this question.",
        closest="The closest passages, which do not answer it, are in:",
        no_articles="There are no articles yet. Add files to the articles folder and try again.",
        no_question="Please type a question.",
        does_not_occur="This text does not occur in the articles.",
        understood_as="The question was understood as:",
        unclear="The question could mean several things. Did you mean:",
        what_is_said_of="What do the articles say about {topic}?",
        what_it_says_of="What does the article “{title}” say about {topic}?",
        differ="The articles differ:",
        open_quote="“",
        close_quote="”",
        separator=", ",
    ),
    "ru": Phrases(
        not_in_articles="В статьях нет ответа на этот вопрос.",
        closest="Самое близкое, но не ответ:",
        no_articles="Статей пока нет. Добавьте файлы в папку со статьями и попробуйте снова.",
        no_question="Пожалуйста, введите вопрос.",
        does_not_occur="Этого текста в статьях нет.",
        understood_as="Вопрос понят так:",
        unclear="Вопрос можно понять по-разному. Вы имели в виду:",
        what_is_said_of="Что говорят статьи о теме «{topic}»?",
        what_it_says_of="Что говорится в статье «{title}» о теме «{topic}»?",
        differ="Статьи расходятся:",
        open_quote="«",
        close_quote="»",
        separator=", ",
    ),
    "he": Phrases(
        not_in_articles="אין במאמרים תשובה לשאלה הזאת.",
        closest="הקרוב ביותר, אך לא תשובה:",
        no_articles="אין עדיין מאמרים. הוסיפו קבצים לתיקיית המאמרים ונסו שוב.",
        no_question="נא להקליד שאלה.",
        does_not_occur="הטקסט הזה אינו מופיע במאמרים.",
        understood_as="השאלה הובנה כך:",
        unclear="אפשר להבין את השאלה בכמה דרכים. האם הכוונה:",
        what_is_said_of="מה אומרים המאמרים על {topic}?",
        what_it_says_of="מה נאמר במאמר „{title}” על {topic}?",
        differ="המאמרים חלוקים:",
        open_quote="„",
        close_quote="”",
        separator=", ",
    ),
    "fr": Phrases(
        not_in_articles="Les articles ne répondent pas à cette question.",
        closest="Ce qui s’en approche le plus, sans y répondre :",
        no_articles="Il n’y a pas encore d’articles. Ajoutez des fichiers au dossier des articles, puis réessayez.",
        no_question="Veuillez saisir une question.",
        does_not_occur="Ce texte ne figure pas dans les articles.",
        understood_as="La question a été comprise ainsi :",
        unclear="La question peut se comprendre de plusieurs façons. Vouliez-vous dire :",
        what_is_said_of="Que disent les articles sur {topic} ?",
        what_it_says_of="Que dit l’article « {title} » sur {topic} ?",
        differ="Les articles divergent :",
        open_quote="« ",
        close_quote=" »",
        separator=", ",
    ),
    "de": Phrases(
        not_in_articles="Die Artikel beantworten diese Frage nicht.",
        closest="Am nächsten kommen, ohne zu antworten:",
        no_articles="Es gibt noch keine Artikel. Legen Sie Dateien in den Artikelordner und versuchen Sie es erneut.",
        no_question="Bitte geben Sie eine Frage ein.",
        does_not_occur="Dieser Text kommt in den Artikeln nicht vor.",
        understood_as="Die Frage wurde so verstanden:",
        unclear="Die Frage lässt sich verschieden verstehen. Meinten Sie:",
        what_is_said_of="Was sagen die Artikel über {topic}?",
        what_it_says_of="Was sagt der Artikel „{title}“ über {topic}?",
        differ="Die Artikel widersprechen sich:",
        open_quote="„",
        close_quote="“",
        separator=", ",
    ),
    "es": Phrases(
        not_in_articles="Los artículos no responden a esta pregunta.",
        closest="Lo más cercano, sin ser una respuesta:",
        no_articles="Todavía no hay artículos. Añada archivos a la carpeta de artículos e inténtelo de nuevo.",
        no_question="Escriba una pregunta, por favor.",
        does_not_occur="Este texto no aparece en los artículos.",
        understood_as="La pregunta se entendió así:",
        unclear="La pregunta puede entenderse de varias maneras. ¿Quería decir:",
        what_is_said_of="¿Qué dicen los artículos sobre {topic}?",
        what_it_says_of="¿Qué dice el artículo «{title}» sobre {topic}?",
        differ="Los artículos difieren:",
        open_quote="«",
        close_quote="»",
        separator=", ",
    ),
    "tr": Phrases(
        not_in_articles="Makalelerde bu sorunun cevabı yok.",
        closest="Cevap olmasa da en yakın olanlar:",
        no_articles="Henüz makale yok. Makale klasörüne dosya ekleyip yeniden deneyin.",
        no_question="Lütfen bir soru yazın.",
        does_not_occur="Bu metin makalelerde geçmiyor.",
        understood_as="Soru şöyle anlaşıldı:",
        unclear="Soru birkaç şekilde anlaşılabilir. Şunu mu demek istediniz:",
        what_is_said_of="Makaleler {topic} hakkında ne diyor?",
        what_it_says_of="“{title}” makalesi {topic} hakkında ne diyor?",
        differ="Makaleler farklı söylüyor:",
        open_quote="“",
        close_quote="”",
        separator=", ",
    ),
    "fa": Phrases(
        not_in_articles="مقاله‌ها به این پرسش پاسخ نمی‌دهند.",
        closest="نزدیک‌ترین بخش‌ها، بی آنکه پاسخ باشند:",
        no_articles="هنوز مقاله‌ای نیست. پرونده‌ها را به پوشهٔ مقاله‌ها بیفزایید و دوباره تلاش کنید.",
        no_question="لطفاً پرسشی بنویسید.",
        does_not_occur="این متن در مقاله‌ها نیامده است.",
        understood_as="پرسش این‌گونه فهمیده شد:",
        unclear="پرسش را چند گونه می‌توان فهمید. منظورتان این است:",
        what_is_said_of="مقاله‌ها دربارهٔ {topic} چه می‌گویند؟",
        what_it_says_of="مقالهٔ «{title}» دربارهٔ {topic} چه می‌گوید؟",
        differ="مقاله‌ها یکسان نمی‌گویند:",
        open_quote="«",
        close_quote="»",
        separator="، ",
    ),
    "zh": Phrases(
        not_in_articles="文章中没有这个问题的答案。",
        closest="最接近但并非答案的段落：",
        no_articles="还没有文章。请把文件放入文章文件夹后重试。",
        no_question="请输入问题。",
        does_not_occur="文章中没有这段文字。",
        understood_as="问题理解为：",
        unclear="这个问题可以有多种理解。您是想问：",
        what_is_said_of="文章对{topic}有什么说法？",
        what_it_says_of="《{title}》一文对{topic}有什么说法？",
        differ="文章说法不一：",
        open_quote="《",
        close_quote="》",
        separator="、",
    ),
    "it": Phrases(
        not_in_articles="Gli articoli non rispondono a questa domanda.",
        closest="I passaggi più vicini, che non rispondono:",
        no_articles="Non ci sono ancora articoli. Aggiunga dei file alla cartella degli articoli e riprovi.",
        no_question="Scriva una domanda, per favore.",
        does_not_occur="Questo testo non compare negli articoli.",
        understood_as="La domanda è stata intesa così:",
        unclear="La domanda si può intendere in più modi. Intendeva:",
        what_is_said_of="Che cosa dicono gli articoli su {topic}?",
        what_it_says_of="Che cosa dice l’articolo «{title}» su {topic}?",
        differ="Gli articoli non concordano:",
        open_quote="«",
        close_quote="»",
        separator=", ",
    ),
    "pt": Phrases(
        not_in_articles="Os artigos não respondem a esta pergunta.",
        closest="O mais próximo, sem ser uma resposta:",
        no_articles="Ainda não há artigos. Adicione ficheiros à pasta de artigos e tente novamente.",
        no_question="Escreva uma pergunta, por favor.",
        does_not_occur="Este texto não aparece nos artigos.",
        understood_as="A pergunta foi entendida assim:",
        unclear="A pergunta pode ser entendida de várias maneiras. Queria dizer:",
        what_is_said_of="O que dizem os artigos sobre {topic}?",
        what_it_says_of="O que diz o artigo “{title}” sobre {topic}?",
        differ="Os artigos divergem:",
        open_quote="“",
        close_quote="”",
        separator=", ",
    ),
    "uk": Phrases(
        not_in_articles="У статтях немає відповіді на це запитання.",
        closest="Найближче, але не відповідь:",
        no_articles="Статей поки немає. Додайте файли до теки зі статтями та спробуйте знову.",
        no_question="Будь ласка, введіть запитання.",
        does_not_occur="Цього тексту у статтях немає.",
        understood_as="Це запитання зрозуміли так:",
        unclear="Запитання можна зрозуміти по-різному. Ви мали на увазі:",
        what_is_said_of="Що кажуть статті про тему «{topic}»?",
        what_it_says_of="Що сказано у статті «{title}» про тему «{topic}»?",
        differ="Статті розходяться:",
        open_quote="«",
        close_quote="»",
        separator=", ",
    ),
    "ur": Phrases(
        not_in_articles="مضامین میں اس سوال کا جواب نہیں ہے۔",
        closest="سب سے قریب، مگر جواب نہیں:",
        no_articles="ابھی کوئی مضمون نہیں۔ مضامین کے فولڈر میں فائلیں ڈالیں اور دوبارہ کوشش کریں۔",
        no_question="براہِ کرم سوال لکھیں۔",
        does_not_occur="یہ متن مضامین میں نہیں آیا۔",
        understood_as="سوال یوں سمجھا گیا:",
        unclear="سوال کے کئی مطلب ہو سکتے ہیں۔ کیا آپ کی مراد یہ ہے:",
        what_is_said_of="مضامین {topic} کے بارے میں کیا کہتے ہیں؟",
        what_it_says_of="مضمون “{title}” {topic} کے بارے میں کیا کہتا ہے؟",
        differ="مضامین میں اختلاف ہے:",
        open_quote="“",
        close_quote="”",
        separator="، ",
    ),
}


def phrases_for(language: str) -> Phrases:
    """The wording of ``language`` (ISO 639-1), or English where there is none."""
    return PHRASES.get(language, PHRASES[FALLBACK_LANGUAGE])
