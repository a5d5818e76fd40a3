"""What a learner is asked before a claim, beside the link: the second datum of policy (decisions 8)."""

from credentials.issuing.models import Recipient
from institution.accounts.marks import answer_matches
from institution.accounts.models import Institution
from institution.accounts.services import institution_now

MOST_TRIES = 5
Ask = Institution.ClaimQuestion


def question_of(recipient: Recipient) -> str:
    """Return what is asked: birth_date or student_id; empty if policy or our knowledge asks nothing."""
    wanted = institution_now().claim_question
    known = {Ask.BIRTH_DATE: recipient.birth_mark, Ask.STUDENT_ID: recipient.source_id}
    return str(wanted) if known.get(wanted) else ""  # type: ignore[call-overload]


def answer_is_right(recipient: Recipient, answer: str) -> bool:
    """Return whether this answers the question, or nothing is asked. A birth date is in ISO form."""
    question, answer = question_of(recipient), answer.strip()
    if question == Ask.STUDENT_ID:
        return answer.casefold() == recipient.source_id.casefold()
    return not question or answer_matches(answer, recipient.birth_mark)
