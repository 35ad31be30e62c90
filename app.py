"""Serves the chat: ``python app.py`` is ``python -m rag serve``, with the same options."""

import sys

from rag.__main__ import main

if __name__ == "__main__":
    sys.exit(main(["serve", *sys.argv[1:]]))
