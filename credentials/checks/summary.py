"""What a document says of itself, as plain values for a page. Nothing here is checked by being here."""

from dataclasses import replace
from typing import Any

from credentials.checks.form import kind_of
from credentials.checks.proof import host_of
from credentials.checks.report import Issuer, Link, Result, Skill, Summary
from credentials.checks.run import Json, Known, Run, id_of, objects, text_of
from credentials.reading.words import achievement_type_words
from credentials.tokens.sd_jwt_vc import SdJwtVc

MAX_ITEMS = 60
LONG = 6_000


def summarize(run: Run) -> Summary:
    """Return what the document says: title, recipient, issuer, dates, results, skills, evidence."""
    document = run.document
    subject = _first(document.get("credentialSubject"))
    achievement = _first(subject.get("achievement"))
    issuer = _issuer(document.get("issuer"), run.known)
    basis, assessor, level = _own_words(run, achievement)
    return Summary(
        kind=run.kind if run.kind == "legacy" else kind_of(document)[0],
        title=text_of(achievement.get("name")) or text_of(document.get("name")),
        description=text_of(achievement.get("description"), LONG),
        achievement_type=_type_label(achievement.get("achievementType")),
        recipient=text_of(subject.get("name"), 200) or _named_identity(subject),
        issuer=replace(issuer, department=text_of(_first(achievement.get("creator")).get("name"), 200)),
        awarded_on=_day(
            document.get("awardedDate") or document.get("validFrom") or document.get("issuanceDate")
        ),
        valid_from=_day(document.get("validFrom") or document.get("issuanceDate")),
        valid_until=_day(document.get("validUntil") or document.get("expirationDate")),
        level=level,
        basis=basis,
        assessor=assessor or text_of(_first(subject.get("source")).get("name"), 200),
        credits=_number(subject.get("creditsEarned", achievement.get("creditsAvailable"))),
        language=text_of(achievement.get("inLanguage"), 20),
        criteria=text_of(_first(achievement.get("criteria")).get("narrative"), LONG),
        narrative=text_of(subject.get("narrative"), LONG),
        results=tuple(_results(subject, achievement)),
        skills=tuple(_skills(achievement)),
        evidence=tuple(_evidence(document)),
        credential_id=text_of(document.get("id")),
        achievement_id=text_of(achievement.get("id")),
        status_list=text_of(_first(document.get("credentialStatus")).get("statusListCredential")),
        **_signature(run),
    )


def _signature(run: Run) -> dict[str, str]:
    """Return how it was signed, when, and with which key, by its own words."""
    if run.jws is not None:
        name = "SD-JWT" if isinstance(run.token, SdJwtVc) else "JWT"
        kid = text_of(run.jws.header.get("kid"))
        return {"proof": f"{name} {run.jws.algorithm}", "signed_at": "", "verification_method": kid}
    proof = _first(run.document.get("proof"))
    return {
        "proof": text_of(proof.get("cryptosuite") or proof.get("type"), 60),
        "signed_at": text_of(proof.get("created"), 40),
        "verification_method": text_of(proof.get("verificationMethod")),
    }


def web_url(value: Any) -> str:
    """Return an address that a page may link to, else ""."""
    text = text_of(value, 2_000)
    return text if text.startswith(("https://", "http://")) and not set(text) & set(' "<>\n') else ""


def _own_words(run: Run, achievement: Json) -> tuple[str, str, str]:
    """Return basis, assessor's role and level from our own catalog, only for what we really signed."""
    if not run.signed or run.known is None or run.known.provenance != "own":
        return "", "", ""
    return run.ask.register.basis(id_of(achievement))


def _issuer(value: Any, known: Known | None) -> Issuer:
    own, profile = id_of(value), value if isinstance(value, dict) else {}
    return Issuer(
        id=own[:500],
        name=text_of(profile.get("name"), 200),
        domain=host_of(own),
        url=web_url(profile.get("url")),
        listing=known.provenance if known else "",
        listed_by=known.source if known else "",
        known_as=known.name if known else "",
    )


def _first(value: Any) -> Json:
    found = objects(value)
    return found[0] if found else {}


def _day(value: Any) -> str:
    text = text_of(value, 40)
    return text[:10] if len(text) >= 10 and text[4:5] == "-" == text[7:8] else ""


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{value:g}"


def _type_label(value: Any) -> str:
    return achievement_type_words(text_of(value, 80).removeprefix("ext:"))


def _named_identity(subject: Json) -> str:
    for one in objects(subject.get("identifier")):
        if one.get("identityType") == "name" and one.get("hashed") is False:
            return text_of(one.get("identityHash"), 200)
    return ""


def _results(subject: Json, achievement: Json) -> list[Result]:
    described = {id_of(one): one for one in objects(achievement.get("resultDescription"))}
    found = []
    for one in objects(subject.get("result"))[:MAX_ITEMS]:
        about = described.get(id_of(one.get("resultDescription")), {})
        levels = {id_of(level): level for level in objects(about.get("rubricCriterionLevel"))}
        reached = levels.get(id_of(one.get("achievedLevel")), {})
        value = (
            text_of(one.get("value"), 200)
            or text_of(reached.get("name"), 200)
            or text_of(one.get("status"), 40)
        )
        if value:
            found.append(Result(text_of(about.get("name"), 200), value))
    return found


def _skills(achievement: Json) -> list[Skill]:
    return [
        Skill(
            text_of(one.get("targetName"), 300),
            web_url(one.get("targetUrl")),
            text_of(one.get("targetFramework"), 200),
            text_of(one.get("targetCode"), 60),
        )
        for one in objects(achievement.get("alignment"))[:MAX_ITEMS]
    ]


def _evidence(document: Json) -> list[Link]:
    found = []
    for one in objects(document.get("evidence"))[:MAX_ITEMS]:
        url = web_url(one.get("id"))
        words = text_of(one.get("narrative"), LONG) or text_of(one.get("description"), LONG)
        if url or words or one.get("name"):
            found.append(Link(text_of(one.get("name"), 200), url, words))
    return found
