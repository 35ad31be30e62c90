"""The command line: ``python -m rag prepare|build|ask|retrieve|lookup|sources|info|evaluate|serve|mcp``.

Exit codes: 0 answered or done, 3 unanswerable or not found, 2 wrong usage, 1 any other error (one line on stderr).
"""

import argparse
import contextlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from rag.errors import FilterError, MasdarError, SettingsError
from rag.filter_options import add_filter_options, filters_of
from rag.settings import Settings
from rag.terminal import answer_text, hit_text, isolated, report_text

EXIT_OK, EXIT_ERROR, EXIT_USAGE, EXIT_UNANSWERABLE = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except (SettingsError, FilterError) as error:
        print(f"masdar: {error}", file=sys.stderr)
        return EXIT_USAGE
    except MasdarError as error:
        print(f"masdar: {error}", file=sys.stderr)
        return EXIT_ERROR
    except KeyboardInterrupt:
        print("masdar: stopped.", file=sys.stderr)
        return EXIT_ERROR
    except BrokenPipeError:
        sys.stderr.close()
        return EXIT_OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rag",
        description="Masdar answers questions over a folder of articles, every sentence with its source.",
        epilog="Settings can also come from MASDAR_* variables and masdar.toml; see docs/settings.md.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add(commands, "prepare", _prepare, "unpack the language model, once per machine", "python -m rag prepare")
    _add(commands, "build", _build, "bring the index in step with the articles", "python -m rag build --data data")
    ask = _add(commands, "ask", _ask, "answer one question", 'python -m rag ask "من أسقط الطائرة؟" --json')
    ask.add_argument("question", help="the question, in any language")
    ask.add_argument(
        "--after", action="append", default=[], metavar="QUESTION", help="an earlier question of the conversation"
    )
    add_filter_options(ask)
    retrieve = _add(
        commands, "retrieve", _retrieve, "list the passages nearest to a query", 'python -m rag retrieve "Idlib"'
    )
    retrieve.add_argument("query", help="what to search for")
    retrieve.add_argument("--top-k", type=int, default=10, metavar="N", help="how many passages (default: 10)")
    add_filter_options(retrieve)
    lookup = _add(
        commands, "lookup", _lookup, "find where a quotation stands", "python -m rag lookup 'news/a.txt#120-180'"
    )
    lookup.add_argument("text", help="a quotation, an article id, or article_id#start-end")
    _add(commands, "sources", _sources, "list the articles of the index", "python -m rag sources --json")
    _add(commands, "info", _info, "say what state the index is in", "python -m rag info")
    evaluate = _add(
        commands, "evaluate", _evaluate, "measure answers on a question set", "python -m rag evaluate questions.jsonl"
    )
    evaluate.add_argument("questions", type=Path, help="question set: JSON lines, or a file in SQuAD's form")
    evaluate.add_argument("--passage-given", action="store_true", help="ask only of the articles that answer")
    serve = _add(commands, "serve", _serve, "open the chat in the browser", "python -m rag serve --port 7860")
    serve.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (default: 7860)")
    serve.add_argument("--tour", action="store_true", help="name the address of the guided tour of data/")
    _add(commands, "mcp", _mcp, "serve a chat program over its standard streams (MCP)", "python -m rag mcp --data data")
    return parser


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], int],
    description: str,
    example: str,
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name,
        help=description,
        description=description[0].upper() + description[1:] + ".",
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--data", type=Path, metavar="DIR", help="folder of articles (default: data)")
    command.add_argument("--index", type=Path, metavar="DIR", help="folder of the index (default: index)")
    command.add_argument("--json", action="store_true", help="print records as JSON")
    command.set_defaults(run=run)
    return command


def _settings(options: argparse.Namespace) -> Settings:
    given = {
        "data_dir": options.data,
        "index_dir": options.index,
        "host": getattr(options, "host", None),
        "port": getattr(options, "port", None),
    }
    return Settings(**{name: value for name, value in given.items() if value is not None})


# The rooms behind the commands are imported where they are used: torch takes seconds, `--help` should not.


def _prepare(options: argparse.Namespace) -> int:
    from rag.encoder import open_encoder

    encoder = open_encoder(_settings(options), progress=lambda line: print(line, file=sys.stderr, flush=True))
    print(f"The language model is ready: {encoder.engine}.")
    return EXIT_OK


def _build(options: argparse.Namespace) -> int:
    from rag.assistant import build_index
    from rag.records import to_json

    report = build_index(_settings(options), progress=_Progress())
    if options.json:
        print(to_json(report))
    else:
        print(report_text(report))
    return EXIT_OK


def _ask(options: argparse.Namespace) -> int:
    from rag.assistant import open_assistant
    from rag.records import AnswerStatus, to_json

    assistant = open_assistant(_settings(options), progress=_Progress())
    for difference in assistant.differences():
        print(f"masdar: {difference}", file=sys.stderr)
    filters = filters_of(options)
    history: tuple[tuple[str, str], ...] = ()
    for earlier in options.after:
        history = (*history, (earlier, assistant.ask(earlier, history, filters=filters).text))
    answer = assistant.ask(options.question, history, filters=filters)
    if options.json:
        print(to_json(answer))
    else:
        print(answer_text(answer))
    return EXIT_OK if answer.status is AnswerStatus.ANSWERED else EXIT_UNANSWERABLE


def _retrieve(options: argparse.Namespace) -> int:
    from rag.assistant import open_assistant
    from rag.records import to_json

    if options.top_k < 1:
        raise SettingsError(f"--top-k must be at least 1, got {options.top_k}.")
    assistant = open_assistant(_settings(options), progress=_Progress())
    hits = assistant.retrieve(options.query, top_k=options.top_k, filters=filters_of(options))
    if options.json:
        print(to_json(hits))
    else:
        for hit in hits:
            print(hit_text(hit))
    return EXIT_OK if hits else EXIT_UNANSWERABLE


def _lookup(options: argparse.Namespace) -> int:
    from rag.assistant import open_assistant
    from rag.lookup_lines import cut_note, json_of, lines_of

    assistant = open_assistant(_settings(options), progress=_Progress())
    citations = assistant.lookup(options.text)
    if options.json:
        print(json_of(options.text, citations))
    else:
        print(*lines_of(options.text, citations, isolated), sep="\n")
    if note := cut_note(options.text, citations):
        print(f"masdar: {note}", file=sys.stderr)
    return EXIT_OK if citations else EXIT_UNANSWERABLE


def _sources(options: argparse.Namespace) -> int:
    from rag.assistant import open_assistant
    from rag.records import to_json

    sources = open_assistant(_settings(options), progress=_Progress()).sources()
    if options.json:
        print(to_json(sources))
    for source in sources if not options.json else ():
        published = source.published.isoformat() if source.published else "-"
        print(f"{isolated(source.article_id)}  {source.language}  {published}  {isolated(source.title)}")
    return EXIT_OK


def _info(options: argparse.Namespace) -> int:
    from rag.index_state import index_info
    from rag.records import to_json

    info = index_info(_settings(options))
    if options.json:
        print(to_json(info))
    else:
        print(f"state: {info.state}")
        print(f"index: {info.index_dir}")
        for line in info.details:
            print(line)
    return EXIT_OK


def _evaluate(options: argparse.Namespace) -> int:
    from rag.evaluation_runs import run
    from rag.evaluation_tables import failures, tables
    from rag.question_sets import read_question_set
    from rag.records import to_json

    found = read_question_set(options.questions)
    evaluation = run(found, _settings(options), passage_given=options.passage_given, progress=_Progress())
    if options.json:
        print(to_json(evaluation, indent=1))
    else:
        print(tables(evaluation), *failures(evaluation), sep="\n")
    return EXIT_OK


def _serve(options: argparse.Namespace) -> int:
    from rag.assistant import open_assistant
    from rag.web import serve
    from rag.web.credentials import warning_about

    assistant = open_assistant(_settings(options), refresh=True, progress=_Progress())
    if assistant.report is not None:
        print(report_text(assistant.report))
    if warning := warning_about(assistant.settings):
        print(f"masdar: {warning}", file=sys.stderr)
    print("Opening the page …", flush=True)
    place = "/?tour" if options.tour else ""
    serve(assistant, lambda address: print(f"Masdar is ready: {address}{place}   (Ctrl+C stops it)", flush=True))
    return EXIT_OK


def _mcp(options: argparse.Namespace) -> int:
    from rag.assistant import open_assistant
    from rag.web.mcp_server import serve_stdio

    # Standard output belongs to the protocol.
    serve_stdio(open_assistant(_settings(options), refresh=True, progress=_Progress()))
    return EXIT_OK


_STAGES = {
    "encoder": "Preparing the language model",
    "read": "Reading articles",
    "split": "Splitting into passages",
    "encode": "Encoding passages",
    "write": "Writing the index",
    "ask": "Asking the questions",
}


class _Progress:
    """Writes how far a long step is to stderr: a line a stage, and on a terminal a percentage."""

    def __init__(self) -> None:
        self._stage = ""
        self._shown_at = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        if total == 0:
            return
        now = time.monotonic()
        name = _STAGES.get(stage, stage)
        if sys.stderr.isatty():
            if stage != self._stage or done == total or now - self._shown_at > 0.1:
                end = "\n" if done == total else ""
                print(f"\r{name} … {100 * done // total} %", end=end, file=sys.stderr, flush=True)
                self._shown_at = now
        elif stage != self._stage:
            print(f"{name} …", file=sys.stderr, flush=True)
        elif now - self._shown_at > 5 and done < total:
            print(f"{name} … {100 * done // total} %", file=sys.stderr, flush=True)
            self._shown_at = now
        if stage != self._stage:
            self._stage, self._shown_at = stage, now


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """``main`` as a whole process, which ends at once when the work is done.

    Taking torch apart object by object at the end would take longer than answering did.
    """
    code = main(arguments)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BrokenPipeError, ValueError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
