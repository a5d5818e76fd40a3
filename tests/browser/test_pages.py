"""Every page in a browser: reachable for all, quiet in the console, as wide as its window."""

import pytest

from tests.browser.pages import PAGES, Page
from tests.support.browser import COLORS, DESKTOP, HEIGHTS, PHONE, TABLET, assert_accessible, assert_fits


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_page(row: Page, enter, seeded, picture):
    """Desktop with axe; phone fits, with axe where the page is used there; dark with axe where it sets the tone."""
    visitor = enter(row.who)
    visitor.errors.clear()
    page, name = visitor.page, f"{row.who or 'public'}-{row.name.replace(':', '.').replace(' ', '-')}"
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": DESKTOP, "height": HEIGHTS[DESKTOP]})
    answer = page.goto(seeded.origin + row.path(seeded))
    assert answer is not None
    assert answer.status == 200, f"{answer.status} at {page.url}"
    assert page.locator("h1").count() == 1
    visitor.check()
    picture(visitor, f"{name}-1440")
    for width in (TABLET, PHONE):
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        assert_fits(page)
        picture(visitor, f"{name}-{width}")
    if row.phone_axe:
        assert_accessible(page)
    if row.dark:
        page.emulate_media(color_scheme="dark")
        page.reload()
        assert_accessible(page, COLORS)  # nothing else changes in the dark
        picture(visitor, f"{name}-360-dark")
        page.set_viewport_size({"width": DESKTOP, "height": HEIGHTS[DESKTOP]})
        picture(visitor, f"{name}-1440-dark")
    assert not visitor.errors, f"console of {page.url}: {visitor.errors}"
