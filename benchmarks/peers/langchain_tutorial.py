"""The pipeline of LangChain's retrieval tutorial over a folder of text files, to be timed against Masdar's build.

    python -m benchmarks.peers.langchain_tutorial DATA ENCODER_FOLDER

``RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)``, ``HuggingFaceEmbeddings`` with the folder of
Masdar's encoder and its prefixes, ``FAISS.from_documents``; then one question. Prints one line of JSON: seconds from
reading to the index, by the clock and of processor time, passages, and memory in MB, at the end and at its highest.
"""

import json
import os
import sys
import time
from pathlib import Path

from benchmarks.memory import memory_mb
from benchmarks.peers import QUIET


def main() -> None:
    """Build, ask, report."""
    os.environ.update(QUIET)
    data_dir, encoder_folder = map(Path, sys.argv[1:])
    from langchain_community.vectorstores import FAISS
    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    embeddings = HuggingFaceEmbeddings(
        model_name=str(encoder_folder),
        model_kwargs={"device": "cpu"},
        encode_kwargs={"prompt": "passage: ", "normalize_embeddings": True},
        query_encode_kwargs={"prompt": "query: ", "normalize_embeddings": True},
    )
    embeddings.embed_query("warm")
    started, processor = time.perf_counter(), time.process_time()
    documents = [
        Document(page_content=path.read_text(encoding="utf-8"), metadata={"source": path.name})
        for path in sorted(data_dir.iterdir())
    ]
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
    chunks = splitter.split_documents(documents)
    store = FAISS.from_documents(chunks, embeddings)
    seconds, processor = time.perf_counter() - started, time.process_time() - processor
    assert store.similarity_search("warm", k=4)
    print(json.dumps({"seconds": seconds, "processor_seconds": processor, "passages": len(chunks), **memory_mb()}))


if __name__ == "__main__":
    main()
