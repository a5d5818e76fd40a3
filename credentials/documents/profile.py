"""Profile of an organization, for inside documents and for its own page."""

from credentials.documents.model import Address, IdentifierEntry, IssuerProfile
from credentials.documents.parts import bare, build_image, required_uri, stated, sub_id
from credentials.documents.vocabulary import OB_CONTEXT, VC_CONTEXT, Json


def build_profile(profile: IssuerProfile) -> Json:
    """Return the Profile object (OB 3.0, Profile)."""
    document: Json = {"id": required_uri(profile.id, "profile"), "type": ["Profile"]}
    document |= stated(
        name=profile.name,
        url=profile.url,
        email=profile.email,
        phone=profile.phone,
        description=profile.description,
        image=build_image(profile.image),
        address=_build_address(profile),
        official=profile.official,
        otherIdentifier=build_identifiers(profile.other_identifiers),
        parentOrg=build_profile(profile.parent) if profile.parent else None,
    )
    return document


def build_profile_page(profile: IssuerProfile) -> Json:
    """Return the Profile with its contexts, as served alone."""
    return {"@context": [VC_CONTEXT, OB_CONTEXT], **build_profile(profile)}


def profile_json(profile: IssuerProfile | Json) -> Json:
    """Return the Profile as JSON, built only if it is not JSON yet."""
    return build_profile(profile) if isinstance(profile, IssuerProfile) else bare(profile)


def build_identifiers(entries: tuple[IdentifierEntry, ...]) -> list[Json]:
    """Return IdentifierEntry objects; they are closed, so they can have no id."""
    return [
        {"type": "IdentifierEntry", "identifier": entry.identifier, "identifierType": entry.kind}
        for entry in entries
    ]


def _build_address(profile: IssuerProfile) -> Json | None:
    address: Address | None = profile.address
    if address is None:
        return None
    document: Json = {"id": sub_id(profile.id, "address"), "type": ["Address"]}
    document |= stated(
        streetAddress=address.street,
        addressLocality=address.locality,
        addressRegion=address.region,
        postalCode=address.postal_code,
        addressCountry=address.country,
        addressCountryCode=address.country_code,
        postOfficeBoxNumber=address.post_office_box,
    )
    return document
