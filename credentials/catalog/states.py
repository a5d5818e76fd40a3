"""The life of an OfferingVersion: which step may follow which. Nothing else decides this."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VersionState(TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for the dean")
    APPROVED = "approved", _("Approved")


NEXT = {
    VersionState.DRAFT: {VersionState.SUBMITTED},
    VersionState.SUBMITTED: {VersionState.DRAFT, VersionState.APPROVED},
    VersionState.APPROVED: set(),
}


class Kind(TextChoices):
    CREDIT = "credit", _("Credit")
    NONCREDIT = "noncredit", _("Non-credit")
    COCURRICULAR = "cocurricular", _("Co-curricular")


class CreditUnit(TextChoices):
    SEMESTER = "semester", _("semester hours")
    QUARTER = "quarter", _("quarter credits")
    CEU = "ceu", _("continuing education units (CEU)")
    CLOCK = "clock", _("clock hours")
    CONTACT = "contact", _("contact hours")


class Modality(TextChoices):
    IN_PERSON = "in_person", _("In person")
    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("Partly online")
    WORKPLACE = "workplace", _("At a workplace")


class Basis(TextChoices):
    """What the award rests on; shown by word and shape on every page."""

    ASSESSED = "assessed", _("Assessed")
    PARTICIPATION = "participation", _("Participation")


class AchievementType(TextChoices):
    """Open Badges 3.0, AchievementType enumeration."""

    ACHIEVEMENT = "Achievement", _("Achievement")
    APPRENTICESHIP = "ApprenticeshipCertificate", _("Apprenticeship certificate")
    ASSESSMENT = "Assessment", _("Assessment")
    ASSIGNMENT = "Assignment", _("Assignment")
    ASSOCIATE = "AssociateDegree", _("Associate degree")
    AWARD = "Award", _("Award")
    BADGE = "Badge", _("Badge")
    BACHELOR = "BachelorDegree", _("Bachelor degree")
    CERTIFICATE = "Certificate", _("Certificate")
    COMPLETION = "CertificateOfCompletion", _("Certificate of completion")
    CERTIFICATION = "Certification", _("Certification")
    COMMUNITY_SERVICE = "CommunityService", _("Community service")
    COMPETENCY = "Competency", _("Competency")
    COURSE = "Course", _("Course")
    COCURRICULAR = "CoCurricular", _("Co-curricular activity")
    DEGREE = "Degree", _("Degree")
    DIPLOMA = "Diploma", _("Diploma")
    DOCTORAL = "DoctoralDegree", _("Doctoral degree")
    FIELDWORK = "Fieldwork", _("Fieldwork")
    GED = "GeneralEducationDevelopment", _("General education development")
    JOURNEYMAN = "JourneymanCertificate", _("Journeyman certificate")
    PROGRAM = "LearningProgram", _("Learning program")
    LICENSE = "License", _("License")
    MEMBERSHIP = "Membership", _("Membership")
    PROFESSIONAL_DOCTORATE = "ProfessionalDoctorate", _("Professional doctorate")
    QUALITY = "QualityAssuranceCredential", _("Quality assurance credential")
    MASTER_CERTIFICATE = "MasterCertificate", _("Master certificate")
    MASTER = "MasterDegree", _("Master degree")
    MICROCREDENTIAL = "MicroCredential", _("Micro-credential")
    RESEARCH_DOCTORATE = "ResearchDoctorate", _("Research doctorate")
    SECONDARY = "SecondarySchoolDiploma", _("Secondary school diploma")
