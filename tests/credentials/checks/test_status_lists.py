"""Status lists as others publish them: what they say against a credential counts, what they say for it must be theirs."""

from typing import Any

import pytest

from credentials.checks.examine import examine_given
from credentials.checks.run import Ask
from tests.credentials.checks.checking import SIGNER, check, found, knows, world
from tests.support.hostile.tokens import signed
from tests.support.issuers import NOW, Signing

ELSEWHERE = "https://example.com/credentials/status/3"


def numbered(index: Any) -> dict:
    """Return a credential whose place on the list is written as a number, as in a sample of 1EdTech's validator."""
    document = SIGNER.unsigned()
    document["credentialStatus"]["statusListIndex"] = index
    return SIGNER.sign(document)


def listed(*indexes: int, **members: Any) -> Any:
    saved = world()
    bare = SIGNER.status_list(*indexes)
    del bare["proof"]
    saved.save(SIGNER.list_url, SIGNER.sign(bare | members))
    return saved


class TestAnIndexThatIsANumber:
    @pytest.mark.parametrize(("revoked", "verdict"), [((23,), "revoked"), ((), "valid"), ((22, 24), "valid")])
    def test_is_read(self, revoked, verdict):
        report = check(numbered(23), world(*revoked))
        assert report.verdict == verdict
        assert "written as a number" in found(report, "profile").sentence

    @pytest.mark.parametrize("index", [-1, True, 23.0, 10**15, [23], "023"])
    def test_and_nothing_else_is(self, index):
        assert check(numbered(index), world()).verdict in {"status-invalid", "malformed", "jsonld-error"}

    def test_is_not_read_by_the_letter(self):
        ask = Ask(now=NOW, source=world(23), register=knows(), by_the_letter=True)
        assert examine_given(numbered("23"), ask).verdict == "revoked"
        assert examine_given(numbered(23), ask).verdict == "status-invalid"


class TestAListThatNamesAnotherAddress:
    def test_withdraws_and_never_clears(self):
        document = numbered("23")
        assert check(document, listed(23, id=ELSEWHERE)).verdict == "revoked"
        assert check(document, listed(id=ELSEWHERE)).verdict == "status-invalid"
        assert check(document, listed()).verdict == "valid"

    def test_the_published_sample_is_withdrawn(self):
        """Number and foreign address at once, as in ob30/bit-string-list of 1EdTech's validator (2026)."""
        report = check(numbered(23), listed(23, id=ELSEWHERE))
        assert (report.verdict, report.conclusion) == ("revoked", "fail")

    @pytest.mark.parametrize("member", ["id", "validUntil", "validFrom"])
    def test_what_a_list_may_leave_out_is_no_fault(self, member):
        saved = world()
        bare = SIGNER.status_list()
        del bare["proof"], bare[member]
        saved.save(SIGNER.list_url, SIGNER.sign(bare))
        assert check(numbered("23"), saved).verdict == "valid"


class TestAListInAToken:
    """Bitstring Status List v1.0, section 2.2: a list is a credential, and credentials may be secured as tokens."""

    def token(self, *indexes: int, signer: Any = SIGNER, **claims: Any) -> Any:
        saved = world()
        bare = SIGNER.status_list(*indexes)
        del bare["proof"]
        header = {"alg": "EdDSA", "kid": SIGNER.method, "typ": "vc+jwt"}
        saved.save(SIGNER.list_url, signed(header, bare | claims, signer).encode())
        return saved

    @pytest.mark.parametrize(("revoked", "verdict"), [((23,), "revoked"), ((), "valid"), ((22, 24), "valid")])
    def test_is_read(self, revoked, verdict):
        assert check(numbered("23"), self.token(*revoked)).verdict == verdict

    def test_holds_only_if_the_issuer_signed_it_for_today(self):
        for saved in (
            self.token(signer=Signing(2)),
            self.token(exp=int(NOW.timestamp()) - 60),
            self.token(validUntil="2026-05-30T00:00:00Z"),
            self.token(issuer="did:web:stranger.example"),
        ):
            report = check(numbered("23"), saved)
            assert report.verdict == "status-invalid"
            assert "list of withdrawn credentials" in found(report, "status").sentence
