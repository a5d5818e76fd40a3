import json
import logging

from registry.logs import LOGGING, redact


class TestRedact:
    def test_takes_tokens_and_queries_out(self):
        line = redact(None, "info", {"event": "x", "request": "GET /claim/abc-DEF_1/?q=amara@example.org"})
        assert line["request"] == "GET /claim/…/?…"

    def test_keeps_plain_paths(self):
        assert redact(None, "info", {"request": "GET /offerings/"})["request"] == "GET /offerings/"

    def test_takes_addresses_out(self):
        line = redact(
            None, "info", {"event": "mail to <amara.o@students.example.org> failed", "who": "a@b.example"}
        )
        assert line == {"event": "mail to <…@…> failed", "who": "…@…"}

    def test_takes_out_the_row_that_postgresql_quotes(self):
        said = "duplicate key\nDETAIL:  Key (name)=(Amara Nwosu) already exists.\nCONTEXT: none"
        line = redact(None, "error", {"exception": said})
        assert line["exception"] == "duplicate key\nDETAIL: …\nCONTEXT: none"

    def test_covers_lines_of_other_libraries(self):
        config = LOGGING["formatters"]["json"]
        formatter = config["()"](
            processors=config["processors"], foreign_pre_chain=config["foreign_pre_chain"]
        )
        record = logging.LogRecord(
            "django.request", logging.WARNING, "", 0, "Not Found: %s", ("/s/secret-token/",), None
        )
        assert "secret-token" not in formatter.format(record)
        assert json.loads(formatter.format(record))["event"] == "Not Found: /s/…/"
