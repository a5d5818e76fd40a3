"""Records that sample learners asked for as one signed file; the portal's workers sign them."""

from credentials.clr.models import ComposedRecord
from credentials.clr.services import ask_for_record, sign_waiting
from learners.records.models import Learner
from learners.records.reading import credentials_of, state_of
from registry.desk.demo.calendar import Calendar

ASKED = 30  # learners who asked for theirs
FIRST = "amara.nwosu@mail.example"  # has hers already


def lay_records(calendar: Calendar) -> None:
    """Let learners ask for all that holds today; the first got hers days ago, the others wait for a worker."""
    if ComposedRecord.objects.exists():
        return
    learners = Learner.objects.select_related("user").order_by("created_at", "pk")
    for learner in [*learners.filter(user__email=FIRST), *learners.exclude(user__email=FIRST)[:ASKED]]:
        at = calendar.at(3 if learner.user.email == FIRST else 0)
        held = [one for one in credentials_of(learner).defer(None) if state_of(one, now=at)[0] == "valid"]
        if held:
            ask_for_record(held, partial=False, actor=learner.user, now=at)
        if learner.user.email == FIRST:
            sign_waiting(now=at)
