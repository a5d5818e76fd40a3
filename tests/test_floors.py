"""The floors of the house: imports, and foreign keys between tables, point down or stay on their floor."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ["institution", "skills", "credentials", "learners", "registry"]  # from the ground up
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
ORDER = {  # rooms of a package, from below; those beside each other share a place
    contract["containers"][0]: [set(layer.split(" | ")) for layer in reversed(contract["layers"])]
    for contract in CONTRACTS
    if contract["name"].startswith("Rooms of ")
}


def our_models():
    """Return every model of ours."""
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in FLOORS]


def height(model) -> tuple[int, int]:
    """Return the floor of a model and the place of its room on that floor."""
    package, room = model.__module__.split(".")[:2]
    return FLOORS.index(package), next(place for place, rooms in enumerate(ORDER[package]) if room in rooms)


def keys():
    """Return every foreign key and many-to-many of ours to a table of ours."""
    return [
        field
        for model in our_models()
        for field in model._meta.get_fields()
        if (field.many_to_one or field.one_to_one or field.many_to_many)
        and field.concrete
        and field.related_model in our_models()
    ]


@pytest.mark.parametrize("field", keys(), ids=str)
def test_no_foreign_key_climbs(field):
    to_a_person = (
        field.related_model._meta.label == settings.AUTH_USER_MODEL
    )  # the one exception, Django's own
    assert to_a_person or height(field.related_model) <= height(field.model)


def test_a_key_that_climbs_is_seen():
    from credentials.catalog.models import Offering
    from learners.records.models import Learner

    assert height(Offering) < height(Learner)


def test_imports_keep_the_contracts():
    program = Path(sys.executable).parent / "lint-imports"
    said = subprocess.run([program, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr


def test_no_contract_has_an_exception():
    assert "ignore_imports" not in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_every_table_says_what_it_knows_of_people(model):
    assert "PII:" in (model.__doc__ or "")


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_every_table_names_a_mark_of_the_birth_date(model):
    if any(field.name == "birth_mark" for field in model._meta.get_fields()):
        said = " ".join((model.__doc__ or "").partition("PII:")[2].split())
        assert "salted mark of the birth date" in said
