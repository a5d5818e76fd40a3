"""EndorsementCredential (Open Badges 3.0), unsigned."""

from credentials.documents.dates import instant_text
from credentials.documents.model import Endorsement
from credentials.documents.parts import build_schema, build_status_entry, required_uri, stated
from credentials.documents.profile import profile_json
from credentials.documents.vocabulary import (
    ENDORSEMENT_CREDENTIAL_SCHEMA,
    EXTENSIONS_CONTEXT,
    OB_CONTEXT,
    VC_CONTEXT,
    Json,
)


def build_endorsement_credential(endorsement: Endorsement) -> Json:
    """Return the unsigned endorsement; its subject is the thing endorsed, never a person's address."""
    subject = {"id": required_uri(endorsement.endorsed_id, "endorsed"), "type": ["EndorsementSubject"]}
    document: Json = {
        "@context": [VC_CONTEXT, OB_CONTEXT, EXTENSIONS_CONTEXT],
        "id": required_uri(endorsement.credential_id, "credential"),
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": profile_json(endorsement.issuer),
        "validFrom": instant_text(endorsement.valid_from),
        "name": endorsement.name,
        "credentialSubject": subject | stated(endorsementComment=endorsement.comment),
        "credentialSchema": build_schema(ENDORSEMENT_CREDENTIAL_SCHEMA),
    }
    return document | stated(
        description=endorsement.description,
        validUntil=instant_text(endorsement.valid_until) if endorsement.valid_until else None,
        credentialStatus=build_status_entry(endorsement.status) if endorsement.status else None,
    )
