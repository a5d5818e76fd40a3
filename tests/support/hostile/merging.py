"""Members dropped from, moved between or split over objects of one id: RDF joins them, so the signature still holds."""

import copy
from collections.abc import Callable

from tests.support.hostile.cases import COLLEGE, GUILD, Json, case, unsigned
from tests.support.hostile.lists import record


def with_creator() -> Json:
    """Return a badge whose achievement was made by its issuer, described twice alike."""
    document = unsigned()
    document["credentialSubject"]["achievement"]["creator"] = copy.deepcopy(document["issuer"])
    return COLLEGE.sign(document)


def endorsed() -> Json:
    """Return a badge with a signed endorsement of its achievement inside."""
    document = unsigned()
    document["credentialSubject"]["achievement"]["endorsement"] = [GUILD.endorsement()]
    return COLLEGE.sign(document)


def _merged(twin: Callable[[], Json], **changes: Callable[[Json], object]) -> None:
    for name, change in changes.items():

        def recipe(change: Callable[[Json], object] = change) -> Json:
            document = twin()
            change(document)
            return document

        recipe.__name__ = name
        case("jsonld-error", twin=twin)(recipe)


def _split(document: Json) -> None:
    del document["issuer"]["url"]
    del document["credentialSubject"]["achievement"]["creator"]["name"]


def _to_support(document: Json) -> None:
    achievement = document["credentialSubject"]["achievement"]
    support = achievement["endorsement"][0]["credentialSubject"]
    support["description"] = achievement.pop("description")


_merged(
    record,
    merged_address_left_out_of_the_record=lambda d: d["issuer"].pop("url"),
    merged_type_left_out_of_the_record=lambda d: d["issuer"].update(type=[]),
)
_merged(
    with_creator,
    merged_address_left_to_the_creator=lambda d: d["issuer"].pop("url"),
    merged_address_left_to_the_issuer=lambda d: d["credentialSubject"]["achievement"]["creator"].pop("url"),
    merged_profile_left_to_the_creator=lambda d: d.update(issuer=d["issuer"]["id"]),
    merged_profile_split=_split,
)
_merged(endorsed, merged_description_moved_to_an_endorsement=_to_support)
