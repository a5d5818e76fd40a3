"""Status lists: the bits, the form, the limits."""

import base64
import gzip
from datetime import UTC, datetime

import pytest

from credentials.canon.jsonld import expand_safely
from credentials.documents.errors import DocumentError
from credentials.documents.status_list import MIN_ENTRIES, build_status_list_credential, encode_list

URL = "https://credentials.riverbend.example/i/k7f3/status/1"
DID = "did:web:credentials.riverbend.example:i:k7f3"
FROM, UNTIL = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 8, tzinfo=UTC)


def decoded(text):
    assert text.startswith("u")
    return gzip.decompress(base64.urlsafe_b64decode(text[1:] + "=" * (-(len(text) - 1) % 4)))


class TestEncodeList:
    def test_puts_entry_0_left_most(self):
        bits = decoded(encode_list([0, 9, MIN_ENTRIES - 1]))
        assert (bits[0], bits[1], bits[-1], sum(bits)) == (0x80, 0x40, 0x01, 0xC1)

    def test_decodes_like_the_published_empty_list(self):
        # Bitstring Status List v1.0, example of an encodedList of 131,072 entries.
        published = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
        assert decoded(encode_list([])) == decoded(published) == bytes(16_384)

    def test_is_the_same_whatever_the_order(self):
        assert encode_list([5, 900, 7]) == encode_list([900, 7, 5, 5])

    @pytest.mark.parametrize("entries", [0, 8, MIN_ENTRIES - 8, MIN_ENTRIES + 1])
    def test_refuses_short_or_uneven_lists(self, entries):
        with pytest.raises(DocumentError) as caught:
            encode_list([], entries=entries)
        assert caught.value.code == "status-list-too-short"

    @pytest.mark.parametrize("index", [-1, MIN_ENTRIES])
    def test_refuses_an_index_outside(self, index):
        with pytest.raises(DocumentError) as caught:
            encode_list([index])
        assert caught.value.code == "status-index-out-of-range"


class TestBuildStatusListCredential:
    def build(self, **change):
        usual = {"issuer_id": DID, "set_indexes": [3], "valid_from": FROM, "valid_until": UNTIL}
        return build_status_list_credential(URL, **usual | {"ttl_seconds": 300} | change)

    def test_is_covered_whole_by_the_base_context(self):
        assert self.build()["@context"] == ["https://www.w3.org/ns/credentials/v2"]
        assert expand_safely(self.build())

    def test_states_purpose_ttl_in_milliseconds_and_dates(self):
        document = self.build()
        assert document["credentialSubject"]["statusPurpose"] == "revocation"
        assert document["credentialSubject"]["ttl"] == 300_000
        assert (document["validFrom"], document["validUntil"]) == (
            "2026-05-01T00:00:00Z",
            "2026-05-08T00:00:00Z",
        )

    def test_can_be_without_end_for_an_archive(self):
        assert "validUntil" not in self.build(valid_until=None)

    @pytest.mark.parametrize("purpose", ["", "message", "cancellation"])
    def test_refuses_other_purposes(self, purpose):
        with pytest.raises(DocumentError) as caught:
            self.build(purpose=purpose)
        assert caught.value.code == "status-purpose-unknown"
