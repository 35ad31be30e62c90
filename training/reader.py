"""Trains the reader from the bundled encoder; writes ``rag/cross_encoder.safetensors``.

    python -m training.reader [--steps 1900] [--news-steps 2300]

Reads ``../shared/train``, ``../shared/eval`` and ``training/news``, and holds out what ``reader_examples.held_out``
names. First it learns from encyclopaedias, of which there is much, then from news among them: from questions in nine
languages, most of them in another than the article's, and from traps. About four hours on one free core that
computes in bfloat16. Runs differ in the last digits from machine to machine. ``--first`` takes the weights of a run
with ``--news-steps 0`` and goes on from there.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.numpy import load_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from rag.bundled_model import materialise
from rag.cross_encoder import WEIGHTS
from rag.encoder import open_encoder
from rag.packed_model import TOKENIZER_FILE
from rag.reader_weights import pack, unpack
from rag.settings import Settings
from training.reader_batches import Batches, Step
from training.reader_examples import held_out, make_examples
from training.reader_network import ReaderNetwork

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
LEARNING_RATE = 2e-4
NEWS_SHARE = 0.65
WARMUP_STEPS = 100
WEIGHT_DECAY = 0.01
MAX_GRADIENT_NORM = 1.0
# The weights of this step are averaged with the last (Wortsman et al. 2022, "Model soups"): what is learnt later
# favours a question in the language of the passage, and costs questions in another.
AVERAGED_STEP = 600
# A step is computed in this many parts of like lengths, so that little of it is padding.
PARTS = 6
_WIDTH_STEP = 16
_PADDING = 1


def logits_of(network: ReaderNetwork, pairs: Sequence[Sequence[int]]) -> list[Tensor]:
    """The logits of each pair, (tokens, 4), padding behind."""
    order = sorted(range(len(pairs)), key=lambda number: len(pairs[number]))
    found: dict[int, Tensor] = {}
    size = -(-len(order) // PARTS)
    for first in range(0, len(order), size):
        chosen = order[first : first + size]
        width = -(-max(len(pairs[number]) for number in chosen) // _WIDTH_STEP) * _WIDTH_STEP
        ids = torch.full((len(chosen), width), _PADDING, dtype=torch.long)
        mask = torch.zeros((len(chosen), width), dtype=torch.bool)
        for row, number in enumerate(chosen):
            ids[row, : len(pairs[number])] = torch.tensor(pairs[number])
            mask[row, : len(pairs[number])] = True
        found.update(zip(chosen, network(ids, mask), strict=True))
    return [found[number] for number in range(len(pairs))]


def losses(logits: Sequence[Tensor], step: Step) -> tuple[Tensor, Tensor, Tensor]:
    """Of relevance (softmax over the pairs of a question), of answering (balanced), and of the spans."""
    relevance = torch.stack([pair[0, 2] for pair in logits])
    answers = torch.stack([pair[0, 3] for pair in logits])
    first = torch.zeros(1, dtype=torch.long)
    ranked = [functional.cross_entropy(relevance[torch.tensor(pairs)][None], first) for pairs in step.lists]
    right = torch.tensor([number for number, answering in step.answers if answering])
    wrong = torch.tensor([number for number, answering in step.answers if not answering])
    judged = (functional.softplus(-answers[right]).mean() + functional.softplus(answers[wrong]).mean()) / 2
    pointed = []
    for number, begins, start, end, ends in step.spans:
        passage = logits[number][begins:ends]
        for output, token in ((0, start), (1, end)):
            pointed.append(functional.cross_entropy(passage[None, :, output], torch.tensor([token - begins])))
    return torch.stack(ranked).mean(), judged, torch.stack(pointed).mean()


def train(network: ReaderNetwork, batches: Batches, steps: int, learning_rate: float, averaged_step: int = 0) -> None:
    """Train in bfloat16, with the weights kept in float32 beside: bfloat16 cannot hold small changes.

    The weights after ``averaged_step``, unless that is 0, are averaged with the last.
    """
    exact = {name: values.detach().clone().requires_grad_() for name, values in network.trained().items()}
    network.to(torch.bfloat16)
    rounded = network.trained()
    groups = [
        {"params": [values for values in exact.values() if values.dim() > 1], "weight_decay": WEIGHT_DECAY},
        {"params": [values for values in exact.values() if values.dim() < 2], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=learning_rate, betas=(0.9, 0.98), foreach=True)
    averaged: dict[str, Tensor] = dict(exact)
    started = time.perf_counter()
    for number, step in zip(range(steps), batches.steps(), strict=False):
        for group in optimiser.param_groups:
            group["lr"] = learning_rate * min(1.0, (number + 1) / WARMUP_STEPS) * (1 - number / steps)
        parts = losses(logits_of(network, step.pairs), step)
        torch.stack(parts).sum().backward()  # type: ignore[no-untyped-call]
        for name, values in rounded.items():
            assert values.grad is not None
            exact[name].grad, values.grad = values.grad.float(), None
        torch.nn.utils.clip_grad_norm_(exact.values(), MAX_GRADIENT_NORM)
        optimiser.step()
        with torch.no_grad():
            for name, values in rounded.items():
                values.copy_(exact[name])
        if number + 1 == averaged_step:
            averaged = {name: values.detach().clone() for name, values in exact.items()}
        if (number + 1) % 25 == 0:
            minutes = (time.perf_counter() - started) / 60
            shown = " ".join(f"{part.item():.3f}" for part in parts)
            print(f"step {number + 1}: relevance, answers, span {shown}; {minutes:.1f} minutes", flush=True)
    network.float()
    with torch.no_grad():
        for name, values in network.trained().items():
            values.copy_((averaged[name] + exact[name]) / 2)


def main() -> None:
    """Train and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1900, help="of 16 questions each")
    parser.add_argument("--news-steps", type=int, default=2300, help="more of them, with news among them")
    parser.add_argument("--first", type=Path, help="weights to go on from with the news")
    parser.add_argument("--output", type=Path, default=ROOT / "rag" / WEIGHTS, help="file to write")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    settings = Settings()
    folder = materialise(settings.cache_dir)
    examples = make_examples(SHARED, open_encoder(settings))
    learned = [asked for asked in examples.asked if not held_out(asked)]
    print(f"{len(examples.passages)} passages, {len(learned)} of {len(examples.asked)} questions to learn from")
    network = ReaderNetwork(folder)
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
    if arguments.first:
        network.take(dict(unpack(arguments.first, folder / "model.safetensors")))
    else:
        batches = Batches(examples, learned, tokenizer, seed=0)
        train(network, batches, arguments.steps, LEARNING_RATE, averaged_step=AVERAGED_STEP)
    if arguments.news_steps:
        batches = Batches(examples, learned, tokenizer, seed=1, news_share=NEWS_SHARE)
        train(network, batches, arguments.news_steps, LEARNING_RATE)
    trained = {name: values.detach().numpy() for name, values in network.trained().items()}
    pack(trained, load_file(folder / "model.safetensors"), arguments.output)
    print(f"{arguments.output.name}: {arguments.output.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
