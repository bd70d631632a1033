"""Build the binary files of the sample life (pdf, docx, pptx, xlsx, epub), the same bytes on every run.

Run from a checkout, in an environment that has python-docx, python-pptx, openpyxl and fpdf2:

    python resources/sample_life_build/build.py [TARGET]

TARGET is the folder `sample_life`; without it, the one beside this script's folder. Everything in these
files is invented. The text files of the sample life are written by hand and not touched here.
"""

import io
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import docx
from docx.shared import Cm, Pt
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from openpyxl import Workbook
from openpyxl.styles import Font
from pptx import Presentation
from pptx.util import Pt as SlidePt

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "mneme_resources" / "sample_life"
OWNER = "Maren Holt"


# ------------------------------------------------------------------ zip containers, made repeatable


def repack(data: bytes, when: datetime) -> bytes:
    """Pack an Office file anew with every clock in it set to `when`."""
    stamp = when.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "docProps/core.xml":
                body = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, body)
            put(new, name, body, when)
    return out.getvalue()


def put(archive: zipfile.ZipFile, name: str, body: bytes, when: datetime, *, packed: bool = True) -> None:
    """Write one member with a fixed time and no trace of the machine."""
    info = zipfile.ZipInfo(name, (when.year, when.month, when.day, when.hour, when.minute, 0))
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    info.create_system = 0
    info.external_attr = 0
    archive.writestr(info, body)


# ------------------------------------------------------------------ letters and contracts (docx)


def document(title: str, author: str, when: datetime, parts: list[tuple[str, str]]) -> bytes:
    """A plain A4 document; a part is (kind, text), kind one of title, heading, right, text."""
    doc = docx.Document()
    doc.core_properties.title = title
    doc.core_properties.author = author
    doc.core_properties.last_modified_by = author
    doc.core_properties.comments = ""
    doc.core_properties.created = when.replace(tzinfo=None)
    doc.core_properties.modified = when.replace(tzinfo=None)
    section = doc.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    doc.styles["Normal"].font.name = "Georgia"  # type: ignore[attr-defined, unused-ignore]
    doc.styles["Normal"].font.size = Pt(11)  # type: ignore[attr-defined, unused-ignore]
    for kind, text in parts:
        if kind == "title":
            doc.add_heading(text, level=0)
        elif kind == "heading":
            doc.add_heading(text, level=2)
        else:
            paragraph = doc.add_paragraph(text)
            if kind == "right":
                paragraph.paragraph_format.left_indent = Cm(9)
    out = io.BytesIO()
    doc.save(out)
    return repack(out.getvalue(), when)


def boat_contract() -> bytes:
    """The sale of Petrine, January 2025."""
    parts = [
        ("title", "Contract for the sale of a used boat"),
        ("heading", "1. The parties"),
        (
            "text",
            "Sellers: Ines Holt, Stavanger, and Maren Holt, Bergen, who own the boat in equal parts. "
            "Ines Holt signs for both.",
        ),
        ("text", "Buyer: Anders Rygg, teacher, Hallevik."),
        ("heading", "2. The boat"),
        (
            "text",
            "Open boat of glass-reinforced plastic, 15 feet, built in 1974, called Petrine. With her go the "
            "trailer, the cover, two pairs of oars (of which one is a pair) and one bailer. The outboard "
            "motor is not part of the sale and remains with the sellers.",
        ),
        ("heading", "3. Price and payment"),
        (
            "text",
            "The boat is sold for 38,500 kroner. The whole amount is paid by bank transfer on the day of "
            "handing over, and no deposit has been paid.",
        ),
        ("heading", "4. Condition"),
        (
            "text",
            "The boat is sold as she is. The buyer has seen her on 4 January 2025, on land, and "
            "has gone over "
            "the hull with a hammer. He has been told that the floorboards must be replaced, that the rail "
            "is missing on the port side, and that she takes in some water, about as much as one would "
            "expect of somebody of her age.",
        ),
        ("heading", "5. Handing over"),
        (
            "text",
            "At Storevika 9 on Wednesday 8 January 2025 at one o'clock. From then on the boat is at the buyer's risk.",
        ),
        ("heading", "6. Special terms"),
        (
            "text",
            "The buyer undertakes not to paint the boat white for as long as he owns her. The parties know "
            "that this can hardly be enforced. If she's sold on, the sellers shall be asked first.",
        ),
        ("text", "Storevika, 8 January 2025"),
        ("text", "Ines Holt                                        Anders Rygg"),
    ]
    return document("Boat sale contract", "Ines Holt", datetime(2025, 1, 8, 11, 30, tzinfo=UTC), parts)


def insurance_letter() -> bytes:
    """A letter about a burst pipe that was really a vase."""
    parts = [
        ("right", "Maren Holt\nKråkebakken 7\nBergen"),
        ("right", "18 March 2024"),
        ("text", "To Havnebyens Brannkasse, claims"),
        ("heading", "Your reference H-40711: water damage on 13 March"),
        ("text", "Dear Sir or Madam,"),
        (
            "text",
            "You ask me to describe in my own words how the damage came about. On Wednesday 13 March the "
            "water in our stairwell was turned off from nine until three, as announced. At half past two I "
            "opened the tap in the bathroom to see whether it was back. It wasn't. I was then rung up by "
            "a colleague about a valve, for forty minutes, in another room.",
        ),
        (
            "text",
            "The plug was in the basin because our cat sleeps there. He was not in it at the time and is "
            "unhurt. The water ran over the floor, into the hall and under the piano, a 1911 upright by a "
            "maker in Leipzig. My partner, who is a piano tuner, came home at twenty past three and lifted "
            "it on to four volumes of an encyclopaedia by himself.",
        ),
        (
            "text",
            "Damaged are: the hall floor, some six square metres of oak parquet; the skirting; and volumes "
            "3 to 6 of the encyclopaedia, which we don't claim for, as nobody had needed anything between "
            "Dam and Ibsen since 1998. The piano has been looked at by three experts, all of them Jonas. The "
            "carpenter, Sverre Mo, estimates the repair of the parquet at 21,600 kroner; his offer is "
            "enclosed.",
        ),
        (
            "text",
            "You further ask whether the damage could have been avoided. Yes. I'm told that the usual "
            "excess for that is 4,000 kroner.",
        ),
        ("text", "Yours faithfully,"),
        ("text", "Maren Holt"),
        ("text", "Enclosed: offer from S. Mo, four photographs, one of them of the cat, by mistake."),
    ]
    return document("Water damage, letter to the insurance", OWNER, datetime(2024, 3, 18, 19, 5, tzinfo=UTC), parts)


# ------------------------------------------------------------------ reports and invoices (pdf)


class Page(FPDF):
    """A4 with a running head and page numbers, in the standard fonts."""

    def __init__(self, head: str, title: str, when: datetime) -> None:
        super().__init__(format="A4")
        self.head = head
        self.set_creation_date(when)
        self.set_title(title)
        self.set_author(head.split(",", maxsplit=1)[0])
        self.set_margins(25, 22, 25)
        self.set_auto_page_break(auto=True, margin=25)
        self.add_page()

    def header(self) -> None:
        """The sender, on every page."""
        self.set_font("Helvetica", "B", 9)
        self.cell(0, 6, self.head, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(6)

    def footer(self) -> None:
        """The page number."""
        self.set_y(-18)
        self.set_font("Helvetica", "", 8)
        self.cell(0, 6, f"Page {self.page_no()}", align="C")

    def heading(self, text: str, size: int = 13) -> None:
        """A line in bold."""
        self.ln(2)
        self.set_font("Helvetica", "B", size)
        self.multi_cell(0, size * 0.5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(2)

    def text_block(self, text: str) -> None:
        """A paragraph."""
        self.set_font("Helvetica", "", 10.5)
        self.multi_cell(0, 5.6, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(2.5)

    def rows(self, widths: list[int], lines: list[list[str]]) -> None:
        """A table; the first line is its head."""
        for index, line in enumerate(lines):
            self.set_font("Helvetica", "B" if index == 0 else "", 9.5)
            for width, value in zip(widths, line, strict=True):
                self.cell(width, 7, value, border="B")
            self.ln(7)
        self.ln(4)

    def bytes(self) -> bytes:
        """The finished file."""
        return bytes(self.output())


def water_report() -> bytes:
    """The second test of the well, June 2024: the good one."""
    page = Page(
        "Hallefjord Water Laboratory, Hallevik",
        "Analysis of drinking water 24-0412",
        datetime(2024, 6, 6, 9, 0, tzinfo=UTC),
    )
    page.heading("Analysis of drinking water, report 24-0412", 15)
    page.text_block("Client: Maren Holt and Ines Holt, Storevika 9\nDate of report: 6 June 2024")
    page.heading("What was tested")
    page.text_block(
        "A dug well with concrete rings, depth 4.1 metres, which supplies one holiday house by way of an "
        "electric pump. The well was repaired in August 2023 and has a new cover with a rubber lip. An "
        "earlier sample, from June 2023, contained coliform bacteria. That sample had been delivered by the "
        "client in a container which had held jam."
    )
    page.heading("How it was taken")
    page.text_block(
        "On 4 June 2024 Sigrun Tveit of the laboratory took the water sample from the kitchen tap, after "
        "letting the water run for five minutes. It was carried in a sterile bottle at 4 degrees and "
        "was in the laboratory within three hours. A second bottle was filled at the well "
        "itself. The weather was dry, 14 degrees, and it hadn't rained for six days. One of the clients held the lid."
    )
    page.heading("Judgement")
    page.text_block(
        "The water from the well is fit for drinking. No coliform bacteria were found in either bottle. "
        "Boiling is no longer needed. The values are given on the next page."
    )
    page.text_block("Signed for the laboratory\nHarald Myklebust, chemist")
    page.add_page()
    page.heading("Values")
    page.rows(
        [62, 36, 36, 26],
        [
            ["Parameter", "Kitchen tap", "Limit", "Verdict"],
            ["Coliform bacteria /100 ml", "0", "0", "good"],
            ["E. coli /100 ml", "0", "0", "good"],
            ["Intestinal enterococci /100 ml", "0", "0", "good"],
            ["Colony count 22 °C /ml", "31", "100", "good"],
            ["pH", "6.7", "6.5 - 9.5", "good"],
            ["Colour (mg Pt/l)", "14", "20", "good"],
            ["Turbidity (FNU)", "0.4", "1", "good"],
            ["Iron (mg/l)", "0.11", "0.2", "good"],
            ["Nitrate (mg/l)", "2.1", "50", "good"],
        ],
    )
    page.heading("Remarks")
    page.text_block(
        "The slight colour comes from the bog above the house and is harmless. The pH is at the low end, "
        "which over the years is hard on copper pipes; a limestone filter can be considered and is not "
        "required. The ditch above the well should be finished."
    )
    page.text_block(
        "We recommend a new test in the summer of 2027, or sooner if the water changes in smell or colour "
        "or if animals get into the well. Sterile bottles can be fetched free of charge at our counter. "
        "Please use them."
    )
    page.heading("About this report")
    page.text_block(
        "The results apply to the sample as it was received. The report may be copied only as a whole. "
        "Questions are answered on weekdays between ten and two by whoever is nearest the telephone."
    )
    return page.bytes()


def plate_invoice() -> bytes:
    """The blacksmith's bill for the plate under the stove, spring 2025."""
    page = Page("Hallevik Smie, workshop and smithy", "Invoice 2025-031", datetime(2025, 4, 2, 8, 0, tzinfo=UTC))
    page.heading("Invoice 2025-031", 15)
    page.text_block("To: Maren Holt, Kråkebakken 7, Bergen\nDate: 2 April 2025\nTo be paid by: 16 April 2025")
    page.rows(
        [92, 24, 42],
        [
            ["What", "Quantity", "Kroner"],
            ["Steel plate, 3 mm, 60 x 90 cm, cut", "1", "1,150.00"],
            ["Edges rounded, four holes", "1", "320.00"],
            ["Blackened with linseed oil, two coats", "1", "280.00"],
            ["Carried to the ferry", "1", "0.00"],
            ["Total, including 25 % VAT", "", "1,750.00"],
        ],
    )
    page.text_block(
        "You asked for 60 by 86. We have made it 60 by 90, as the sweep wants thirty centimetres in front of "
        "the door of the stove and people always measure from the wrong side."
    )
    page.text_block(
        "The plate must be heated slowly the first two times, with the window open. It'll smell of paint, "
        "then of bread, then of nothing."
    )
    page.add_page()
    page.heading("Care of blackened steel")
    page.text_block(
        "Sweep it, do not wash it. If it rusts, rub it with fine steel wool and a cloth with a "
        "little linseed "
        "oil, and then hang the cloth outside to dry, by itself, spread out. Oily cloths in a heap can catch "
        "fire with nobody's help. We know of a case. It was us."
    )
    page.text_block("With thanks for the order\nRagna Vedvik, smith")
    return page.bytes()


# ------------------------------------------------------------------ slides (pptx)


def customer_day() -> bytes:
    """The invitation slides for the customer day, spring 2024."""
    when = datetime(2024, 5, 13, 14, 0, tzinfo=UTC)
    show = Presentation()
    show.core_properties.title = "Customer day 2024"
    show.core_properties.author = OWNER
    show.core_properties.last_modified_by = OWNER
    slides = [
        (
            "Customer day 2024",
            ["Tidevann Instruments", "For the sales meeting, 13 May 2024", "Maren Holt and Priya Raman"],
            "Priya begins. I do the bucket.",
        ),
        (
            "Where and when",
            [
                "The customer day will be held in Tromsø, in the old customs house on the harbour.",
                "Thursday 12 September 2024, from nine o'clock until the last bus.",
                "Ålesund and Bergen were looked at as well; half of our customers would have had to change "
                "planes twice.",
            ],
            "Hanne decided on 22 April. There are a hundred seats and not one more, it is the fire brigade "
            "who says so.",
        ),
        (
            "What happens",
            [
                "09:00 Coffee, and the tide at the quay (high water 10:12)",
                "10:30 Oddvar Lie: the TG-40 in a bucket",
                "11:15 Lucía Ferrer: how to read a manual without reading it",
                "13:00 Customers tell us what we got wrong",
                "15:00 We tell them which of it we knew",
            ],
            "Do not let Oddvar bring the big bucket.",
        ),
        (
            "What it costs",
            [
                "1,700 kroner a head, at most 100 people: 170,000 kroner.",
                "Half comes out of the marketing budget, half out of the travel that we saved in the spring.",
                "Pencils are included. Nobody asked for pencils.",
            ],
            "If Hanne asks about the pencils: they were ordered in 2019.",
        ),
        (
            "What we need from you",
            [
                "Names by 14 June, with shoe size if they want to come out on the boat.",
                "One customer who's willing to say on stage that the manual was too long.",
                "Somebody who can drive a bus, in case.",
            ],
            "",
        ),
    ]
    for number, (title, lines, notes) in enumerate(slides):
        slide = show.slides.add_slide(show.slide_layouts[0 if number == 0 else 1])
        heading = slide.shapes.title
        assert heading is not None
        heading.text = title
        frame = slide.placeholders[1].text_frame  # type: ignore[attr-defined, unused-ignore]
        frame.text = lines[0]
        for line in lines[1:]:
            frame.add_paragraph().text = line
        if number:
            for paragraph in frame.paragraphs:
                paragraph.font.size = SlidePt(22)
        if notes:
            notes_frame = slide.notes_slide.notes_text_frame
            assert notes_frame is not None
            notes_frame.text = notes
    out = io.BytesIO()
    show.save(out)
    return repack(out.getvalue(), when)


# ------------------------------------------------------------------ the household book (xlsx)


def bills() -> bytes:
    """The household's bills of 2024, with Jonas's remarks."""
    when = datetime(2024, 12, 30, 20, 0, tzinfo=UTC)
    power = [1412, 1388, 1190, 820, 610, 455, 430, 470, 590, 905, 1220, 1460]
    months = ["January", "February", "March", "April", "May", "June", "July", "August", "September"]
    months += ["October", "November", "December"]
    remarks = {
        1: "Cold. Jonas wore the hat indoors.",
        3: "Water damage on the 13th, see the letter to the insurance.",
        5: "Rent up by 4.5 percent from here on.",
        9: "Phone moved from Nordtel to Lynmobil on the 9th.",
        12: "Two mothers. Heating on in the small room as well.",
    }
    book = Workbook()
    book.properties.title = "Household bills 2024"
    book.properties.creator = OWNER
    book.properties.created = when.replace(tzinfo=None)
    sheet = book.active
    assert sheet is not None
    sheet.title = "2024"
    sheet.append(["Month", "Rent", "Electricity", "Internet", "Maren's phone", "Jonas's phone", "Total", "Remark"])
    for number, month in enumerate(months, start=1):
        rent = 11200 if number < 5 else 11704
        phone = 399 if number < 9 else 249
        line = [month, rent, power[number - 1], 549, phone, 79]
        sheet.append([*line, f"=SUM(B{number + 1}:F{number + 1})", remarks.get(number, "")])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.column_dimensions["H"].width = 60
    notes = book.create_sheet("Notes")
    for text in [
        "Kept by Maren, corrected by Jonas, who adds up in his head and is usually right.",
        "The electricity contract with Fossekraft runs until 31 October 2025 and costs 89 øre per kilowatt hour.",
        "The internet is paid by Jonas's firm from January 2025, as he sends so many recordings of pianos.",
        "The rent goes up every May. It has never gone down, but we keep the column wide.",
        "Allotment: 1,240 kroner a year, paid in March, plus 50 kroner in fines (hosepipe).",
    ]:
        notes.append([text])
    notes.column_dimensions["A"].width = 100
    out = io.BytesIO()
    book.save(out)
    return repack(out.getvalue(), when)


# ------------------------------------------------------------------ the family booklet (epub)

CHAPTERS = [
    (
        "How this came about",
        [
            "Between 1979 and 1983 our mother wrote to our father from Oban and he wrote to her "
            "from wherever "
            "his ship was. She kept his letters in a biscuit tin and he kept hers with a "
            "bootlace round them. "
            "There are a hundred and twenty-six altogether. We have chosen nine, and we've left out the "
            "curate.",
            "It's for her seventy-fifth birthday, 22 August 2024. The mistakes in typing are Maren's and the "
            "mistakes in arithmetic are Ines's, who is a teacher and should know better.",
        ],
    ),
    (
        "Oban, 9 November 1979",
        [
            "Dear Mr Holt, You left a glove on the bench at the end of the North Pier. I am the "
            "person who was "
            "on the other end of the bench. I have asked at the harbour office and they say your "
            "ship has gone "
            "to Esbjerg, which seems a long way to go with one hand. It is a good glove. I shall "
            "keep it dry.",
            "You said that in your country they put salt in porridge as well, so there may be "
            "some hope for it. "
            "Yours truly, Moira Gillespie.",
        ],
    ),
    (
        "Esbjerg, 20 November 1979",
        [
            "Dear Miss Gillespie, Thank you for the glove, I mean for having it. Please do not "
            "send it. If you "
            "send it I shall have no reason to come back to the pier, and I'd have to lose something else. I "
            "have not much else. Here it rains the Danish way, which is flat.",
            "My mother takes salt, my father takes sugar, they've been married thirty years and eat in "
            "different rooms. Yours, Arne Holt, third engineer.",
        ],
    ),
    (
        "Oban, 2 June 1981",
        [
            "Dear Arne, Father has agreed to be told. I have therefore told him. He went out and "
            "looked at the "
            "boat for an hour, and came back and asked whether you could splice. I said you were "
            "an engineer. "
            "He said that it was a pity but one could not have everything.",
            "I've learned to say good day, thank you for the food, and where is the spanner. I am told I'll "
            "need the last one most. Your Moira.",
        ],
    ),
]


def booklet() -> bytes:
    """Porridge and Salt: the letters of Moira and Arne, as an EPUB 3."""
    when = datetime(2024, 8, 4, 12, 0, tzinfo=UTC)
    page = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" xml:lang="en">'
        "<head><title>{title}</title></head><body>{body}</body></html>\n"
    )
    items, spine, entries = [], [], []
    bodies: list[tuple[str, str]] = []
    for number, (title, paragraphs) in enumerate(CHAPTERS, start=1):
        name = f"chapter{number}.xhtml"
        text = f"<h1>{title}</h1>" + "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        bodies.append((name, page.format(title=title, body=text)))
        items.append(f'<item id="c{number}" href="{name}" media-type="application/xhtml+xml"/>')
        spine.append(f'<itemref idref="c{number}"/>')
        entries.append(f'<li><a href="{name}">{title}</a></li>')
    contents = f'<nav epub:type="toc"><h1>Contents</h1><ol>{"".join(entries)}</ol></nav>'
    package = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<dc:identifier id="id">porridge-and-salt-2024</dc:identifier>'
        "<dc:title>Porridge and Salt</dc:title><dc:creator>Moira Holt</dc:creator>"
        "<dc:creator>Arne Holt</dc:creator><dc:language>en</dc:language><dc:date>2024-08-04</dc:date>"
        f'<meta property="dcterms:modified">{when:%Y-%m-%dT%H:%M:%SZ}</meta></metadata><manifest>'
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        f"{''.join(items)}</manifest><spine>{''.join(spine)}</spine></package>\n"
    )
    container = (
        '<?xml version="1.0"?>\n<container version="1.0" '
        'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
        'full-path="OEBPS/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>\n'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        put(archive, "mimetype", b"application/epub+zip", when, packed=False)
        put(archive, "META-INF/container.xml", container.encode(), when)
        put(archive, "OEBPS/package.opf", package.encode(), when)
        put(archive, "OEBPS/nav.xhtml", page.format(title="Contents", body=contents).encode(), when)
        for name, body in bodies:
            put(archive, f"OEBPS/{name}", body.encode(), when)
    return out.getvalue()


# ------------------------------------------------------------------ all of them


def files() -> Iterator[tuple[str, bytes]]:
    """Every binary file with its place in the sample life."""
    yield "cabin/Boat sale contract.docx", boat_contract()
    yield "cabin/Scan 0412.pdf", water_report()
    yield "house/Invoice stove plate.pdf", plate_invoice()
    yield "house/bills 2024.xlsx", bills()
    yield "letters/2024-03-18 to the insurance.docx", insurance_letter()
    yield "letters/Porridge and Salt.epub", booklet()
    yield "work/Customer day 2024.pptx", customer_day()


def main(target: Path) -> None:
    """Write them all under `target` and say what was written."""
    for name, data in files():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        changed = not path.exists() or path.read_bytes() != data
        path.write_bytes(data)
        print(f"{len(data):8,}  {'written' if changed else 'same   '}  {name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
