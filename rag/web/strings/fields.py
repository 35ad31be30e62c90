"""Which words the page says of its own; each language of the package fills them all."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plural:
    """The forms of a counted phrase by CLDR's plural categories; a language leaves empty those it does not have."""

    other: str
    zero: str = ""
    one: str = ""
    two: str = ""
    few: str = ""
    many: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strings:
    """The words of one interface language; ``{…}`` names what is filled in."""

    endonym: str
    tagline: str
    language: str
    new_conversation: str
    conversation: str
    question: str
    question_placeholder: str
    ask: str
    stop: str
    welcome: str
    welcome_hint: str
    starter: str
    no_articles: str
    searching: str
    stopped: str
    source: str
    sources: str
    line: str
    lines: str
    unanswerable: str
    closest: str
    failed: str
    failed_index: str
    failed_chat_model: str
    failed_otherwise: str
    server_lost: str
    server_busy: str
    details: str
    article: str
    close: str
    opening: str
    article_gone: str
    article_unreachable: str
    excerpt: str
    nothing_left_out: str
    duplicate_of: str
    view_ask: str
    views: str
    skip: str
    count_articles: Plural
    count_skipped: Plural
    count_duplicates: Plural
    count_furniture: Plural
    open_raw: str
    copy_citation: str
    copy_plain: str
    copy_apa: str
    copy_bibtex: str
    copy_link: str
    copied: str
    copy_failed: str
    previous_citation: str
    next_citation: str
    citation_position: str
    article_changed: str
    quote_gone: str
    article_gone_quoted: str
    undated: str
    retrieved_from: str
    copy_answer: str
    retry: str
    edit: str
    cancel_edit: str
    editing: str
    undo: str
    helpful: str
    unhelpful: str
    feedback_word: str
    feedback_send: str
    feedback_thanks: str
    view_lookup: str
    lookup_title: str
    lookup_hint: str
    lookup_query: str
    lookup_placeholder: str
    lookup_find: str
    lookup_busy: str
    lookup_exact: Plural
    lookup_altered: Plural
    lookup_named: str
    lookup_nowhere: str
    lookup_nowhere_hint: str
    lookup_yours: str
    lookup_theirs: str
    lookup_open: str
    lookup_failed: str
    understood_as: str
    confidence_high: str
    confidence_medium: str
    confidence_low: str
    confidence_explained: str
    quoted_in: str
    differ_number: str
    differ_date: str
    differ_name: str
    follow_ups: str
    unclear: str
    dropped_sentences: Plural
    also_in: Plural
    searched_only: str
    since: str
    until: str
    ask_when: str
    feedback_failed: str
    conversations: str
    close_conversations: str
    search_conversations: str
    no_conversations: str
    no_conversation_found: str
    conversations_unreachable: str
    older_conversations: str
    conversation_actions: str
    conversation_name: str
    rename: str
    save: str
    cancel: str
    share: str
    shared: str
    share_explained: str
    shared_link: str
    copy_shared_link: str
    open_link: str
    share_again: str
    share_renewed: str
    share_stop: str
    share_stopped: str
    export: str
    export_print: str
    delete: str
    delete_ask: str
    delete_shared_ask: str
    conversation_deleted: str
    not_done: str
    theme_auto: str
    theme_light: str
    theme_dark: str
