"""Dates as people write them. Days and months in this order, as in the forms."""

import re
import unicodedata
from datetime import date

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from ingest.dates import understand, understand_period
from ingest.dates.vocabulary import names
from ingest.form import Passage, Place

PERIOD = (date(2020, 7, 1), date(2020, 12, 31))


def passage(text: str) -> Passage:
    return Passage(text=text, place=Place(line=1, column=1, end_line=1, end_column=max(1, len(text))))


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("8/12/2020", "2020-12-08", "2020-12-08", "day"),
        ("8.12.20", "2020-12-08", "2020-12-08", "day"),
        ("2020-12-08", "2020-12-08", "2020-12-08", "day"),
        ("Friday 30th October (9:30-10:30 am)", "2020-10-30", "2020-10-30", "day"),
        ("11 May 2020, 14h00", "2020-05-11", "2020-05-11", "day"),
        ("24 January 2018, 8.30-13.00", "2018-01-24", "2018-01-24", "day"),
        ("13. lokakuuta 2016", "2016-10-13", "2016-10-13", "day"),
        ("20 novembre 2020", "2020-11-20", "2020-11-20", "day"),
        ("14 y 15 de octubre de 2020", "2020-10-14", "2020-10-15", "day"),
        ("3-4 December 2020", "2020-12-03", "2020-12-04", "day"),
        ("17-19/11/2020", "2020-11-17", "2020-11-19", "day"),
        ("December 3 and 4, 2020", "2020-12-03", "2020-12-04", "day"),
        ("30 November - 2 December 2020", "2020-11-30", "2020-12-02", "day"),
        ("28/02/2021 - 02/03/2021", "2021-02-28", "2021-03-02", "day"),
        ("Tuesday 19 - Wednesday 20 November 2019", "2019-11-19", "2019-11-20", "day"),
        ("1st week of July 2020", "2020-07-01", "2020-07-07", "week"),
        ("last week of November", "2020-11-24", "2020-11-30", "week"),
        ("May or June 2022", "2022-05-01", "2022-06-30", "month"),
        ("week 45, 2020", "2020-11-02", "2020-11-08", "week"),
        ("May 2019", "2019-05-01", "2019-05-31", "month"),
        ("XII.2020", "2020-12-01", "2020-12-31", "month"),
        ("12/2020", "2020-12-01", "2020-12-31", "month"),
        ("end of October", "2020-10-21", "2020-10-31", "part-month"),
        ("Q2 2021", "2021-04-01", "2021-06-30", "quarter"),
        ("1Q22", "2022-01-01", "2022-03-31", "quarter"),
        ("second half of 2021", "2021-07-01", "2021-12-31", "half"),
        ("spring 2020", "2020-03-01", "2020-05-31", "season"),
        ("postponed to 2021", "2021-01-01", "2021-12-31", "year"),
    ],
)
def test_days_and_precision(text, start, end, precision):
    when = understand(passage(text), period=PERIOD)
    assert (str(when.start), str(when.end), when.precision) == (start, end, precision)
    assert not when.doubt


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("3, 10 and 17 November 2020", "2020-11-03", "2020-11-17", "day"),
        ("3/11/2020, 10/11/2020 and 17/11/2020", "2020-11-03", "2020-11-17", "day"),
        ("03.11.2020, 10-12 Uhr", "2020-11-03", "2020-11-03", "day"),
        ("November 30 - December 2, 2020", "2020-11-30", "2020-12-02", "day"),
        ("7-10/10/20", "2020-10-07", "2020-10-10", "day"),
        ("19 to 20-11-2020", "2020-11-19", "2020-11-20", "day"),
        ("19 Nov 20", "2020-11-19", "2020-11-19", "day"),
        ("3 November 10-12", "2020-11-03", "2020-11-03", "day"),
        ("2020-11-19T10:00", "2020-11-19", "2020-11-19", "day"),
        ("2020-11-03/05", "2020-11-03", "2020-11-05", "day"),
        ("20201103", "2020-11-03", "2020-11-03", "day"),
        ("2021. március 15-16.", "2021-03-15", "2021-03-16", "day"),
        ("15 ta' Marzu 2021", "2021-03-15", "2021-03-15", "day"),
        ("19 listopada 2020", "2020-11-19", "2020-11-19", "day"),
        ("19. listopada 2020.", "2020-10-19", "2020-10-19", "day"),
        ("12 October (postponed to 14 January)", "2021-01-14", "2021-01-14", "day"),
        ("3 November 2020 (moved from 20 October)", "2020-11-03", "2020-11-03", "day"),
        ("2018 (October)", "2018-10-01", "2018-10-31", "month"),
        ("2018 October", "2018-10-01", "2018-10-31", "month"),
        ("Nov-19", "2019-11-01", "2019-11-30", "month"),
        ("H1 22", "2022-01-01", "2022-06-30", "half"),
        ("21+22/11/2019", "2019-11-21", "2019-11-22", "day"),
        ("21/09/2021\n22/09/2021", "2021-09-21", "2021-09-22", "day"),
        ("01/07/2019 31/12/2019", "2019-07-01", "2019-12-31", "day"),
        ("01/07/2019\t31/12/2019", "2019-07-01", "2019-12-31", "day"),
        ("1rst December 2020", "2020-12-01", "2020-12-01", "day"),
        ("w/c 16 November", "2020-11-16", "2020-11-22", "week"),
        ("second half of November 2020", "2020-11-16", "2020-11-30", "part-month"),
        ("a mediados de marzo de 2021", "2021-03-11", "2021-03-20", "part-month"),
        ("koniec marca 2021", "2021-03-21", "2021-03-31", "part-month"),
        ("2021. március végén", "2021-03-21", "2021-03-31", "part-month"),
        ("maaliskuussa 2021", "2021-03-01", "2021-03-31", "month"),
        ("January, March and May 2020", "2020-01-01", "2020-05-31", "month"),
        ("XI-XII 2020", "2020-11-01", "2020-12-31", "month"),
        ("I kw. 2021", "2021-01-01", "2021-03-31", "quarter"),
        ("Q3 and Q4 2020", "2020-07-01", "2020-12-31", "quarter"),
        ("end of 2020", "2020-10-01", "2020-12-31", "quarter"),
        ("2nd semester", "2020-07-01", "2020-12-31", "half"),
        ("våren 2021", "2021-03-01", "2021-05-31", "season"),
        ("φθινόπωρο 2020", "2020-09-01", "2020-11-30", "season"),
        ("autumn/winter 2020", "2020-09-01", "2021-02-28", "season"),
        ("winter 2020-21", "2020-12-01", "2021-02-28", "season"),
        ("2021-2022", "2021-01-01", "2022-12-31", "year"),
    ],
)
def test_dates_in_other_ways_and_languages(text, start, end, precision):
    when = understand(passage(text), period=PERIOD)
    assert (str(when.start), str(when.end), when.precision) == (start, end, precision)


@pytest.mark.parametrize(
    "text",
    [
        "tbc",
        "co wtorek każdy",
        "κάθε Τρίτη",
        "joka tiistai",
        "monthly",
        "every Monday",
        "",
        "online",
        "9:30-10:30",
    ],
)
def test_what_names_no_day_names_no_day(text):
    assert understand(passage(text or " "), period=PERIOD).start is None


@pytest.mark.parametrize("text", ["30th of February 2021", "32/12/2020", "31/04/2021"])
def test_an_impossible_date_is_reported_not_repaired(text):
    when = understand(passage(text), period=PERIOD)
    assert when.start is None and "no day" in when.doubt


def test_a_wrong_weekday_is_reported():
    when = understand(passage("Monday 30th October"), period=PERIOD)
    assert str(when.start) == "2020-10-30" and when.doubt == "2020-10-30 is a Friday, not a Monday."


def test_times_of_day():
    when = understand(passage("Friday 30th October (9:30-10:30 am)"), period=PERIOD)
    assert (str(when.start_time), str(when.end_time)) == ("09:30:00", "10:30:00")
    assert str(understand(passage("5 May 2020 2 pm")).start_time) == "14:00:00"


@pytest.mark.parametrize(
    ("text", "planned", "year"),
    [
        ("30 October", False, 2020),
        ("15 March", False, 2020),
        ("15 March", True, 2021),
        ("week 20", True, 2021),
    ],
)
def test_a_missing_year_comes_from_the_period(text, planned, year):
    assert understand(passage(text), period=PERIOD, planned=planned).start.year == year


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("July - December 2020", "2020-07-01", "2020-12-31"),
        ("January – June 2019", "2019-01-01", "2019-06-30"),
        ("01/07/2020 - 31/12/2020", "2020-07-01", "2020-12-31"),
        ("H2 2020", "2020-07-01", "2020-12-31"),
        ("juillet - décembre 2020", "2020-07-01", "2020-12-31"),
    ],
)
def test_periods(text, start, end):
    when = understand_period(passage(text))
    assert (str(when.start), str(when.end)) == (start, end)


@given(st.text(max_size=60))
def test_no_text_breaks_it_and_a_start_is_never_after_its_end_by_design(text):
    when = understand(passage(text or " "), period=PERIOD)
    assert (when.start is None) == (when.end is None)


@given(st.dates(date(1990, 1, 1), date(2059, 12, 31)))
def test_every_day_is_read_back_from_its_usual_forms(day):
    for text in (f"{day.day}/{day.month}/{day.year}", f"{day.day} {day:%B} {day.year}", day.isoformat()):
        when = understand(passage(text))
        assert (when.start, when.end, when.precision) == (day, day, "day")


def test_the_names_of_months_and_days_are_those_of_cldr():
    languages = [
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "fi",
        "fr",
        "ga",
        "hr",
        "hu",
        "it",
        "lt",
        "lv",
        "mt",
        "nl",
        "pl",
        "pt",
        "ro",
        "sk",
        "sl",
        "sv",
    ]  # of the EU
    told = names()
    for kind in ("months", "days"):
        known = {
            (number, unicodedata.normalize("NFC", name).casefold().rstrip("."))
            for language in languages
            for form in ("format", "stand-alone")
            for width in ("wide", "abbreviated")
            for number, name in getattr(Locale(language), kind)[form][width].items()
        }
        written = {(int(number), name) for number, several in told[kind].items() for name in several}
        assert written == {
            (number, name) for number, name in known if len(name) > 2 and not re.search(r"\d", name)
        }
    english = Locale("en")
    assert told["english"] == {
        "months": list(english.months["format"]["wide"].values()),
        "short_months": list(english.months["format"]["abbreviated"].values()),
        "days": [english.days["format"]["wide"][day] for day in range(7)],
    }


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("9 Septmber 2020", "2020-09-09", "2020-09-09"),
        ("Tuesday 13 Ocotber 2020", "2020-10-13", "2020-10-13"),
        ("end of Janaury 2021", "2021-01-21", "2021-01-31"),
        ("Jnue 2022", "2022-06-01", "2022-06-30"),
        ("spirng 2023", "2023-03-01", "2023-05-31"),
    ],
)
def test_a_misspelt_month_is_read_and_told(text, start, end):
    found = understand(passage(text), period=PERIOD)
    assert (str(found.start), str(found.end)) == (start, end)
    assert "is read as" in found.doubt


@pytest.mark.parametrize("text", ["12 people in 2020", "Session 4 later 2021", "20 place 2020"])
def test_other_words_are_no_misspelt_months(text):
    assert "is read as" not in understand(passage(text), period=PERIOD).doubt
