"""Presentations in tokens: who shows them, for what was asked, and every credential in them on its own."""

import json

import pytest

from credentials.checks.examine import examine_given
from credentials.checks.run import Ask
from tests.credentials.checks.checking import SIGNER, check, found, knows
from tests.support.hostile import presentations as shown
from tests.support.hostile import tokens
from tests.support.hostile.cases import STRANGER, badge, base_answers
from tests.support.issuers import NOW, Saved

WORLD = Saved(dict(base_answers()))


def asked(document: str | dict, **how):
    """Return the report on a presentation that was asked for."""
    ask = Ask(now=NOW, source=WORLD, register=knows(), origin="https://elsewhere.example", **how)
    return examine_given(document, ask)


class TestAPresentationInAToken:
    @pytest.mark.parametrize(
        "document",
        [shown.token(), json.dumps(shown.envelope()), shown.older()],
        ids=["token", "envelope", "older"],
    )
    def test_holds_with_each_credential_on_its_own(self, document):
        report = check(document, WORLD)
        assert (report.verdict, report.summary.kind, report.summary.proof) == (
            "valid",
            "presentation",
            "JWT EdDSA",
        )
        assert {member.verdict for member in report.members} == {"valid"}
        assert report.members[0].summary.issuer.listing == "own"
        assert found(report, "presented").outcome == "unknown"  # nobody asked for it

    def test_is_never_green_for_an_issuer_nobody_knows(self):
        assert check(shown.token(), WORLD).tone == "pass"
        report = check(shown.token(), WORLD, register=knows("did:web:another.example"))
        assert (report.verdict, report.reasons, report.tone) == (
            "valid",
            ("nested-issuer-unknown",),
            "unknown",
        )
        assert "We do not know who issued “Clinical Skills II” inside." in report.answer

    def test_says_who_put_it_together(self):
        assert shown.HOLDER.did[:40] in found(check(shown.token(), WORLD), "key").sentence

    @pytest.mark.parametrize("document", [shown.token(), shown.envelope()], ids=["token", "envelope"])
    def test_answers_a_question(self, document):
        report = asked(document, challenge="n-1", domain="https://verifier.example")
        assert (report.verdict, found(report, "presented").outcome) == ("valid", "pass")
        for other in ({"challenge": "n-2"}, {"domain": "https://other.example"}):
            report = asked(document, **other)
            assert report.verdict == "signature-invalid"
            assert "put together for somebody else" in report.answer

    def test_an_answer_is_asked_of_the_presentation_and_not_of_what_is_in_it(self):
        report = asked(shown.made(verifiableCredential=[badge()]), challenge="n-1")
        assert report.members[0].verdict == "valid"

    def test_a_holders_key_must_be_one_for_showing(self):
        document = STRANGER.did_document()
        document["authentication"] = [STRANGER.method]
        world = Saved(dict(base_answers()))
        world.save(STRANGER.did_url, document)
        made = shown.made({"kid": STRANGER.method}, STRANGER, holder=STRANGER.did)
        assert check(made, world).verdict == "valid"
        refused = check(made, WORLD)
        assert (refused.verdict, "not for this purpose" in refused.answer) == ("key-unresolvable", True)

    def test_nobody_named_as_its_holder_is_no_fault(self):
        assert check(shown.made(holder=None), WORLD).verdict == "valid"

    def test_one_bad_credential_is_named(self):
        report = check(shown.made(verifiableCredential=[badge(), badge() | {"name": "Another"}]), WORLD)
        assert (report.verdict, [one.ok for one in report.members]) == (
            "nested-signature-invalid",
            [True, False],
        )

    def test_is_no_endorsement(self):
        document = SIGNER.unsigned()
        document["credentialSubject"]["achievement"]["endorsementJwt"] = [shown.token()]
        report = check(tokens.signed(tokens.OURS, document), WORLD)
        assert (report.verdict, report.reasons) == ("valid", ("nested-malformed",))
