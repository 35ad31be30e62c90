"""Behind a password the page works as before, in a real browser; conversations are there after a restart."""

from typing import Any

import pytest
from browser_page import ask
from serving import served
from web_fakes import ENGLISH_QUOTE, FakeAssistant

from rag.settings import Settings
from rag.web import create_app
from rag.web.document_strings import DOCUMENT_STRINGS

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

pytestmark = pytest.mark.browser
PASSWORD = "كلمة السر"  # noqa: S105


def enter(page: Any, language: str) -> None:
    words = DOCUMENT_STRINGS[language]
    page.get_by_label(words.password).fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text(words.wrong)
    page.get_by_label(words.password).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".starter, .answer")


def test_the_password_opens_the_whole_page_and_what_was_asked_survives_a_restart(browser: Any) -> None:
    assistant = FakeAssistant()
    assistant.settings = Settings(index_dir=assistant.settings.index_dir, password=PASSWORD)
    context = browser.new_context(locale="ar", reduced_motion="reduce")
    page = context.new_page()
    with served(create_app(assistant)) as port:
        page.goto(f"http://127.0.0.1:{port}/")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        enter(page, "ar")
        answer = ask(page, "How many books did the library lend?")
        answer.locator("button.cite").first.click()
        expect(page.locator("#source mark").first).to_have_text(ENGLISH_QUOTE)
        (kept,) = page.request.get(f"http://127.0.0.1:{port}/conversations").json()
        shared = page.request.post(f"http://127.0.0.1:{port}/conversations/{kept['conversation_id']}/share").json()
    with served(create_app(assistant), port=port):
        page.reload()
        enter(page, "ar")
        expect(page.locator(".answer.answered")).to_contain_text(ENGLISH_QUOTE)
        page.goto(f"http://127.0.0.1:{port}/{shared['address']}?lang=en")
        expect(page.locator("blockquote")).to_have_text(ENGLISH_QUOTE)
        page.locator("ol a").click()
        expect(page.locator("#source mark").first).to_have_text(ENGLISH_QUOTE)
    context.close()
