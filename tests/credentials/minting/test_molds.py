import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials.documents import model
from credentials.documents.achievement import build_achievement
from credentials.documents.profile import build_profile
from credentials.lint import SharedParts
from credentials.minting.documents import Frame, NotFitToSign, Reserved, build
from credentials.minting.molds import Molds
from credentials.shapes.cache import ShapeCache
from tests.credentials.shapes.credentials import TEXT

BASE = "https://credentials.riverbend.example"
LIST = f"{BASE}/i/k7q2/status/4"
ZONE = ZoneInfo("America/Los_Angeles")
ISSUER = build_profile(
    model.IssuerProfile(id="did:web:credentials.riverbend.example:i:k7q2", name="Riverbend")
)
ACHIEVEMENT = build_achievement(
    model.Achievement(
        id=f"{BASE}/a/5b0c7f0e/3",
        name="Glazing",
        description='100 % "glass"',
        criteria=model.Criteria(narrative="Cut, set and seal."),
        alignments=(model.Alignment(target_name="Cut", target_url="https://skills.example/cut"),),
        result_descriptions=(
            model.ResultDescription(key="grade", name="Grade", result_type="LetterGrade"),
            model.ResultDescription(
                key="told", name="Told", result_type="LetterGrade", allowed_values=("A", "B")
            ),
            model.ResultDescription(
                key="skill",
                name="Skill",
                result_type="RubricCriterionLevel",
                levels=(model.RubricCriterionLevel(key="one", name="One"),),
            ),
        ),
    )
)
FRAME = Frame(ISSUER, ACHIEVEMENT, SharedParts(ISSUER, ACHIEVEMENT))
CACHE = ShapeCache()
MOLDS = Molds(CACHE)

RESULT = st.fixed_dictionaries(
    {
        "description": st.sampled_from(["", "grade", "grade", "told", "skill"]),
        "value": st.one_of(st.sampled_from(["A", "B", "C"]), TEXT),
        "achieved_level": st.just(""),
    }
)
URL = st.sampled_from(
    ["", "", "https://show.example/work", "https://show.example/é", "no url", ACHIEVEMENT["id"], ISSUER["id"]]
)
# What intake lets through is tidier; every third text is any text at all.
PLAIN = st.one_of(st.sampled_from(["Ñahui Quispe", "O’Neill, Zoë", "王小明", '"so"\nsaid', "%s"]), TEXT)
RESERVED = st.builds(
    Reserved,
    urn=st.uuids(version=4).map(str),
    subject_urn=st.uuids(version=4).map(str),
    achievement_version_id=st.just(""),
    status_list_id=st.just(""),
    status_index=st.integers(0, 131_071),
    salt=st.binary(min_size=16, max_size=16),
    awarded_on=st.dates(date(1850, 1, 1), date(2100, 1, 1)),
    valid_from=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    valid_until=st.one_of(
        st.none(),
        st.datetimes(datetime(1999, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    ),
    row_id=st.just(1),
    name=PLAIN,
    email=st.sampled_from(["", "ana@example.edu", "Ana@Example.EDU", "ñ@example.edu"]),
    result=st.one_of(st.lists(RESULT, max_size=1), st.lists(RESULT, max_size=3)),
    narrative=PLAIN,
    evidence_url=URL,
    credits=st.one_of(st.none(), st.decimals(0, 12, places=2)),
)


def row(**values):
    """An ordinary row with some values changed."""
    plain = {
        "urn": str(uuid.UUID(int=2)),
        "subject_urn": str(uuid.UUID(int=3)),
        "status_index": 7,
        "salt": bytes(16),
        "awarded_on": date(2026, 5, 14),
        "valid_from": datetime(2026, 5, 20, tzinfo=UTC),
        "valid_until": None,
        "row_id": 1,
        "name": "Ana",
        "email": "ana@example.edu",
        "result": [{"description": "grade", "value": "A", "achieved_level": ""}],
        "narrative": "",
        "evidence_url": "",
    }
    return Reserved(achievement_version_id="", status_list_id="", **(plain | values))


def built(one):
    """The document as built and linted by itself, or None if it is refused."""
    try:
        return build(one, FRAME, LIST, ZONE)
    except NotFitToSign:
        return None


def agree(one, molds=MOLDS):
    """Both ways give the same; a mold may pass a row on. Return whether it cast it."""
    cast, document = molds.cast(one, FRAME, LIST, ZONE), built(one)
    if cast is None:
        return False
    assert document is not None, "a document that the lint refuses was cast"
    assert cast.text == orjson.dumps(document)
    assert cast.digest == sha256(CACHE.in_full(document)).digest()
    return True


class TestCast:
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(RESERVED, min_size=2, max_size=2))
    def test_is_what_building_and_linting_gives(self, rows):
        for one in rows:
            agree(one)

    @pytest.mark.long
    @settings(max_examples=3_000, deadline=None, suppress_health_check=list(HealthCheck))
    @given(RESERVED)
    def test_is_what_building_and_linting_gives_for_thousands(self, one):
        agree(one)

    @pytest.mark.parametrize(
        "values",
        [
            {"name": "  "}, {"name": "tab\there"}, {"name": "\x07"}, {"narrative": "\ufffe"}, {"name": "\ud800"},
            {"evidence_url": "no url"}, {"evidence_url": ACHIEVEMENT["id"]}, {"salt": bytes(8)},
            {"valid_until": datetime(2026, 5, 1, tzinfo=UTC)}, {"awarded_on": date(1850, 1, 1)},
            {"result": [{"description": "told", "value": "C"}]}, {"result": [{"description": "none"}]},
            {"result": [{"description": "grade", "value": "\x7f"}]}, {"email": "\ud800@x.example"},
        ],
    )  # fmt: skip
    def test_leaves_a_row_that_may_break_a_rule_to_the_lint(self, values):
        molds = Molds(CACHE)  # random rows before may have used up the tries of a kind
        assert agree(row(), molds)
        assert not agree(row(**values), molds)

    @pytest.mark.parametrize(
        "values",
        [
            {}, {"name": ""}, {"email": ""}, {"narrative": 'Said: "so",\nand \\ went.'}, {"name": "\u202eabc \U0001f600"},
            {"evidence_url": "https://show.example/work"}, {"valid_until": datetime(2027, 1, 1, tzinfo=UTC)},
            {"credits": Decimal("2.50")}, {"credits": Decimal("3.00")}, {"credits": Decimal(0)},
            {"result": [{"description": "skill", "value": "One", "achieved_level": "one"}]}, {"result": []},
            {"result": [{"description": "told", "value": "B"}, {"description": "", "value": "7 of 9"}]},
        ],
    )  # fmt: skip
    def test_takes_an_ordinary_row_of_any_kind(self, values):
        assert agree(row(**values), Molds(CACHE))

    def test_gives_each_row_the_credits_it_earned(self):
        molds, told = Molds(CACHE), []
        for earned in (None, Decimal("2.50"), Decimal("3.00"), None, Decimal("2.5"), Decimal(0)):
            cast = molds.cast(row(credits=earned), FRAME, LIST, ZONE)
            told.append(orjson.loads(cast.text)["credentialSubject"].get("creditsEarned"))
        assert told == [None, 2.5, 3, None, 2.5, 0]

    def test_an_unfit_first_row_does_not_spoil_its_kind(self):
        molds = Molds(CACHE)
        for name, cast in (("\x07", False), ("Ana", True), ("\x07", False)):
            assert bool(molds.cast(row(name=name), FRAME, LIST, ZONE)) is cast

    def test_keeps_no_more_kinds_than_told(self, monkeypatch):
        monkeypatch.setattr("credentials.minting.molds.MAX_KINDS", 2)
        molds = Molds(CACHE)
        for number in range(4):
            molds.cast(row(), FRAME, f"{LIST}{number}", ZONE)
        assert len(molds.kinds) == 2
