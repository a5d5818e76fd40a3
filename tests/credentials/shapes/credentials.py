"""Random credentials: every optional member, any text, look-alike results, shared ids."""

from hypothesis import strategies as st

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
]
BASE = "https://credentials.riverbend.example"
ACHIEVEMENT = f"{BASE}/a/5b0c7f0e/3"

TEXT = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", "plain", 'say "so"', "back\\slash", "two\nlines\r\n", "tab\t\x00\x07\x1f\x7f\b\f", "%s %d %%",
         "{0} {x}", "\U0001f600x", "\uff5ey", "\u202eright to left", "\ue000 private", "Ñahui", "urn:looks:like",
         "https://looks.example/like", "_:b0", "@type", "type", "Completed", "did:example:1", "\u2028 \u0085 \xa0"]
    ),
)  # fmt: skip
SMALL = st.sampled_from(["A", "B", "A-"])
IRI = st.builds(
    lambda scheme, rest: scheme + rest,
    st.sampled_from(["https://x.example/", "urn:uuid:", "did:web:x.example:", "mailto:"]),
    st.text("abcXYZ019-._~:/?#[]@!$&'()*+,;=%", min_size=1, max_size=12),
)
SHARED_IRI = st.sampled_from([f"{BASE}/e/1", f"{BASE}/e/2", ACHIEVEMENT, "urn:uuid:1"])
ODD_IRI = st.sampled_from(
    ["https://x.example/é", "tag:x.example,2026:1", "ftp://x.example/", "_:node", "x:y"]
)
ANY_IRI = st.one_of(IRI, IRI, IRI, IRI, IRI, IRI, SHARED_IRI, ODD_IRI)
DATE = st.sampled_from(["2026-05-15T16:30:00Z", "2026-05-14T12:00:00-07:00", "2026-01-01T00:00:00.5Z"])


def some(required, **optional):
    return st.fixed_dictionaries(required, optional=optional)


RESULT = some(
    {"type": st.just(["Result"])},
    resultDescription=st.just(f"{ACHIEVEMENT}#grade"),
    value=st.one_of(SMALL, TEXT),
    status=st.sampled_from(["Completed", "Enrolled", "Failed"]),
    achievedLevel=IRI,
)
EVIDENCE = some(
    {"type": st.just(["Evidence"])}, id=ANY_IRI, name=TEXT, narrative=TEXT, description=TEXT, genre=TEXT
)
IDENTIFIER = some(
    {
        "type": st.just("IdentityObject"),
        "hashed": st.booleans(),
        "identityHash": TEXT,
        "identityType": st.sampled_from(["emailAddress", "sourcedId", "name"]),
    },
    salt=TEXT,
)
ACHIEVEMENTS = st.sampled_from(
    [
        {
            "id": ACHIEVEMENT,
            "type": ["Achievement"],
            "name": "Glazing",
            "description": "100 % glass",
            "criteria": {"narrative": 'Cut, "set" and seal.'},
            "creditsAvailable": credits,
            "alignment": [
                {"type": ["Alignment"], "targetName": name, "targetUrl": f"https://skills.example/{name}"}
                for name in ("cut", "set", "seal")
            ],
            "resultDescription": [
                {
                    "id": f"{ACHIEVEMENT}#{name}",
                    "type": ["ResultDescription"],
                    "name": name,
                    "resultType": "LetterGrade",
                    "allowedValue": ["C", "B", "A"],
                }
                for name in names
            ],
        }
        for credits in (3, 7.5)
        for names in (("grade",), ("grade", "practical"))
    ]
)
SUBJECT = some(
    {"type": st.just(["AchievementSubject"]), "achievement": ACHIEVEMENTS},
    id=ANY_IRI,
    name=TEXT,
    identifier=st.lists(IDENTIFIER, min_size=1, max_size=2),
    result=st.lists(RESULT, min_size=1, max_size=3),
    term=TEXT,
    licenseNumber=TEXT,
    role=TEXT,
)
STATUS = st.fixed_dictionaries(
    {
        "id": IRI,
        "type": st.just("BitstringStatusListEntry"),
        "statusPurpose": st.sampled_from(["revocation", "suspension"]),
        "statusListIndex": st.integers(0, 131_071).map(str),
        "statusListCredential": IRI,
    }
)
ISSUER = st.one_of(
    IRI,
    st.just({"id": f"{BASE}/i/k7q2", "type": ["Profile"], "name": "Riverbend"}),
    st.builds(lambda name: {"id": f"{BASE}/i/k7q2", "type": ["Profile"], "name": name}, SMALL),
)
CREDENTIAL = some(
    {
        "@context": st.just(CONTEXTS),
        "id": ANY_IRI,
        "type": st.just(["VerifiableCredential", "OpenBadgeCredential"]),
        "issuer": ISSUER,
        "validFrom": DATE,
        "credentialSubject": SUBJECT,
    },
    name=TEXT,
    description=TEXT,
    awardedDate=DATE,
    validUntil=DATE,
    credentialStatus=STATUS,
    evidence=st.lists(EVIDENCE, max_size=3),
    credentialSchema=st.just([{"id": f"{BASE}/schema.json", "type": "1EdTechJsonSchemaValidator2019"}]),
    termsOfUse=st.lists(some({"type": st.just("1EdTechCredentialRefresh")}, id=IRI), max_size=1),
)
