import pytest
from django.conf import settings

from registry.desk import printed


@pytest.mark.parametrize(("name", "text"), [("roles.md", printed.roles_text), ("data.md", printed.data_text)])
class TestPrinted:
    def test_the_copy_in_docs_is_fresh(self, name, text):
        kept = (settings.BASE_DIR / "docs" / name).read_text(encoding="utf-8")
        assert kept == text(), "run ./run manage print_docs"

    def test_no_table_is_without_a_word_on_personal_data(self, name, text):
        assert "| — |" not in text()
