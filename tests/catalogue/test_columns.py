"""Headers of spreadsheets, read as columns."""

from directory.catalogue.cell_wording import column_name
from directory.catalogue.columns import COLUMNS, column_of


def test_every_header_in_the_words_of_the_desk_is_known_so_that_none_that_hides_a_place_is_left_out(app):
    with app.test_request_context():
        read = {column: column_of(column_name(column)) for column in COLUMNS if column != "external_id"}
    assert read == {column: column for column in read}
