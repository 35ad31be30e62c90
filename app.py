"""Serves the chat: ``python app.py`` is ``python -m rag serve``, with the same options."""

import sys

from rag.__main__ import run

if __name__ == "__main__":
    run(["serve", *sys.argv[1:]])
