import asyncio
import html
import re
import time
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from api.app import create_app
from api.wording import first_question, label, labels, series, tabs
from ingest.form import Source
from ingest.intake import Intake
from regiograph.archive import Archive
from regiograph.editions import Change, Publisher
from regiograph.iris import Iris
from regiograph.questions import Questions
from regiograph.rooms import room
from regiograph.settings import Settings

QUESTIONS = Questions.read(room("queries"), Iris("https://w3id.org/regiograph"))
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    '") . ?s ?p ?o } #',
    "\\",
    "🛰 Ж",
]
LICENCES = {"creativecommons.org", "joinup.ec.europa.eu"}

TOGETHER = """
PREFIX rg: <https://w3id.org/regiograph/ns#>
PREFIX role: <https://w3id.org/regiograph/code/role/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX region: <https://w3id.org/regiograph/id/region/>
PREFIX : <https://e.example/>

:area a rg:WorkingArea ; rdfs:label "A shared lead" ; rg:ofPartnership :partnership .
:partnership a rg:Partnership ; rdfs:label "Two at the helm" .
:report rg:reportingPeriod :period .
:period rdfs:label "2021" .
:one rg:participatesIn :area ; rg:role role:co-lead ; rg:participant region:FRH0 ; dcterms:temporal :period ;
  rg:reportedIn :report ; rg:nameAsReported "Brittany" ; rg:evidence :excerpt .
:two rg:participatesIn :area ; rg:role role:lead ; rg:participant region:EE ; dcterms:temporal :period ;
  rg:reportedIn :report ; rg:nameAsReported "Estonia" ; rg:evidence :excerpt .
:excerpt rg:lineStart 1 ; oa:hasSource :source ; oa:hasSelector :quote .
:source rdfs:label "elsewhere.txt" .
:quote oa:exact "Brittany and Estonia" .
"""


class Parts(HTMLParser):
    """Elements and their attributes, in order."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def scripts(self):
        """What would run; data for search engines does not."""
        return [given for given in self.all("script") if given != {"type": "application/ld+json"}]

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def words(text):
    """What is to be read on a page, without its style of spacing."""
    plain = html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"<(head|title)\b.*?</\1>", "", text, flags=re.S)))
    return " ".join(plain.split())


def fields(parts):
    """The fields that a person sees."""
    return [one for one in parts.all("input") if one.get("type") != "hidden"]


def known_to(question):
    return {param.name for param in question.params}


def address_of(question):
    given = {param.name: param.example for param in question.params if param.example}
    return f"/queries/{question.name}", given


def publish(data, documents):
    Publisher(Archive(data)).publish(Change(documents=documents, full=True))


def asked(app, path, accept):
    """What an app answers that is not served."""

    async def asking():
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://here")
        async with app.router.lifespan_context(app), client:
            return await client.get(path, headers={"accept": accept})

    return asyncio.run(asking())


# --- the start page ---------------------------------------------------------------------------------


def test_the_start_page_answers_the_headline_question(site):
    page = site.get("/")
    said = words(page.text)
    assert page.status_code == 200
    assert "Which regions co-lead work on cyber range?" in said
    assert "Brittany leads. Basque Country, Estonia and North Rhine-Westphalia are involved." in said
    assert "No report names two regions that lead this work together" in said
    assert page.text.count("<mark>") == 4
    assert '<span class="role role-lead">lead</span>' in page.text
    assert page.text.count('<span class="role role-involved">involved</span>') == 3


def test_each_sentence_leads_to_its_passage(site):
    links = [a["href"] for a in Parts(site.get("/").text).all("a") if a["href"].startswith("/documents/")]
    marked = [re.findall(r"<mark>(.*?)</mark>", site.get(link).text) for link in links]
    assert marked == [["Brittany Region"], ["Basque Country"], ["Estonia"], ["North Rhine Westflavia"]]


def test_all_is_told_but_never_expanded(site):
    page = site.get("/", params={"topic": "Regional mapping exercise"})
    assert "Brittany leads. The report also says ALL: every participant, without a name." in words(page.text)
    assert len(Parts(page.text).all("mark")) == 1
    assert "The report also says ALL" not in words(site.get("/").text)


def test_regions_that_lead_together_are_told_so(own_data, pipeline, tmp_path):
    (tmp_path / "together.ttl").write_text(TOGETHER)
    Intake(own_data, pipeline).take_rdf(tmp_path / "together.ttl")
    page = asked(create_app(Settings(data=own_data)), "/?topic=shared+lead", "text/html")
    said = words(page.text)
    assert "Brittany and Estonia lead." in said
    assert "By a report’s own words, Brittany and Estonia lead together: A shared lead." in said
    assert "No report names two regions" not in said


@pytest.mark.parametrize("topic", HOSTILE)
def test_a_hostile_topic_stays_text(site, topic):
    page = site.get("/", params={"topic": topic})
    parts = Parts(page.text)
    assert page.status_code == 200
    assert f"co-lead work on {' '.join(topic.split())}?" in words(page.text)
    (box,) = [one for one in parts.all("input") if one["name"] == "topic"]
    assert box["value"] == topic
    assert not parts.scripts() and not parts.all("img")
    assert not [name for _, given in parts.elements for name in given if name.startswith("on")]


def test_no_topic_and_an_unknown_topic_lead_to_those_there_are(site):
    for topic, told in {
        "": "Give a topic above",
        "quantum": "No report names a region in a working area",
    }.items():
        page = site.get("/", params={"topic": topic})
        links = {a["href"] for a in Parts(page.text).all("a")}
        assert page.status_code == 200 and told in words(page.text)
        assert "/?topic=Inter%20regional%20Cyber%20Range%20Platform" in links


def test_a_topic_that_cannot_be_asked_for_is_named_beside_the_field(site):
    page = site.get("/", params={"topic": "a" * 501})
    (box,) = [one for one in Parts(page.text).all("input") if one["name"] == "topic"]
    assert page.status_code == 422
    assert box["aria-invalid"] == "true" and "topic-error" in box["aria-describedby"].split()
    assert "Give a text of 1 to 500 characters on one line" in words(page.text)


def test_the_start_page_tells_the_edition(site):
    said = words(site.get("/").text)
    edition = site.get("/").headers["regiograph-edition"]
    assert re.search(rf"Number ?{edition} ?Published ?\d{{4}}-\d\d-\d\d ?Quads ?[\d ]+", said)
    assert re.search(r"SHA-256 over its graphs ?[0-9a-f]{64}", said)


def test_the_sparql_shown_is_the_sparql_run(site):
    (link,) = [a["href"] for a in Parts(site.get("/").text).all("a") if a["href"].startswith("/sparql?")]
    rows = site.get(link).json()["results"]["bindings"]
    assert [row["region"]["value"] for row in rows][:2] == ["Brittany", "Basque Country"]


def test_every_link_of_the_start_page_answers(site):
    start = str(site.base_url)
    for link in {a["href"] for a in Parts(site.get("/").text).all("a")}:
        if urlsplit(urljoin(start, link)).netloc == urlsplit(start).netloc:
            deadline = time.monotonic() + 60
            while (found := site.get(link, follow_redirects=True)).status_code == 503:
                assert found.headers["retry-after"] and time.monotonic() < deadline, link
                time.sleep(0.5)  # its files are being made
            assert found.status_code == 200, link


# --- the questions ----------------------------------------------------------------------------------


def test_all_questions_are_listed_for_people_and_for_programs(site):
    links = {a["href"] for a in Parts(site.get("/queries").text).all("a")}
    assert {f"/queries/{name}" for name in QUESTIONS} <= links
    listed = site.get("/queries", headers={"accept": "application/json"}).json()["questions"]
    assert [one["name"] for one in listed] == list(QUESTIONS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_has_a_page_that_answers_its_example(site, name):
    question = QUESTIONS[name]
    path, given = address_of(question)
    page = site.get(path, params=given)
    parts = Parts(page.text)
    assert page.status_code == 200
    assert first_question(question.summary) in words(page.text)
    boxes = {one["name"]: one for one in fields(parts) if one["name"] in known_to(question)}
    assert {name: one["value"] for name, one in boxes.items()} == {
        param.name: given.get(param.name) or param.default or "" for param in question.params
    }
    assert {one["id"] for one in boxes.values()} | ({"asof"} if boxes else set()) == {
        one["for"] for one in parts.all("label")
    }
    assert ("required" in boxes["topic"]) if "topic" in boxes else True
    rows = site.get(path, params={**given, "format": "json"}).json()["results"]["bindings"]
    assert len(parts.all("tr")) == (len(rows) + 1 if rows else 0)
    for link in (a["href"] for a in parts.all("a") if a["href"].startswith(f"{path}.")):
        assert site.get(link).status_code == 200


def test_a_question_that_was_not_asked_yet_does_not_scold(site):
    page = site.get("/queries/whom-to-contact")
    assert page.status_code == 200
    assert [one["value"] for one in fields(Parts(page.text))] == ["ITF4", "DIH", ""]
    assert "true" not in [one["aria-invalid"] for one in Parts(page.text).all("input")]


def test_a_wrong_parameter_is_named_beside_its_field(site):
    page = site.get("/queries/whom-to-contact", params={"region": "<b>", "topic": "DIH"})
    boxes = {one["name"]: one for one in Parts(page.text).all("input")}
    assert page.status_code == 422
    assert boxes["region"]["aria-invalid"] == "true" and boxes["region"]["value"] == "<b>"
    assert boxes["topic"]["aria-invalid"] == "false" and boxes["topic"]["value"] == "DIH"
    assert "Give a NUTS code" in words(page.text)


def test_an_unknown_parameter_is_told_too(site):
    page = site.get("/queries/reports", params={"colour": "red"})
    assert page.status_code == 422
    assert "This question has no such parameter." in words(page.text)


def test_numbers_stand_right_and_reports_are_linked(site, report):
    page = site.get("/queries/reports").text
    assert f'<a href="/documents/{report}">{report}</a>' in page
    cells = Parts(site.get("/queries/sdg-mean").text).all("td")
    assert [one.get("class") for one in cells] == ["number"] * 3


# --- archived reports -------------------------------------------------------------------------------


def test_a_document_shows_every_line_and_marks_the_passage(site, report):
    text = site.get(f"/documents/{report}.txt")
    page = site.get(f"/documents/{report}?line=85&from=39&to=53")
    parts = Parts(page.text)
    ids = [one["id"] for one in parts.all("li") if one.get("id", "").startswith("L")]
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert ids == [f"L{number}" for number, _ in enumerate(text.text.split("\n"), 1)]
    assert re.findall(r"<mark>(.*?)</mark>", page.text) == ["Brittany Region"]
    assert "Cybersecurity, July - December 2020" in words(page.text)


@pytest.mark.parametrize(
    "place, marked",
    [
        ("line=62&last=64", 3),  # whole lines
        ("line=62&last=64&from=3&to=2", 3),
        ("line=62&from=9&to=4", 0),  # ends before it begins
        ("line=99999", 0),
        ("", 0),
    ],
)
def test_places_that_are_wide_or_nowhere(site, report, place, marked):
    page = site.get(f"/documents/{report}?{place}")
    assert page.status_code == 200
    assert page.text.count("<mark>") == marked


def test_a_place_that_is_no_number_is_a_page_that_says_so(site, report):
    page = site.get(f"/documents/{report}?line=<b>")
    assert page.status_code == 422
    assert "This is not a place in a document." in words(page.text)


def test_an_unknown_document_is_a_page_for_people_and_a_problem_for_programs(site):
    for name in ("0" * 64, "x", "..%2f..%2frestricted", "0" * 64 + ".txt"):
        page = site.get(f"/documents/{name}")
        problem = site.get(f"/documents/{name}", headers={"accept": "*/*"})
        assert page.status_code == problem.status_code == 404
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert problem.headers["content-type"] == "application/problem+json"
        assert problem.json()["title"] in html.unescape(page.text)


def test_only_reports_are_documents(site, demo_data):
    (other,) = (demo_data / "public" / "editions" / "000001" / "documents" / "reference").iterdir()
    assert site.get(f"/documents/{other.stem}").status_code == 404
    assert site.get(f"/documents/reference/{other.name}").status_code == 404


def test_a_line_that_is_not_public_is_told_not_shown(tmp_path):
    name = "a" * 64
    text = b"Public <script>alert(1)</script>\n[not shown]\n\nA\tB\n"
    publish(tmp_path, {f"reports/{name}.txt": text})
    page = asked(create_app(Settings(data=tmp_path)), f"/documents/{name}?line=2", "text/html")
    assert page.status_code == 200
    assert '<span class="text withheld"><mark>[not shown]</mark></span>' in page.text
    assert "1 line reads “[not shown]”: only the public parts of a report are shown here" in words(page.text)
    assert not Parts(page.text).all("script")
    assert 'A<span class="tab"> · </span>B' in page.text


def test_a_file_with_several_reports_lets_one_choose(tmp_path):
    name = "b" * 64
    publish(tmp_path, {f"reports/{name}-{part}.txt": part.encode() for part in ("one", "two")})
    app = create_app(Settings(data=tmp_path))
    links = [a["href"] for a in Parts(asked(app, f"/documents/{name}?line=1", "text/html").text).all("a")]
    assert [link for link in links if name in link] == [
        f"/documents/{name}-{part}?line=1" for part in ("one", "two")
    ]
    assert "<mark>two</mark>" in asked(app, f"/documents/{name}-two?line=1", "text/html").text


def test_evidence_leads_to_its_own_report_where_a_file_holds_several(own_data, pipeline, real_text):
    later = real_text.replace("July - December 2020", "January - June 2021")
    both = Source(name="both.md", data=f"{later}\n\n{real_text}".encode())
    assert len(Intake(own_data, pipeline).take_reports(both)) == 2
    app = create_app(Settings(data=own_data))
    rows = asked(app, "/queries/reports?format=json", "*/*").json()["results"]["bindings"]
    documents = {row["from"]["value"]: row["document"]["value"].rpartition("/")[2] for row in rows}
    assert documents == {"2021-01-01": f"{both.sha256}-1", "2020-07-01": f"{both.sha256}-2"}
    choice = asked(app, f"/documents/{both.sha256}", "text/html").text
    assert "Cybersecurity, January - June 2021" in words(choice)
    page = Parts(asked(app, "/queries/co-leads?topic=cyber", "text/html").text)
    links = [a["href"] for a in page.all("a") if a["href"].startswith("/documents/")]
    assert {urlsplit(link).path for link in links} == {f"/documents/{name}" for name in documents.values()}
    for link in links:
        assert "<mark>" in asked(app, link, "text/html").text
    told = asked(app, f"/id/source/{both.sha256}-1.nt", "*/*").text
    assert re.search(rf"/{both.sha256}-1> <http://purl.org/dc/terms/isPartOf> <.*/{both.sha256}>", told)


# --- errors, headers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path, status",
    [
        ("/nothing-here", 404),
        ("/queries/nothing-here", 404),
        ("/queries/reports?partnership=a&partnership=b", 422),
        ("/sparql?query=nonsense", 400),
        ("/sparql?query=DROP+ALL", 403),
    ],
)
def test_errors_are_pages_for_those_who_prefer_them(site, path, status):
    page = site.get(path)
    problem = site.get(path, headers={"accept": "application/json"})
    assert page.status_code == problem.status_code == status
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "etag" not in page.headers
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["way_out"] in words(page.text)


def test_a_fault_of_ours_is_a_page_without_its_exception(demo_data):
    app = create_app(Settings(data=demo_data))

    async def fault() -> None:
        raise RuntimeError("a secret")

    app.add_api_route("/fault", fault)
    page, problem = asked(app, "/fault", "text/html"), asked(app, "/fault", "*/*")
    assert page.status_code == 500
    assert "This is a fault of the service" in words(page.text)
    assert "secret" not in page.text + problem.text
    assert problem.headers["content-type"] == "application/problem+json"


def test_before_the_first_edition_the_start_page_says_what_to_do(tmp_path):
    page = asked(create_app(Settings(data=tmp_path)), "/", "text/html")
    assert page.status_code == 503
    assert page.headers["retry-after"]
    assert "No edition has been published in this data directory yet." in words(page.text)


def test_no_page_names_an_outside_host_but_as_the_target_of_a_link(site, report):
    paths = ["/", "/queries", f"/documents/{report}", "/nothing-here"]
    asked = [address_of(question) for question in QUESTIONS.values()]
    pages = [site.get(path) for path in paths] + [site.get(path, params=given) for path, given in asked]
    for page in pages:
        for tag, given in Parts(page.text).elements:
            for name in {"src", "action", "href", "style", "srcset", "poster"} & given.keys():
                outside = urlsplit(given[name]).netloc
                in_answer = tag == "a" and page.url.path.startswith("/queries/")
                assert not outside or (tag == "a" and outside in LICENCES) or in_answer, (page.url, given)
        assert not Parts(page.text).scripts() and not Parts(page.text).all("style")


def test_the_style_sheet_and_the_icon_fetch_nothing(site):
    for path in ("/static/site.css", "/static/mark.svg"):
        text = site.get(path).text.replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"url\(|@import|https?:|//\w", text)


def test_pages_have_strict_headers(site, report):
    for path in ("/", "/queries", "/queries/reports", f"/documents/{report}", "/nothing-here"):
        headers = site.get(path).headers
        assert headers["content-security-policy"] == (
            "default-src 'none'; style-src 'self'; img-src 'self' data:; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["vary"].split(", ")[0] == "Accept"


def test_a_page_known_already_is_not_sent_again(site, report):
    for path in ("/", "/queries", "/queries/co-leads?topic=cyber", f"/documents/{report}?line=85"):
        first = site.get(path)
        again = site.get(path, headers={"if-none-match": first.headers["etag"]})
        other = site.get(path, headers={"if-none-match": '"something-else"'})
        assert first.headers["etag"].startswith(f'"{first.headers["regiograph-edition"]}-')
        assert (again.status_code, again.content) == (304, b"")
        assert other.status_code == 200


def test_the_style_sheet_is_kept_for_good_under_its_digest(site):
    (sheet,) = [one["href"] for one in Parts(site.get("/").text).all("link") if one["rel"] == "stylesheet"]
    assert site.get(sheet).headers["cache-control"] == "public, max-age=31536000, immutable"
    assert site.get("/static/site.css?v=old").headers["cache-control"] == "no-cache"


# --- words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "names, heads",
    [
        (["n", "roleLabel", "period_label", "matchedTo"], ("N", "Role", "Period", "Matched to")),
        (["role", "roleLabel"], ("Role", "Role label")),
        (["label"], ("Label",)),
    ],
)
def test_columns_have_heads_people_read(names, heads):
    assert labels(names) == heads


def test_small_words():
    assert label("asWritten") == "As written"
    assert [series(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert first_question("Who leads? Each with its role") == "Who leads?"
    assert first_question("No question at all") == "No question at all"
    assert tabs("<a>\tb\u2028c") == '&lt;a&gt;<span class="tab"> · </span>b<span class="tab"> / </span>c'
