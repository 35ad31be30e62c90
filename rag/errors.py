"""Every error Masdar raises on purpose. Each message is one line: what is wrong, then what to do.

MasdarError
├── SettingsError        a setting is unknown or out of bounds         → mend the named setting
├── DataError            the folder of articles cannot be read         → name another folder
├── ArticleNotFound      no article has that id                        → list the ids with `sources`
├── FilterError          a filter names what is not in the index       → mend the named filter
├── EncoderError         the encoder cannot be loaded or misbehaves
│   └── EncoderMissing   the bundled model is not on this platform     → name another encoder
├── IndexStateError      the index cannot answer as it stands
│   ├── IndexMissing     nothing was built in that folder yet          → build it
│   ├── IndexStale       it was built with another encoder or format   → build it again
│   ├── IndexCorrupt     a file is damaged or lost                     → build it again
│   └── IndexLocked      another build holds the folder                → wait for it
├── TooManyQuestions     more ask at once than can wait                → ask again in a moment
├── ConversationsError   conversations cannot be kept or read          → mend the file's rights, or make room
├── ConversationNotFound no conversation of this reader has that id    → list them
├── ChatModelError       the configured chat model cannot be used      → mend its settings, or unset them
└── QuestionSetError     an evaluation file is not in the known form   → mend the named line
"""


class MasdarError(Exception):
    """The root: catch this to catch all of them. ``str(error)`` is one line fit for a person to read."""


class SettingsError(MasdarError):
    """A setting is unknown, of the wrong kind, or out of its bounds."""


class DataError(MasdarError):
    """The folder of articles is missing, is not a folder, or cannot be read."""


class ArticleNotFound(MasdarError):
    """No article in the index has the id asked for."""


class FilterError(MasdarError):
    """A filter names a language, article or folder that the index lacks, or its dates end before they begin."""


class EncoderError(MasdarError):
    """The encoder cannot be loaded, or returned vectors of the wrong shape."""


class EncoderMissing(EncoderError):
    """The bundled model's package is not installed: there is no build of it for every platform."""


class IndexStateError(MasdarError):
    """The index cannot answer as it stands; a build mends it."""


class IndexMissing(IndexStateError):
    """There is no index in that folder yet."""


class IndexStale(IndexStateError):
    """The index was built with another encoder, other passage settings, or an older format."""


class IndexCorrupt(IndexStateError):
    """A file of the index is damaged or missing; the message names it."""


class IndexLocked(IndexStateError):
    """Another process is building this index."""


class TooManyQuestions(MasdarError):
    """More questions wait for their answers than the server keeps in line."""


class ConversationsError(MasdarError):
    """The file that conversations are kept in cannot be read or written."""


class ConversationNotFound(MasdarError):
    """The reader has no conversation with that id, or nothing is shared under it."""


class ChatModelError(MasdarError):
    """The configured chat model cannot be reached or set up."""


class QuestionSetError(MasdarError):
    """A question set for evaluation is not in the documented form."""
