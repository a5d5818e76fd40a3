"""Names and addresses the standards fix: contexts, schemas, types, closed lists of words."""

import re
from typing import Any

Json = dict[str, Any]


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


VC_CONTEXT = "https://www.w3.org/ns/credentials/v2"
VC_CONTEXT_V1 = "https://www.w3.org/2018/credentials/v1"
OB_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR_CONTEXT = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
EXTENSIONS_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
DID_CONTEXT = "https://www.w3.org/ns/did/v1"
MULTIKEY_CONTEXT = "https://w3id.org/security/multikey/v1"
JWK_CONTEXT = "https://w3id.org/security/jwk/v1"

TRIAL_TAG = "Trial, not a credential"  # our own mark, among the tags of a trial's achievement

SCHEMA_TYPE = "1EdTechJsonSchemaValidator2019"
REFRESH_TYPE = "1EdTechCredentialRefresh"
REVOCATION_LIST_TYPE = "1EdTechRevocationList"
EXTENSION_TYPES = frozenset({SCHEMA_TYPE, REFRESH_TYPE, REVOCATION_LIST_TYPE})
_OB_SCHEMAS = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_"
ACHIEVEMENT_CREDENTIAL_SCHEMA = _OB_SCHEMAS + "achievementcredential_schema.json"
ENDORSEMENT_CREDENTIAL_SCHEMA = _OB_SCHEMAS + "endorsementcredential_schema.json"
CLR_CREDENTIAL_SCHEMA = (
    "https://purl.imsglobal.org/spec/clr/v2p0/schema/json/clr_v2p0_clrcredential_schema.json"
)

# Open Badges 3.0 and CLR 2.0, data model: the enumerations. Those that may be extended take "ext:…" too.
ACHIEVEMENT_TYPES = words(
    "Achievement ApprenticeshipCertificate Assessment Assignment AssociateDegree Award Badge BachelorDegree "
    "Certificate CertificateOfCompletion Certification CommunityService Competency Course CoCurricular Degree "
    "Diploma DoctoralDegree Fieldwork GeneralEducationDevelopment JourneymanCertificate LearningProgram License "
    "Membership ProfessionalDoctorate QualityAssuranceCredential MasterCertificate MasterDegree MicroCredential "
    "ResearchDoctorate SecondarySchoolDiploma"
)
TARGET_TYPES = words(
    "ceasn:Competency ceterms:Credential CFItem CFRubric CFRubricCriterion CFRubricCriterionLevel CTDL"
)
RESULT_TYPES = words(
    "GradePointAverage LetterGrade Percent PerformanceLevel PredictedScore RawScore Result RubricCriterion "
    "RubricCriterionLevel RubricScore ScaledScore Status"
)
RESULT_STATUSES = words("Completed Enrolled Failed InProgress OnHold Provisional Withdrew")
IDENTIFIER_TYPES = words(
    "name sourcedId systemId productId userName accountId emailAddress nationalIdentityNumber isbn issn "
    "lisSourcedId oneRosterSourcedId sisSourcedId ltiContextId ltiDeploymentId ltiToolId ltiPlatformId ltiUserId "
    "identifier"
)
ASSOCIATION_TYPES = words(
    "exactMatchOf isChildOf isParentOf isPartOf isPeerOf isRelatedTo precedes replacedBy"
)
STATUS_PURPOSES = frozenset({"revocation", "suspension", "refresh", "message"})

EXTENSION_TERM = re.compile(r"ext:[A-Za-z0-9|._-]+\Z")
LANGUAGE_TAG = re.compile(r"[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?\Z")
COMPACT_JWS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\Z")
