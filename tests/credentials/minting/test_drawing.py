"""Ids and salts from a seed: the same again, different for each, well formed."""

import uuid

import pytest

from credentials.minting.drawing import draw

SEED = bytes(range(32))


def test_the_same_seed_draws_the_same_and_more_of_it_begins_with_the_same():
    assert draw(SEED, 5) == draw(SEED, 9)[:5]
    assert draw(SEED, 5) != draw(SEED[::-1], 5)
    assert draw(SEED, 0) == []


def test_all_that_is_drawn_is_different():
    drawn = draw(SEED, 2_000)
    ids = [one.own[at : at + 16] for one in drawn for at in (0, 16, 32)]
    assert len(set(ids)) == 6_000
    assert len({one.salt for one in drawn}) == 2_000
    assert {len(one.salt) for one in drawn} == {16}


def test_ids_are_uuids_of_version_4_and_their_texts_say_the_same():
    for one in draw(SEED, 200):
        ids = [uuid.UUID(bytes=one.own[at : at + 16]) for at in (0, 16, 32)]
        assert {(each.version, each.variant) for each in ids} == {(4, uuid.RFC_4122)}
        assert [str(each) for each in ids[1:]] == [one.urn, one.subject_urn]


def test_the_bits_that_are_random_come_from_the_stream():
    """The first 64 bytes of SHAKE256 of 00..1f, by hashlib, with the bits of version and variant set."""
    import hashlib

    stream = hashlib.shake_256(SEED).digest(64)
    [one] = draw(SEED, 1)
    assert one.salt == stream[48:]
    assert one.own[:6] == stream[:6]
    assert one.own[6] == stream[6] & 0x0F | 0x40
    assert one.own[8] == stream[8] & 0x3F | 0x80


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_seed_of_another_length_is_refused(length):
    with pytest.raises(ValueError, match="32 bytes"):
        draw(bytes(length), 1)
