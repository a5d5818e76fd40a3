"""What holds after a re-issue, whoever was killed meanwhile."""

from django.db.models import Count, F
from django.utils import timezone

from credentials.issuing.models import BatchRow, Credential
from credentials.keys.models import SigningKey
from credentials.reissues import selectors
from institution.events.models import Event


def check_reissued(key: SigningKey, fresh: SigningKey, count: int) -> None:
    """Count by queries: each old one ended by exactly one new one, and nothing else came about."""
    old, new = Credential.objects.filter(signing_key=key), Credential.objects.filter(signing_key=fresh)
    assert (old.count(), new.count(), Credential.objects.count()) == (count, count, 2 * count)
    assert old.filter(state="superseded").count() == count
    assert new.filter(state="released", digest__isnull=False).exclude(document="").count() == count
    assert new.values("supersedes").distinct().count() == count
    assert new.filter(supersedes__signing_key=key, supersedes__recipient=F("recipient")).count() == count
    assert new.filter(supersedes__achievement_version=F("achievement_version")).count() == count
    assert Credential.objects.values("status_list", "status_index").distinct().count() == 2 * count
    assert not new.values("award_key").annotate(n=Count("pk")).exclude(n=1).exists()
    rows = BatchRow.objects.filter(batch__reissues__key=key)
    assert (rows.count(), rows.filter(state="signed").count()) == (count, count)
    pairs = [pair for one in Event.objects.filter(kind="credential.superseded") for pair in one.data["pairs"]]
    assert len(pairs) == count == len({before for before, _after in pairs})
    assert Event.objects.filter(kind="reissue.finished").count() == 1
    assert selectors.signed_by(key, now=timezone.now()).left == 0
