"""ClrCredential (Comprehensive Learner Record 2.0), unsigned."""

from collections.abc import Sequence

from credentials.documents.achievement import achievement_json
from credentials.documents.dates import instant_text, noon_text
from credentials.documents.errors import DocumentError
from credentials.documents.model import LearnerRecord
from credentials.documents.parts import (
    build_identity,
    build_refresh,
    build_schema,
    build_status_entry,
    required_uri,
    stated,
)
from credentials.documents.profile import profile_json
from credentials.documents.vocabulary import (
    CLR_CONTEXT,
    CLR_CREDENTIAL_SCHEMA,
    EXTENSIONS_CONTEXT,
    OB_CONTEXT,
    VC_CONTEXT,
    Json,
)


def build_clr_credential(record: LearnerRecord) -> Json:
    """Return the unsigned CLR around members that are already signed, each as it is.

    Order of contexts: v2, CLR, OB, extensions. `name` is required. `partial` is stated only if true.
    """
    if not record.members:
        raise DocumentError("clr-without-members")
    document: Json = {
        "@context": [VC_CONTEXT, CLR_CONTEXT, OB_CONTEXT, EXTENSIONS_CONTEXT],
        "id": required_uri(record.credential_id, "credential"),
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": _issuer_as_inside(profile_json(record.issuer), record.members),
        "validFrom": instant_text(record.valid_from),
        "name": record.name,
        "credentialSubject": _build_subject(record),
        "credentialSchema": build_schema(CLR_CREDENTIAL_SCHEMA),
    }
    awarded = noon_text(record.awarded_on, record.zone) if record.awarded_on and record.zone else None
    return document | stated(
        description=record.description,
        validUntil=instant_text(record.valid_until) if record.valid_until else None,
        awardedDate=awarded,
        partial=record.partial or None,
        credentialStatus=build_status_entry(record.status) if record.status else None,
        refreshService=build_refresh(record.refresh_url) if record.refresh_url else None,
    )


def _issuer_as_inside(issuer: Json, members: Sequence[Json]) -> Json:
    """Return the issuer with every member that the same issuer has in a credential inside.

    RDF joins what is said of one id, so what stands only inside could be left out here unseen.
    """
    told = dict(issuer)
    for member in reversed(members):
        inside = member.get("issuer")
        if isinstance(inside, dict) and inside.get("id") == issuer["id"]:
            for key, value in inside.items():
                told.setdefault(key, value)
    return told


def _build_subject(record: LearnerRecord) -> Json:
    subject: Json = {"id": required_uri(record.subject_id, "subject"), "type": ["ClrSubject"]}
    if record.identity is not None:
        subject["identifier"] = [build_identity(record.identity)]
    subject |= stated(
        name=record.recipient_name,
        achievement=[achievement_json(item) for item in record.achievements],
        association=[
            {
                "type": "Association",
                "associationType": item.kind,
                "sourceId": item.source_id,
                "targetId": item.target_id,
            }
            for item in record.associations
        ],
    )
    subject["verifiableCredential"] = list(record.members)
    return subject
