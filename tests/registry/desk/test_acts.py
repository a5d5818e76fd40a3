import re

import pytest
from django.conf import settings
from django.template import Context, Template

from institution.accounts import work
from registry.desk import acts

RECORDED = re.compile(r"\brecord\(\s*\"([a-z]+\.[a-z_]+)\"")
PASSED_ON = re.compile(
    r"\b(?:_saved|_turn)\([^)]*?\"([a-z]+\.[a-z_]+)\"|\bkind = \"([a-z.]+)\" if \w+ else \"([a-z.]+)\""
)
PACKAGES = ("institution", "skills", "credentials", "learners", "registry")


def recorded() -> set[str]:
    """Return every kind of act that the code records."""
    files = [path for package in PACKAGES for path in (settings.BASE_DIR / package).rglob("*.py")]
    texts = [path.read_text(encoding="utf-8") for path in files]
    written = {kind for text in texts for kind in RECORDED.findall(text)}
    written |= {kind for text in texts for kinds in PASSED_ON.findall(text) for kind in kinds if kind}
    return written | {f"{holder.word}.handed_over" for holder in work.holders()}


class TestActs:
    def test_every_recorded_act_has_words(self):
        assert {"batch.paused", "achievement.added", "partner.disabled", "partner.enabled"} <= recorded()
        assert sorted(recorded() - set(acts.ACTS)) == []

    def test_no_words_are_left_of_acts_that_are_gone(self):
        assert sorted(set(acts.ACTS) - recorded()) == []

    def test_details_are_written_as_people_write_them(self):
        page = Template("{% load acts %}{{ name|act_key }}: {{ scopes|act_value }}, {{ count|act_value }}")
        said = page.render(Context({"name": "last_line", "scopes": ["a.read", "b.write"], "count": 7}))
        assert said == "last line: a.read, b.write, 7"

    @pytest.mark.parametrize("kind", sorted(acts.ACTS))
    def test_the_icon_is_in_the_sprite(self, kind):
        sprite = (settings.BASE_DIR / "templates" / "_parts" / "sprite.html").read_text(encoding="utf-8")
        assert f'id="i-{acts.icon_of(kind)}"' in sprite

    def test_an_act_without_words_keeps_its_name(self):
        assert acts.words_of("weather.changed") == "weather.changed"
        assert acts.thing_of("weather.rain") == "weather.rain"
