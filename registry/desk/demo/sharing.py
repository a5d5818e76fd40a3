"""What the sample learners share, and with whom."""

from learners.sharing.services import create_link

from credentials.issuing.models import Credential
from credentials.issuing.states import CredentialState
from learners.records.models import Learner
from learners.sharing.models import ShareLink
from registry.desk.demo.calendar import Calendar


def lay_shares(calendar: Calendar) -> None:
    """Let the learner with the rich record share it with an employer and a school."""
    learner = Learner.objects.filter(user__email="amara.nwosu@mail.example").first()
    if learner is None or ShareLink.objects.filter(learner=learner).exists():
        return
    mine = Credential.objects.filter(recipient__claims__learner=learner, state=CredentialState.RELEASED)
    chosen = list(mine.order_by("-awarded_on")[:5])
    create_link(
        learner, chosen, audience="Riverbend General Hospital, human resources",
        expires_at=calendar.at(-60), now=calendar.at(20),
    )  # fmt: skip
    create_link(
        learner, chosen[:2], audience="State University, transfer office", expires_at=calendar.at(5),
        now=calendar.at(40),
    )  # fmt: skip
