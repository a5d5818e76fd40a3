"""Is it valid today by its own dates?"""

from datetime import timedelta

from credentials.checks.run import Run
from credentials.checks.states import Verdict
from credentials.documents.dates import read_stamp
from credentials.reading.words import day_words
from credentials.reading.words import gettext as _

SKEW = timedelta(minutes=5)


def check_dates(run: Run) -> None:
    """Check the first and the last day of the document against the clock."""
    document, now, label = run.document, run.ask.now, _("Dates")
    first = read_stamp(document.get("validFrom", document.get("issuanceDate")))
    last = read_stamp(document.get("validUntil", document.get("expirationDate")))
    if first is not None and first > now + SKEW:
        sentence = _("It is not valid yet. It begins on {day}.").format(day=day_words(first))
        run.fails("dates", Verdict.NOT_YET_VALID, label, sentence, _("Look again on that day."))
    elif last is not None and last < now:
        sentence = _("It has expired. It was valid until {day}.").format(day=day_words(last))
        advice = _("Ask the holder whether there is a renewed one.")
        run.fails("dates", Verdict.EXPIRED, label, sentence, advice)
    elif last is not None:
        sentence = _("It is valid until {day}.").format(day=day_words(last))
        run.passed("dates", label, sentence)
    elif first is not None:
        sentence = _("It is valid since {day} and has no last day.").format(day=day_words(first))
        run.passed("dates", label, sentence)
    else:
        run.passed("dates", label, _("It states no first or last day."))
