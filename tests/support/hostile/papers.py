"""Flaws of papers and of pictures with codes: what unpacks without end, what leads nowhere, what leads inside."""

import io
import zlib
from collections.abc import Callable, Iterable
from functools import cache

import zxingcpp
from PIL import Image

from tests.support.hostile.cases import FURTHER, Made, badge, cases, text_of

LINK = "https://college.example/s/abc"
NULLS = 64 << 20


def pdf(objects: Iterable[bytes], *, more: bytes = b"", prev: bytes = b"") -> bytes:
    """Return a paper of these objects; the first is its catalog. more: of the trailer."""
    out, places = io.BytesIO(b"%PDF-1.7\n"), []
    out.seek(0, io.SEEK_END)
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    end = prev.replace(b"HERE", b"%d" % start)
    out.write(b"trailer\n<</Size %d/Root 1 0 R%s%s>>\n" % (len(places) + 1, more, end))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def stream(data: bytes, head: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<</Type/EmbeddedFile/Length %d%s>>\nstream\n%s\nendstream" % (len(data), head, data)


def paper(
    attached: bytes | None = None, names: bytes = b"<</Names[(credential.json) 4 0 R]>>", *more: bytes
) -> bytes:
    """Return a paper with one file attached: by default the badge. names: the tree that leads to it."""
    return pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles 3 0 R>>>>",
            b"<</Type/Pages/Kids[]/Count 0>>",
            names,
            b"<</Type/Filespec/F(credential.json)/UF(credential.json)/EF<</F 5 0 R>>>>",
            attached if attached is not None else stream(text_of(badge()).encode()),
            *more,
        ]
    )


@cache
def _packed(times: int) -> bytes:
    """Return many nulls, packed, and packed again."""
    data = zlib.compress(bytes(NULLS), 9)
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def _loop_of_references() -> bytes:
    return pdf([b"<</Type/Catalog/Pages 2 0 R/Names 3 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", b"3 0 R"])


def paper_with_kids() -> bytes:
    """Return a paper whose tree of names has a level more, as large ones have."""
    return _chain_of_kids(0)


def _chain_of_kids(length: int) -> bytes:
    kids = [b"<</Kids[%d 0 R]>>" % (number + 7) for number in range(length)]
    return paper(None, b"<</Kids[6 0 R]>>", *kids, b"<</Names[(credential.json) 4 0 R]>>")


def _wide_tree(width: int, depth: int) -> bytes:
    """Return a tree each of whose levels names the next one many times: it is small, and has no end to walk to."""
    levels = [b"<</Kids[%s]>>" % (b"%d 0 R " % (number + 7) * width) for number in range(depth)]
    return paper(None, b"<</Kids[6 0 R]>>", *levels, b"<</Names[(notes.txt) 4 0 R]>>")


cases(
    "malformed",
    paper,
    paper_inflates_without_end=lambda: paper(stream(_packed(1), b"/Filter/FlateDecode")),
    paper_inflates_twice=lambda: paper(stream(_packed(2), b"/Filter[/FlateDecode/FlateDecode]")),
    paper_of_40_filters=lambda: paper(stream(b"00>", b"/Filter[%s]" % (b"/ASCIIHexDecode" * 40))),
    paper_of_3000_files=lambda: paper(None, b"<</Names[%s]>>" % (b"(credential.json) 4 0 R " * 3_000)),
    paper_cut_off=lambda: paper()[:400],
    paper_locked=lambda: paper().replace(
        b"/Root 1 0 R", b"/Root 1 0 R/Encrypt<</Filter/Standard/V 1/R 2/P -4>>"
    ),
    paper_of_nothing=lambda: b"%PDF-1.7\n" + b"[" * 50_000,
    paper_of_references_in_a_loop=_loop_of_references,
    paper_that_only_names_a_file=lambda: paper().replace(b"/EF<</F 5 0 R>>", b"               "),
)
cases(
    "no-proof",
    paper_with_kids,
    paper_chain_of_5000_kids=lambda: _chain_of_kids(5_000),
    paper_tree_that_names_itself=lambda: paper(None, b"<</Kids[3 0 R]>>"),
    paper_tree_of_a_billion_ways=lambda: _wide_tree(30, 6),
)
cases(
    "no-proof",
    paper,
    paper_of_20000_objects=lambda: pdf(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", *[b"null"] * 20_000]
    ),
    paper_that_runs_a_program=lambda: pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/Launch/F(credential.json)>>>>",
            b"<</Type/Pages/Kids[]/Count 0>>",
        ]
    ),
)


def code(text: str) -> bytes:
    """Return a picture with a QR code of a text."""
    return _saved(_code(text))


def _code(text: str) -> Image.Image:
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=3)
    inner = Image.frombytes("L", (made.shape[1], made.shape[0]), bytes(memoryview(made)))
    whole = Image.new("L", (inner.width + 30, inner.height + 30), 255)
    whole.paste(inner, (15, 15))
    return whole


def _saved(picture: Image.Image, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def _says(text: str) -> Callable[[], bytes]:
    return lambda: code(text)


def credential_in_a_code() -> bytes:
    """Return a picture whose code is the badge itself."""
    return code(text_of(badge()))


def link_in_a_code() -> bytes:
    """Return a picture whose code leads to the badge."""
    return code(LINK)


def _two_codes() -> bytes:
    one, other = _code(LINK), _code("https://stranger.example/s/abc")
    both = Image.new("L", (one.width + other.width, max(one.height, other.height)), 255)
    both.paste(one, (0, 0))
    both.paste(other, (one.width, 0))
    return _saved(both)


def _huge(kind: str, width: int, height: int) -> bytes:
    """Return a small picture that says that it is a huge one."""
    plain = bytearray(_saved(Image.new("L", (8, 8), 255), kind))
    if kind == "PNG":
        plain[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
        plain[29:33] = zlib.crc32(bytes(plain[12:29])).to_bytes(4, "big")
    else:
        plain[6:10] = width.to_bytes(2, "little") + height.to_bytes(2, "little")
    return bytes(plain)


def _malformed_codes(twin: Callable[[], Made], **texts: str) -> None:
    """Register a case for the picture of each text."""
    cases("malformed", twin, **{name: _says(text) for name, text in texts.items()})


cases(
    "no-proof",
    credential_in_a_code,
    code_in_a_picture_of_a_billion_points=lambda: _huge("PNG", 32_000, 32_000),
    code_in_a_picture_of_four_billion_points=lambda: _huge("GIF", 65_535, 65_535),
    code_in_64_million_points=lambda: _saved(Image.new("1", (8_000, 8_000), 1)),
    codes_that_differ=_two_codes,
    code_painted_over=lambda: _saved(Image.new("L", (300, 300), 0)),
)
_malformed_codes(
    credential_in_a_code,
    code_of_a_script="javascript:alert(1)",
    code_of_a_file="file:///etc/passwd",
    code_of_data="data:application/json,{}",
    code_of_a_changed_credential="{" + text_of(badge())[:-40],
)
_malformed_codes(
    link_in_a_code,
    code_of_this_machine="http://127.0.0.1/admin/",
    code_of_this_machine_in_six="https://[::1]/admin/",
    code_inside_a_network="https://169.254.169.254/latest/meta-data/",
    code_inside_a_network_by_a_number="https://2852039166/latest/meta-data/",
    code_with_a_hidden_user="https://college.example@10.0.0.1/s/abc",
)
cases("malformed", link_in_a_code, code_that_leads_to_another_code=lambda: (code(LINK), {LINK: code(LINK)}))
FURTHER[LINK] = text_of(badge()).encode()
