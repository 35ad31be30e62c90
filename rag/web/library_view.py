"""The tab of the library: what is in it, files added to it and taken out, and the index brought in step behind."""

import asyncio
import contextlib
import datetime
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect

from rag.formats import READERS
from rag.records import Duplicate
from rag.web.credentials import may_change_library
from rag.web.library_builds import BuildState, LibraryBuilds
from rag.web.library_files import FileOutcome, LibraryFolder, Outcome, safe_name
from rag.web.library_list import LibraryList, ListPage, ListQuery, Order, file_of
from rag.web.methods import as_json
from rag.web.protocol import PageAssistant
from rag.web.reader_language import choose_language
from rag.web.view import View

_MOST_LISTED, _LONGEST_SEARCH, _LONGEST_NAME, _MOST_REMOVED, _MOST_LEFT_OUT = 200, 200, 2000, 500, 200
# Reading a file takes a core: more at once would only slow down those who ask.
_READ_AT_ONCE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A page of the list, whether files may be added and removed here, and of what kind and size they may be."""

    page: ListPage
    changeable: bool
    formats: tuple[str, ...]
    most_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What the last build could not read, with the reason, and what repeats another article; each list is cut."""

    skipped_count: int
    skipped: tuple[tuple[str, str], ...]
    duplicates_count: int
    duplicates: tuple[Duplicate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryState:
    """How far a build is, and what the last one did; the counts are None before the first one."""

    build: BuildState
    added: int | None
    changed: int | None
    removed: int | None
    left_out: LeftOut


class RemoveBody(BaseModel):
    """The files to take out."""

    files: list[str] = Field(min_length=1, max_length=_MOST_REMOVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """The files that were taken out; what is missing was not there any more."""

    files: tuple[str, ...]


def library_routes(assistant: PageAssistant) -> APIRouter:
    """The addresses that the tab's script calls."""
    router = APIRouter(include_in_schema=False)
    listed = LibraryList(assistant)
    settings = assistant.settings
    folder = LibraryFolder(settings.data_dir, max_megabytes=settings.max_article_megabytes)
    builds = LibraryBuilds(assistant.refresh)
    changeable = may_change_library(settings)

    def changing(request: Request) -> None:
        if not changeable:
            raise HTTPException(403, "The library cannot be changed from this page: see 'library_changes' in settings.")
        if _is_from_another_site(request):
            raise HTTPException(403, "Only this page itself can change the library.")

    @router.get("/page/library")
    def library(query: Annotated[_ListParameters, Query()]) -> Response:
        language = choose_language(asked=query.lang, remembered=None, accepted=None)
        page = listed.page(query.record(), language)
        whole = Library(page=page, changeable=changeable, formats=tuple(READERS), most_bytes=folder.most_bytes)
        return as_json(whole)

    @router.get("/page/library/state")
    def state() -> Response:
        return as_json(_state(assistant, builds.state, folder))

    @router.get("/page/library/file")
    def file(name: Annotated[str, Query(max_length=_LONGEST_NAME)]) -> dict[str, int]:
        return {"articles": listed.articles_in(name)}

    @router.post("/page/library/refresh", dependencies=[Depends(changing)])
    def refresh() -> Response:
        builds.soon()
        return as_json(_state(assistant, builds.state, folder))

    @router.post("/page/library/remove", dependencies=[Depends(changing)])
    def remove(body: RemoveBody) -> Response:
        try:
            removed = folder.remove(body.files)
        except OSError as error:
            raise HTTPException(500, f"A file could not be moved: {error.strerror}.") from None
        builds.soon()
        return as_json(Removed(files=removed))

    reading = asyncio.Semaphore(_READ_AT_ONCE)

    @router.put("/library/files", dependencies=[Depends(changing)])
    async def add(
        request: Request, name: Annotated[str, Query(max_length=_LONGEST_NAME)], replace: bool = False
    ) -> Response:
        outcome = folder.refusal(name) or await _receive(request, folder, assistant, reading, name, replace=replace)
        if outcome.outcome in {Outcome.ADDED, Outcome.REPLACED}:
            builds.soon()
        return as_json(outcome)

    return router


class _ListParameters(BaseModel):
    search: str = Field(default="", max_length=_LONGEST_SEARCH)
    language: str = Field(default="", max_length=20)
    since: datetime.date | None = None
    until: datetime.date | None = None
    order: Order = "published"
    descending: bool = True
    offset: int = Field(default=0, ge=0, le=1_000_000_000)
    limit: int = Field(default=50, ge=1, le=_MOST_LISTED)
    lang: str = ""

    def record(self) -> ListQuery:
        return ListQuery(**self.model_dump(exclude={"lang"}))


async def _receive(
    request: Request,
    folder: LibraryFolder,
    assistant: PageAssistant,
    reading: asyncio.Semaphore,
    name: str,
    *,
    replace: bool,
) -> FileOutcome:
    """Takes a file in as it comes, no more of it than may be, and keeps it if it is an article."""
    file_id = safe_name(name) or ""
    try:
        upload = folder.new_upload(file_id)
    except OSError as error:
        return FileOutcome(outcome=Outcome.NOT_KEPT, file_id=file_id, reason=error.strerror or "")
    try:
        received = 0
        with upload.open("wb") as stream:
            async for chunk in request.stream():
                received += len(chunk)
                if received > folder.most_bytes:
                    return FileOutcome(outcome=Outcome.TOO_LARGE, file_id=file_id)
                stream.write(chunk)
        async with reading:
            return await asyncio.to_thread(folder.take, upload, file_id, assistant.files(), replace=replace)
    except OSError as error:
        return FileOutcome(outcome=Outcome.NOT_KEPT, file_id=file_id, reason=error.strerror or "")
    except ClientDisconnect:
        return FileOutcome(outcome=Outcome.NOT_KEPT, file_id=file_id)
    finally:
        with contextlib.suppress(OSError):
            upload.unlink(missing_ok=True)


def _state(assistant: PageAssistant, build: BuildState, folder: LibraryFolder) -> LibraryState:
    report = assistant.report
    if report is None:
        nothing = LeftOut(skipped_count=0, skipped=(), duplicates_count=0, duplicates=())
        return LibraryState(build=build, added=None, changed=None, removed=None, left_out=nothing)
    recent = folder.recent

    def is_old(each: Duplicate) -> bool:
        return recent.isdisjoint((file_of(each.article_id), file_of(each.duplicate_of)))

    return LibraryState(
        build=build,
        added=report.added,
        changed=report.changed,
        removed=report.removed,
        left_out=LeftOut(
            skipped_count=len(report.skipped),
            skipped=report.skipped[:_MOST_LEFT_OUT],
            duplicates_count=len(report.duplicates),
            # Those among the files just added come first, so that none of them is cut off.
            duplicates=tuple(sorted(report.duplicates, key=is_old)[:_MOST_LEFT_OUT]),
        ),
    )


def _is_from_another_site(request: Request) -> bool:
    """Whether a page of another site made the browser send this; programs send neither header."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


LIBRARY = View(name="library", label="view_library", routes=library_routes)
