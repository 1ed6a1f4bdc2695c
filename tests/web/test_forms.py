"""What every form says in our own words."""

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField
from wtforms.validators import Length

from directory.web.forms import Form


class Answers(Form):
    place = SelectField(choices=["a"])
    name = StringField(validators=[Length(max=2)])


@pytest.mark.parametrize(("language", "says"), [("vi", "Chỗ này chưa đúng."), ("en", "This is not right.")])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_answer_that_no_page_of_ours_can_send_is_refused_in_the_readers_language(app, language, says):
    with app.test_request_context(headers={"Cookie": f"ngon_ngu={language}"}):
        form = Answers(MultiDict({"place": "elsewhere", "name": "long"}), meta={"csrf": False})
        assert not form.validate()
        assert [message.startswith(says) for message in (*form.place.errors, *form.name.errors)] == [True, True]
