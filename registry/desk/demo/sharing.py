"""What the sample learners share, with whom, and who has looked."""

from credentials.issuing.models import Credential
from credentials.issuing.states import CredentialState
from learners.records.models import Learner
from learners.sharing.models import ShareLink
from learners.sharing.services import create_link, open_link, revoke_link, token_of
from registry.desk.demo.calendar import Calendar

VISITS = ((18, "Edge"), (17, "Edge"), (9, "Firefox"))  # days ago, with what kind of program


def lay_shares(calendar: Calendar) -> None:
    """Let the learner with the rich record share it with an employer, a school and a friend."""
    learner = Learner.objects.filter(user__email="amara.nwosu@mail.example").first()
    if learner is None or ShareLink.objects.filter(learner=learner).exists():
        return
    mine = Credential.objects.filter(
        recipient__claims__learner=learner,
        recipient__claims__ended_at__isnull=True,
        state=CredentialState.RELEASED,
    )
    chosen = list(mine.order_by("-awarded_on", "id")[:5])
    create_link(
        learner, chosen[:2], audience="State University, transfer office", expires_at=calendar.at(5),
        now=calendar.at(40),
    )  # fmt: skip
    taken_back = create_link(
        learner, chosen[:1], audience="Summer camp in Millbrook", expires_at=calendar.at(-20),
        passphrase="three herons by the river", now=calendar.at(30),  # noqa: S106  (of the sample)
    )  # fmt: skip
    revoke_link(taken_back, learner=learner, now=calendar.at(25))
    hospital = create_link(
        learner, chosen, audience="Riverbend General Hospital, human resources",
        expires_at=calendar.at(-60), now=calendar.at(20),
    )  # fmt: skip
    for days_ago, visitor in VISITS:
        open_link(token_of(hospital), visitor=visitor, now=calendar.at(days_ago))
