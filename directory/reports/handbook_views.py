"""``/so-tay``: choose a place and a subject, see what will be in the booklet, take it as a PDF of A5 or A6."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from directory import clock
from directory.catalogue.queries import Subject, categories
from directory.errors import Invalid, NotFound, TooSoon
from directory.places.areas import Ambiguous, areas
from directory.referrals.paper import as_answer
from directory.reports.handbook import Handbook, extent_of, gather
from directory.reports.handbook_pages import Size, booklet
from directory.reports.handbook_shelf import shelf
from directory.web.access import public
from directory.web.limits import Limiter, whence
from directory.web.wording import what_happened, what_now

blueprint = Blueprint("handbook", __name__)

#: Laying out sixty services takes some seconds: whoever wants more at once asks a coordinator for a printed file.
MOST_SERVICES = 200
MOST_FROM_ONE_PLACE, WITHIN = 6, timedelta(minutes=10)
#: What the page shows of what will be in the booklet.
MOST_SHOWN = 60
LONGEST_NAME = 100


@dataclass(frozen=True)
class Choice:
    """What was asked for, as it stands in the address."""

    area: str
    subject: Subject | None

    def address_of(self, size: str) -> str:
        """Return where the booklet of this choice is; its name says nothing."""
        return self._with_subject(url_for("handbook.pdf", size=size, o=self.area))

    def page_of(self, area: str) -> str:
        """Return the page of another place and the same subject."""
        return self._with_subject(url_for("handbook.choose", o=area))

    def _with_subject(self, address: str) -> str:
        return f"{address}&chu-de={self.subject.code}" if self.subject else address


@blueprint.get("/so-tay")
@public
def choose() -> ResponseReturnValue:
    """Ask for a place and a subject; show what there is."""
    choice = _choice()
    shown = {"choice": choice, "subjects": categories().top, "areas": areas(), "most": MOST_SHOWN}
    try:
        book = _gathered(choice) if choice.area else None
    except Invalid as error:
        candidates = error.candidates if isinstance(error, Ambiguous) else ()
        fault = {"happened": what_happened(error), "now": what_now(error), "candidates": candidates}
        return render_template("reports/handbook_choose.html", book=None, fault=fault, **shown), 422
    return render_template("reports/handbook_choose.html", book=book, fault=None, **shown)


@blueprint.get("/so-tay/so-dia-chi-<size>.pdf")
@public
def pdf(size: str) -> ResponseReturnValue:
    """Give the booklet; one that was laid out since the last change is given again."""
    choice = _choice()
    if size not in set(Size) or not choice.area:
        raise NotFound("Không có trang này.", what_now="Hãy chọn lại nơi ở trang Sổ tay.")
    book = _gathered(choice)
    key = (book.extent, choice.subject, book.day, size, str(get_locale()))
    document = shelf().get(key, book.change)
    if document is None:
        _count_one_more()
        document = shelf().make(key, book.change, lambda: booklet(book, Size(size)).document)
    return as_answer(document, f"so-dia-chi-{size}.pdf")


def _choice() -> Choice:
    code = request.args.get("chu-de", "")
    subject = categories().by_code.get(code)
    return Choice(request.args.get("o", "").strip()[:LONGEST_NAME], subject)


def _gathered(choice: Choice) -> Handbook:
    """Return the contents. Raises: Invalid, also when there is more than this page lays out."""
    book = gather(extent_of(choice.area), choice.subject, clock.now())
    if book.services > MOST_SERVICES:
        raise Invalid(
            "Nơi này có %(count)s dịch vụ: nhiều quá cho một cuốn sổ.",
            what_now="Hãy chọn nơi nhỏ hơn hoặc một chủ đề.",
            blanks={"count": book.services},
        )
    return book


def _count_one_more() -> None:
    """Count one more booklet that has to be laid out. Raises: TooSoon."""
    made: Limiter = current_app.extensions.setdefault("handbook_limiter", Limiter(MOST_FROM_ONE_PLACE, WITHIN))
    if wait_s := made.wait_s(whence(), clock.now()):
        raise TooSoon(wait_s, "Vừa có nhiều cuốn sổ được soạn cho chỗ bạn, nên trang tạm nghỉ một chút.")
