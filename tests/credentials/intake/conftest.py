"""A wizard walked through the screens."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

ANSWERS = {"kind": "credit", "credit_unit": "quarter", "code_style": "prefixed"}


@pytest.fixture
def registrar(college: SimpleNamespace) -> Client:
    from institution.accounts.roles import Role
    from tests.support.people import give

    give(college.registrar, Role.REGISTRAR, college.district)
    client = Client()
    client.force_login(college.registrar)
    return client


@pytest.fixture
def send(registrar: Client, college: SimpleNamespace) -> Callable[..., Any]:
    """Upload a file and confirm the guessed columns; return the upload as it then stands."""

    def walk(
        data: bytes, name: str = "catalog.csv", *, unit: Any = None, answers: Any = None, **columns: str
    ) -> Any:
        file = SimpleUploadedFile(name, data)
        from credentials.intake import tasks
        from institution.imports.models import Upload

        answer = registrar.post(reverse("intake:new"), {"org_unit": (unit or college.main).pk, "file": file})
        assert answer.status_code == 302, answer.content.decode()[-3000:]
        kept = Upload.objects.order_by("-uploaded_at").first()
        if kept and kept.state == "reading":  # a big file: do what the worker does
            tasks.read(upload_id=str(kept.pk))
        page = registrar.get(answer["Location"])
        form = page.context["form"]
        chosen = {f"column_{one.name}": form[f"column_{one.name}"].value() or "" for one in form.wanted}
        chosen |= {f"column_{key}": value for key, value in columns.items()}
        chosen |= {f"answer_{key}": value for key, value in (ANSWERS if answers is None else answers).items()}
        done = registrar.post(answer["Location"], chosen)
        assert done.status_code == 302, [str(e) for e in done.context["form"].errors.items()]
        return Upload.objects.get(pk=page.context["upload"].pk)

    return walk


@pytest.fixture
def take(registrar: Client) -> Callable[..., Any]:
    """Answer what is asked, take the rows over, return the upload."""

    def walk(upload: Any, answer: str = "keep", units: str = "create") -> Any:
        if upload.notes.get("new_units"):
            registrar.post(reverse("intake:units", args=[upload.pk]), {"answer": units})
        for question in ("no_credits", "basic_skills", "many_credits"):
            registrar.post(
                reverse("intake:answer", args=[upload.pk]), {"question": question, "answer": answer}
            )
        registrar.post(reverse("intake:apply", args=[upload.pk]))
        upload.refresh_from_db()
        return upload

    return walk
