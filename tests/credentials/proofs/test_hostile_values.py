"""Whatever a stranger writes fails as ProofError or as a proof that does not hold; nothing else."""

import copy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials.canon.errors import ProofError
from credentials.proofs.data_integrity import prepare, verify

from .support import DOCUMENT, ED, NOW, method, resolve, sign_with

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["@id", "_:b", "urn:x", "zz", "2026-05-20T10:00:00Z", "DataIntegrityProof", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=4)
            | st.sampled_from(
                ["@id", "@type", "@value", "@context", "@list", "@set", "@language", "id", "type", "name"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
PREPARED = prepare(DOCUMENT, verification_method=method(ED), created="2026-05-20T10:00:00Z")
SECURED = PREPARED.secured(sign_with(ED)(PREPARED.to_sign))
JCS = prepare(
    DOCUMENT, verification_method=method(ED), created="2026-05-20T10:00:00Z", cryptosuite="eddsa-jcs-2022"
)
SECURED_JCS = JCS.secured(sign_with(ED)(JCS.to_sign))


def verifies(document):
    try:
        outcomes = verify(document, resolve=resolve, now=NOW)
    except ProofError:
        return False
    return all(outcome.verified for outcome in outcomes)


class TestVerify:
    def test_the_untampered_twins_verify(self):
        assert verifies(SECURED)
        assert verifies(SECURED_JCS)

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(ANYTHING)
    def test_survives_any_document(self, document):
        assert not verifies(document)

    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from([SECURED, SECURED_JCS]), st.data())
    def test_survives_any_member_in_any_place(self, secured, data):
        document = copy.deepcopy(secured)
        place = data.draw(st.sampled_from([document, document["proof"], document["credentialSubject"]]))
        name = data.draw(
            st.sampled_from([*place, "domain", "previousProof", "id", "@context", "nonce", "expires"])
        )
        before = copy.deepcopy(place.get(name))
        place[name] = data.draw(ANYTHING)
        if place[name] != before:
            assert not verifies(document) or place[name] == []
