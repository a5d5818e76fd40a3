import copy

import pytest

from benchmarks._documents import FIXTURE, credential, record, signed, with_ids
from credentials.canon.errors import ProofError
from credentials.shapes.cache import ShapeCache
from credentials.shapes.composing import members_of

MEMBERS = [signed(credential(number, with_ids(number))) for number in range(4)]


def changed(document, *path, value):
    document = copy.deepcopy(document)
    inner = document
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return document


def composed(document):
    """The canonical form, after it was had from the parts and equals the full algorithm's."""
    cache = ShapeCache()
    for number in range(2):  # the first of its contexts is compared inside
        assert cache.canonical(document) == cache.in_full(document)
        assert cache.counts["composed"] == number + 1
    return cache


class TestCanonical:
    def test_of_members_with_ids_on_every_object(self):
        composed(record(1, MEMBERS))

    def test_of_members_of_one_achievement(self):
        composed(record(1, [signed(credential(number, with_ids(1))) for number in range(4)]))

    def test_of_members_whose_blank_nodes_look_alike(self):
        composed(record(1, [signed(credential(number)) for number in range(3)]))

    def test_of_members_with_the_same_subject(self):
        same = [
            changed(credential(n, with_ids(n)), "credentialSubject", "id", value="did:example:ana")
            for n in range(3)
        ]
        composed(record(1, [signed(one) for one in same]))

    def test_of_members_that_say_different_things_of_one_issuer(self):
        other = changed(credential(9, with_ids(9)), "issuer", "name", value="Riverbend, as it was called")
        composed(record(1, [*MEMBERS[:2], signed(other)]))

    def test_of_a_subject_who_is_also_a_subject_inside(self):
        document = record(1, MEMBERS[:2])
        own = MEMBERS[0]["credentialSubject"]["id"]
        composed(changed(document, "credentialSubject", "id", value=own))

    def test_of_another_record_with_the_same_shapes(self):
        cache = composed(record(1, MEMBERS))
        compiled = cache.counts["compiled"]
        other = record(2, [signed(credential(10 + number, with_ids(number))) for number in range(4)])
        assert cache.canonical(other) == cache.in_full(other)
        assert cache.counts["compiled"] == compiled

    def test_of_one_member_twice_is_what_the_full_algorithm_says(self):
        cache, document = ShapeCache(), record(1, [MEMBERS[0], MEMBERS[0]])
        assert cache.canonical(document) == cache.in_full(document)


class TestWhatIsNotComposed:
    @pytest.mark.parametrize(
        ("path", "value"),
        [
            (("@context",), FIXTURE["@context"]),
            (("type",), ["VerifiableCredential"]),
            (("credentialSubject", "type"), ["ClrSubject", "Profile"]),
            (("credentialSubject", "id"), "relative"),
            (("credentialSubject", "verifiableCredential"), MEMBERS[:1]),
            (("credentialSubject", "verifiableCredential", 0, "@context"), FIXTURE["@context"][:1]),
            (("credentialSubject", "verifiableCredential", 0, "id"), "_:b0"),
            (("credentialSubject", "verifiableCredential", 0), "urn:x:y"),
        ],
    )
    def test_other_documents(self, path, value):
        assert members_of(changed(record(1, MEMBERS[:2]), *path, value=value)) is None

    def test_a_context_further_inside_goes_the_long_way(self):
        cache = ShapeCache()
        inner = changed(MEMBERS[0], "evidence", 0, "@context", value=FIXTURE["@context"][1])
        document = record(1, [inner, MEMBERS[1]])
        assert cache.canonical(document) == cache.in_full(document)
        assert cache.counts == {"full": 1}

    def test_a_term_that_no_context_defines_is_an_error_every_time(self):
        cache = ShapeCache()
        cache.canonical(record(1, MEMBERS))
        for _ in range(3):
            with pytest.raises(ProofError) as caught:
                cache.canonical(record(1, [{**MEMBERS[0], "hidden": "x"}, *MEMBERS[1:]]))
            assert caught.value.code == "jsonld-error"

    def test_a_member_that_borrows_a_term_of_the_record_goes_the_long_way(self):
        cache = ShapeCache()
        odd = copy.deepcopy(MEMBERS[0])
        odd["evidence"][0]["type"] = ["Evidence", "Association"]
        document = record(1, [odd, MEMBERS[1]])
        assert cache.canonical(document) == cache.in_full(document)
        assert cache.counts["composed"] == 0
