"""The form of an entry that is not there yet: its four parts on one page."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from werkzeug.datastructures import MultiDict

from directory.catalogue.cell_wording import in_words
from directory.catalogue.cells import Cells
from directory.catalogue.entries import Problem
from directory.catalogue.upkeep import PART_OF
from directory.coordination.entry_forms import OfferingForm, PartForm, ProviderForm, ServiceForm, SiteForm
from directory.errors import DirectoryError, Invalid
from directory.web.wording import what_happened, what_now


class NewEntryForm:
    """All four parts of an entry that is not there yet, as one form."""

    def __init__(self, formdata: MultiDict[str, str] | None = None) -> None:
        cells = dict.fromkeys(PART_OF, "") | {"visibility": "public"}
        provider, site, service, offering = (
            form(formdata, cells=cells, is_new=True) for form in (ProviderForm, SiteForm, ServiceForm, OfferingForm)
        )
        self.provider, self.site, self.service, self.offering = provider, site, service, offering
        self.parts: tuple[PartForm, ...] = (provider, service, offering, site)
        self.anyway = provider.anyway
        self.form_errors: list[str] = []

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(self.parts)

    def __contains__(self, name: str) -> bool:
        return any(form.field_of(name) is not None for form in self.parts)

    @property
    def errors(self) -> list[Any]:
        """Whatever is wrong, in any part."""
        return [*self.form_errors, *(form.errors for form in self.parts if form.errors)]

    def validate(self) -> bool:
        """Look at every part, so that all that is wrong is said at once."""
        looked_at = [form.validate() for form in self.parts]
        return all(looked_at)

    @property
    def cells(self) -> Cells:
        """What was filled in."""
        return {column: text for form in self.parts for column, text in form.changes.items()}

    def mark(self, problems: Iterable[Problem]) -> None:
        """Show each problem beside its field."""
        for problem in problems:
            owner = next((form for form in self.parts if form.field_of(problem.column) is not None), None)
            if owner is None:
                self.form_errors.append(in_words(problem.reason))
            else:
                owner.mark([problem])

    def complain(self, error: DirectoryError) -> None:
        """Show what an operation said: at its field where it names one, else above the form."""
        field = error.field if isinstance(error, Invalid) else ""
        owner = next((form for form in self.parts if field and form.field_of(field) is not None), None)
        if owner is None:
            self.form_errors.append(f"{what_happened(error)} {what_now(error)}".rstrip())
        else:
            owner.complain(error)
