"""``/phieu/cuon``: books of blank slips, made by coordinators, printed four to a sheet, voided when one is lost."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from directory.accounts import audit
from directory.accounts.sessions import signed_in
from directory.errors import Conflict
from directory.referrals import face, operations
from directory.referrals.book_forms import BookForm
from directory.referrals.paper import as_pdf
from directory.referrals.queries import books
from directory.web.access import can, requires
from directory.web.once import SEE_OTHER, writes_once

blueprint = Blueprint("books", __name__)


@blueprint.get("/phieu/cuon")
@requires("slips.track")
def listing() -> ResponseReturnValue:
    """Show the books that she may know of, and to a coordinator the form for another."""
    return _shown(BookForm(books.groups_of(signed_in())))


@blueprint.post("/phieu/cuon")
@requires("books.mint")
@writes_once
def mint() -> ResponseReturnValue:
    """Make a book for a group of her areas."""
    form = BookForm(books.groups_of(signed_in()))
    if not form.validate():
        return _shown(form), 422
    operations.mint(signed_in(), form.groups[form.group.data].id, int(form.size.data))
    return redirect("/phieu/cuon", code=SEE_OTHER)


@blueprint.get("/phieu/cuon/<code>/in")
@requires("slips.track")
def sheets(code: str) -> ResponseReturnValue:
    """Show what is still blank of a book as it will be on paper."""
    return _sheets(code)


@blueprint.get("/phieu/cuon/<code>/phieu-trang.pdf")
@requires("slips.track")
def sheets_pdf(code: str) -> ResponseReturnValue:
    """Give the same pages as a PDF."""
    return as_pdf(_sheets(code), "phieu-trang.pdf")


@blueprint.post("/phieu/cuon/<code>/bo")
@requires("books.mint")
@writes_once
def void(code: str) -> ResponseReturnValue:
    """Void what is still blank of a book: it was lost, or nobody wants it."""
    operations.void_book(signed_in(), code)
    return redirect("/phieu/cuon", code=SEE_OTHER)


def _shown(form: BookForm) -> str:
    return render_template(
        "referrals/books.html",
        books=books.books_of(signed_in()),
        form=form if can("books.mint") else None,
        key=request.form.get("khoa", ""),
        subjects=books.numbered_subjects(),
    )


def _sheets(code: str) -> str:
    actor = signed_in()
    audit.record_view("book.print", actor, books.book_for(actor, code).uuid)
    book = books.book_for(actor, code)
    slips = books.blank_slips(book)
    if not slips:
        raise Conflict(
            _("Cuốn này không còn phiếu trống nào để in."), what_now=_("Hãy nhờ điều phối viên lập cuốn mới.")
        )
    pdf = f"/phieu/cuon/{book.code}/phieu-trang.pdf"
    faces = [face.of(slip) for slip in slips]
    return render_template("referrals/paper/book.html", book=book, faces=faces, back="/phieu/cuon", pdf=pdf)
