"""Search on an engine of one's own (Milvus, pgvector, Qdrant, …) in the place of the local vectors.

    from rag import Settings, open_assistant
    from rag.engines import copy_passages

    assistant = open_assistant(Settings(), vector_store=my_langchain_vector_store)
    copy_passages(assistant, my_langchain_vector_store)     # after each build
    answer = assistant.ask("من زار سوتشي؟")

The engine only proposes passages. What is quoted is still read from the article, so an engine that is behind its folder
can find too little, but never cite wrongly.
"""

from rag.engines.vector_store import EngineRetriever, copy_passages

__all__ = ["EngineRetriever", "copy_passages"]
