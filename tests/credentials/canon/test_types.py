"""Types by their names and by their addresses."""

import pytest

from credentials.canon.types import type_name


class TestTypeName:
    @pytest.mark.parametrize(
        ("written", "name"),
        [
            ("https://purl.imsglobal.org/spec/vc/clr/vocab.html#ClrCredential", "ClrCredential"),
            ("https://www.w3.org/2018/credentials#VerifiableCredential", "VerifiableCredential"),
            ("cred:VerifiableCredential", "VerifiableCredential"),
            ("obi:OpenBadgeCredential", "OpenBadgeCredential"),
            ("sec:DataIntegrityProof", "DataIntegrityProof"),
        ],
    )
    def test_is_found_behind_an_address(self, written, name):
        assert type_name(written) == name

    @pytest.mark.parametrize(
        "written",
        ["ClrCredential", "https://stranger.example/#ClrCredential", "urn:x:y", ":", "", None, 7, ["a:b"]],
    )
    def test_leaves_everything_else_as_it_is(self, written):
        assert type_name(written) == written
