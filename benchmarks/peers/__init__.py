"""Other people's retrieval over the same texts and the same vectors, each as its own documents set it up.

Vectors are computed once by Masdar's encoder, with the prefixes it wants, and handed to each library where it takes
them; terms, fusion and every default are the library's own. Each list that is fused is 200 long, which is more than a
default of four or ten and kinder to rank fusion. Nothing here reaches the network.
"""

import importlib
import os
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.retrieval.systems import Build

# column → (the package whose version is reported, the module here, the function in it)
_PEERS: Mapping[str, tuple[str, str, str]] = {
    "LangChain FAISS": ("langchain-community", "langchain_peers", "faiss"),
    "LangChain Ensemble": ("langchain-classic", "langchain_peers", "ensemble"),
    "LlamaIndex fusion": ("llama-index-retrievers-bm25", "llama_index_peer", "query_fusion"),
    "txtai hybrid": ("txtai", "txtai_peer", "hybrid"),
    "Haystack RRF": ("haystack-ai", "haystack_peer", "reciprocal_rank_fusion"),
}
QUIET = {
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "LANGSMITH_TRACING": "false",
    "TOKENIZERS_PARALLELISM": "false",
}


def load_peers() -> "tuple[dict[str, Build], tuple[str, ...]]":
    """Every peer that can be imported, and a line on each: its version, or why it is left out."""
    os.environ.update(QUIET)
    found: dict[str, Build] = {}
    lines = []
    for name, (package, module, function) in _PEERS.items():
        try:
            found[name] = getattr(importlib.import_module(f"benchmarks.peers.{module}"), function)
            lines.append(f"{name}: {package} {version(package)}")
        except (ImportError, PackageNotFoundError) as error:
            lines.append(f"{name}: left out ({error})")
    return found, tuple(lines)
