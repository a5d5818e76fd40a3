"""Everything a learner, a visitor, a verifier and the public read is whole in Spanish."""

import html
import re
from types import SimpleNamespace
from typing import Any

import polib
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import trans_real

from deploy import messages
from deploy.portal import compile_translations

SPANISH = {"Accept-Language": "es-US,es;q=0.9,en;q=0.5"}
ENGLISH = {"Accept-Language": "en-US,en;q=0.9"}
FORMAL = re.compile(r"\b(por favor|usted|ustedes|exitosamente|con éxito)\b|[¡!]", re.IGNORECASE)
OF_THE_STAFF = ("Waiting for you:", "Version %(number)s of “%(title)s” ")


@pytest.fixture(scope="module")
def catalog() -> polib.POFile:
    return polib.pofile(str(messages.CATALOG))


@pytest.fixture(scope="module")
def wanted() -> list[messages.Message]:
    return messages.messages()


@pytest.fixture
def compiled() -> None:
    if compile_translations():
        trans_real._translations.clear()  # a page was shown before there was a catalogue to read


class TestCatalogue:
    def test_every_string_has_a_whole_translation(self, catalog, wanted):
        assert len(wanted) > 700
        lines = messages.lacking(catalog, wanted)
        assert not lines, "\n".join(["Add these to the .po (see docs/terms-es.md):", *lines])

    def test_no_string_stands_in_it_twice_and_none_is_a_guess(self, catalog):
        keys = [(entry.msgctxt, entry.msgid) for entry in catalog]
        assert len(keys) == len(set(keys))
        assert [entry.msgid for entry in catalog if entry.fuzzy or entry.obsolete] == []

    def test_it_speaks_to_learners_plainly(self, catalog):
        rude = {
            text
            for entry in catalog
            if not entry.msgid.startswith(OF_THE_STAFF)
            for text in [entry.msgstr, *entry.msgstr_plural.values()]
            if FORMAL.search(text)
        }
        assert rude == set()

    def test_it_compiles_and_django_reads_it(self, catalog, tmp_path, compiled):
        target = tmp_path / "django.mo"
        catalog.save_as_mofile(str(target))
        assert len(polib.mofile(str(target))) == len(catalog.translated_entries())
        with translation.override("es"):
            assert translation.gettext("Claim my record") == "Reclamar mi registro"
            counted = "%(n)s credential waits for you", "%(n)s credentials wait for you"
            assert translation.ngettext(*counted, 1) == "%(n)s credencial te espera"
            assert translation.ngettext(*counted, 0) == "%(n)s credenciales te esperan"


class TestMessages:
    """The extractor itself: what it finds, and what it refuses."""

    @pytest.fixture
    def tree(self, tmp_path):
        (tmp_path / "page.html").write_text(
            "{# Needs: nothing. #}\n{% load i18n %}\n<p>(it's\n   {% translate 'One' %}</p>\n"
            "{% blocktranslate count n=m trimmed %}\n{{ n }} link\n{% plural %}\n{{ n }} links\n"
            '{% endblocktranslate %}\n{% include "x.html" with label=_("Two") %}\n'
        )
        (tmp_path / "words.py").write_text(
            "WORDS = _('Three'), pgettext('of a door', 'Open')\nMORE = ngettext('%(n)d day', '%(n)d days', 2)\n"
        )
        return tmp_path

    def test_finds_each_string_with_its_place(self, tree):
        found = messages.messages(tree, ["*.html", "*.py"])
        assert [(m.context, m.text, m.plural, m.place) for m in found] == [
            (None, "One", None, "page.html:4"),
            (None, "%(n)s link", "%(n)s links", "page.html:5"),
            (None, "Two", None, "page.html:10"),
            (None, "Three", None, "words.py:1"),
            ("of a door", "Open", None, "words.py:1"),
            (None, "%(n)d day", "%(n)d days", "words.py:2"),
        ]

    def test_says_which_string_in_which_file_lacks_what(self):
        catalog = polib.POFile()
        catalog.append(polib.POEntry(msgid="Hello %(name)s", msgstr="Hola %(nombre)s"))
        catalog.append(polib.POEntry(msgid="Empty", msgstr=" "))
        catalog.append(polib.POEntry(msgid="Guess", msgstr="Adivina", flags=["fuzzy"]))
        catalog.append(polib.POEntry(msgid="{n} day", msgid_plural="{n} days", msgstr_plural={0: "{n} día"}))
        texts = [
            ("Hello %(name)s", None),
            ("Empty", None),
            ("Guess", None),
            ("{n} day", "{n} days"),
            ("New", None),
        ]
        lines = messages.lacking(catalog, [messages.Message(None, *text, "a.html:3") for text in texts])
        assert [line.split(": ", 2)[-1] for line in lines] == [
            "fills in ['%(nombre)s'], not ['%(name)s']",
            "no translation",
            "a guess (fuzzy)",
            "no plural forms",
            "not in the catalogue",
        ]
        assert all(line.startswith("a.html:3: ") for line in lines)

    def test_adds_what_lacks_and_touches_nothing_else(self, tmp_path):
        path = tmp_path / "django.po"
        kept = polib.POFile()
        kept.append(polib.POEntry(msgid="Kept", msgstr="Guardado"))
        kept.save(str(path))
        wanted = [messages.Message(None, text, None, "a.py:1") for text in ("Kept", "New")]
        assert messages.extract(path, wanted) == 1
        assert messages.extract(path, wanted) == 0
        assert [(entry.msgid, entry.msgstr) for entry in polib.pofile(str(path))] == [
            ("Kept", "Guardado"),
            ("New", ""),
        ]


@pytest.fixture
def pages(college, settings, tmp_path, compiled) -> SimpleNamespace:
    """The address of each page, and who opens it."""
    from tests.credentials.issuing.samples import lay_issuer, person
    from tests.learners.sharing.pages import address, share
    from tests.support.records import credentials_of, make_learner, recipient, tell, token_of

    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    issuer = lay_issuer(college)
    learner = make_learner(issuer, 1)
    tell(issuer, [person(2)], now=timezone.now())
    link = share(learner)
    mine, anybody = Client(), Client()
    mine.force_login(learner.user)
    item = credentials_of(learner)[0].pk
    own = [
        "records:record",
        "records:skills",
        "records:settings",
        "sharing:list",
        "sharing:create",
        "sharing:consents",
    ]
    open_to_all = ["verification:verify", "catalog:public_list", "account_login", "desk:welcome"]
    addresses = [(mine, reverse(name)) for name in own]
    addresses += [(mine, reverse(f"records:{name}", args=[item])) for name in ("credential", "help")]
    addresses += [(mine, reverse("sharing:detail", args=[link.pk])), (anybody, address(link))]
    addresses += [(anybody, reverse(name)) for name in open_to_all]
    addresses += [(anybody, "/nothing-stands-here/"), (anybody, reverse("records:claim", args=["guess"]))]
    claim = reverse("records:claim", args=[token_of(recipient(2))])
    addresses += [(anybody, claim), (anybody, claim + "not-me/")]
    return SimpleNamespace(all=addresses, shared=address(link), learner=learner, mine=mine, claim=claim)


def words(answer: Any) -> str:
    """Return what stands on a page, and in what its parts are called."""
    content = answer.content.decode()
    named = re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', content)
    text = re.sub(r"<(script|style)\b.*?</\1>", "", content, flags=re.S)
    text = " | ".join([re.sub(r"<[^>]+>", " | ", text), *named])
    return re.sub(r"\s+", " ", html.unescape(text))


def sample(catalog: polib.POFile) -> list[str]:
    """Return the English sentences and labels of two words or more that hold nothing to fill in."""
    return [
        entry.msgid
        for entry in catalog
        if " " in entry.msgid
        and entry.msgstr not in ("", entry.msgid)
        and not messages.placeholders(entry.msgid)
    ]


def standing(text: str, english: list[str]) -> list[str]:
    return [line for line in english if re.search(rf"(?<!\w){re.escape(line)}(?!\w)", text)]


class TestPages:
    def test_no_page_holds_an_english_string_of_ours(self, pages, catalog):
        english = sample(catalog)
        for client, url in pages.all:
            answer = client.get(url, headers=SPANISH)
            assert '<html lang="es"' in answer.content.decode(), url
            assert standing(words(answer), english) == [], url

    def test_the_same_look_finds_the_strings_of_an_english_page(self, pages, catalog):
        english = sample(catalog)
        for client, url in pages.all:
            answer = client.get(url, headers=ENGLISH)
            assert '<html lang="en' in answer.content.decode(), url
            assert len(standing(words(answer), english)) >= 3, url

    def test_an_answer_about_a_credential_is_in_spanish(self, pages, catalog):
        anybody, url = Client(), reverse("verification:verify")
        for given in ("{}", '{"@context": [], "type": ["VerifiableCredential"]}', "nothing of the kind"):
            answer = anybody.post(url, {"text": given}, headers=SPANISH, follow=True)
            assert answer.status_code == 200
            assert standing(words(answer), sample(catalog)) == [], given

    def test_a_message_to_a_learner_is_in_both_languages(self, pages):
        from institution.notices.models import Notice

        body = Notice.objects.order_by("-created_at").first().body
        assert "You need no password" in body
        assert "No necesitas contraseña" in body


class TestProblems:
    def test_a_program_is_told_in_spanish_what_is_wrong(self, client, college, compiled):
        said = client.get("/api/v1/offerings", headers=SPANISH).json()
        assert said["title"] == "Hace falta un token de acceso vigente."
        assert (
            said["detail"]
            == f"{said['title']} Vale una hora. Pide uno en /oauth/token/ y envíalo en el encabezado Authorization como “Bearer …”."
        )
        assert "Para programas" in client.get(said["type"], headers=SPANISH).content.decode()


class TestLanguageSwitch:
    def test_the_button_changes_the_language_and_it_stays(self, client, college, compiled):
        page = reverse("verification:verify")
        assert '<html lang="en' in client.get(page, headers=ENGLISH).content.decode()
        for code in ("es", "en"):
            answer = client.post(reverse("set_language"), {"language": code, "next": page}, headers=ENGLISH)
            assert answer["Location"] == page
            shown = client.get(page, headers=ENGLISH).content.decode()
            assert f'<html lang="{code}"' in shown
            assert ("Verificar credenciales" in shown) is (code == "es")

    def test_a_page_offers_the_other_language_by_its_own_name(self, client, college, compiled):
        shown = client.get(reverse("verification:verify"), headers=ENGLISH).content.decode()
        assert re.search(r'name="language" value="es" lang="es">.*?Español</button>', shown)

    def test_who_claims_in_spanish_stays_in_spanish(self, pages):
        claimer = Client(headers=SPANISH)
        answer = claimer.post(pages.claim, follow=True)
        assert answer.redirect_chain[-1][0] == reverse("records:record")
        assert '<html lang="es"' in answer.content.decode()

    def test_the_switch_wins_over_the_language_of_the_account(self, pages):
        pages.learner.user.language = "en"
        pages.learner.user.save(update_fields=["language"])
        page = reverse("records:record")
        pages.mine.post(reverse("set_language"), {"language": "es", "next": page}, headers=ENGLISH)
        assert '<html lang="es"' in pages.mine.get(page, headers=ENGLISH).content.decode()
