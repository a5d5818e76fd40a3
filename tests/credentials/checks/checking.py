"""How the tests of this room ask: saved answers, a register made of plain values, one fixed moment."""

from typing import Any

from credentials.checks.report import Check, Report
from credentials.checks.run import Known, Register, Registered
from credentials.reading.incoming import Follow
from credentials.reading.sources import SourceFailed
from credentials.verification import links
from credentials.verification.services import verify
from institution import fetch
from tests.support.issuers import NOW, Saved, Signing

SIGNER = Signing()


def world(*revoked: int) -> Saved:
    """Return what the college of the tests publishes."""
    return SIGNER.publish(Saved(), *revoked)


def knows(*dids: str, provenance: str = "own", **documents: Registered) -> Register:
    """Return a register that vouches for these issuers and holds these documents by digest."""
    names = set(dids or [SIGNER.did])
    return Register(
        issuer=lambda did: (
            Known("Riverbend", provenance=provenance, source="the list") if did in names else None
        ),
        document=lambda digest: documents.get(digest),
        basis=lambda achievement: ("assessed", "Clinical instructor", "Level 2"),
    )


def check(document: Any, saved: Saved | None = None, **how: Any) -> Report:
    """Return the report on a document in the tests' world."""
    arguments: dict[str, Any] = {"now": NOW, "source": saved or world(), "register": knows()} | how
    return verify(document, **arguments)


class Wire:
    """The guarded client, with saved answers in place of the network behind its guard."""

    def __init__(self, world: Saved) -> None:
        self.world = world

    def get(self, url: str, *, types: tuple[str, ...], max_bytes: int) -> tuple[fetch.Answer, int]:
        try:
            return fetch.Answer(url, "application/json", self.world.get(url, max_bytes=max_bytes)), 0
        except SourceFailed:
            raise fetch.AddressMissing() from None


def follow(world: Saved) -> Follow:
    """Return what opens the address in a QR code, in the tests' world."""
    return lambda url: links.follow(url, client=Wire(world))  # type: ignore[arg-type]


def found(report: Report, code: str) -> Check:
    """Return the one check of that code."""
    (one,) = [each for each in report.checks if each.code == code]
    return one
