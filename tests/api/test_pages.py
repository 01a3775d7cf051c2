"""Pages that an afraid person can open: small, self-contained, leaving nothing behind; and the description of the API."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.routers.pages import _kinds
from triage.errors import TriageError

PAGES = ["/", "/docs", "/problems"]
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def seen(client: TestClient, page: str) -> Seen:
    parser = Seen()
    parser.feed(client.get(page).text)
    return parser


@pytest.mark.parametrize("page", PAGES)
def test_a_page_needs_nothing_from_elsewhere_and_has_no_script_or_style_in_it(client: TestClient, page: str) -> None:
    answer = client.get(page)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag, attributes in seen(client, page).tags:
        assert tag != "style"
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        address = attributes.get("src") or (attributes.get("href") if tag == "link" else None)
        if tag == "script":
            assert address
        if address:
            assert address.startswith("/static/")
            assert client.get(address).status_code == 200


@pytest.mark.parametrize("path", [*PAGES, "/healthz", "/v1/nothing", "/openapi.json", "/static/start.js"])
def test_nothing_stays_in_a_shared_browser(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["cache-control"] == "no-store"
    assert path not in PAGES or headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in headers


@pytest.mark.parametrize("path", [*PAGES, "/healthz", "/readyz"])
def test_whoever_asks_for_the_head_alone_gets_that_of_the_page(client: TestClient, path: str) -> None:
    head, whole = client.head(path), client.get(path)
    assert head.status_code == whole.status_code
    assert dict(head.headers) == dict(whole.headers)


def test_a_voice_that_reads_the_pages_out_is_told_what_is_english(client: TestClient) -> None:
    for page in PAGES[1:]:
        for told in re.findall(r"<p>([^<]+)</p>", client.get(page).text):
            assert re.search(r"[\u4e00-\u9fff]", told) or not re.search(r"[a-z]{4} [a-z]{2}", told), told


def test_the_form_never_puts_words_into_an_address(client: TestClient) -> None:
    forms = [attributes for tag, attributes in seen(client, "/").tags if tag == "form"]
    assert len(forms) == 3
    assert {form["method"] for form in forms} == {"post"}
    assert "form-action 'none'" in client.get("/").headers["content-security-policy"]
    buttons = {attributes["id"]: attributes for tag, attributes in seen(client, "/").tags if tag == "button"}
    # Until the script runs, the buttons that would send are off.
    assert "disabled" in buttons["send"]
    assert "disabled" in buttons["ask-send"]
    assert "disabled" in buttons["add-send"]


def test_the_form_speaks_chinese_first_and_english_too(client: TestClient) -> None:
    page = client.get("/").text
    assert '<html lang="zh-CN">' in page
    for label in re.findall(r"<label[^>]*>(.*?)</label>", page):
        assert re.match(r"[\u4e00-\u9fff]", label)
        assert '<span lang="en">' in label
    for tag, attributes in seen(client, "/").tags:
        if tag in ("input", "textarea"):
            assert f'for="{attributes["id"]}"' in page


def test_the_form_promises_only_what_holds(client: TestClient) -> None:
    page = client.get("/").text
    assert "不记录您用哪部手机、从哪个网络地址上网。" in page
    # Place and telephone are asked for and kept; and no part of the system puts real names first or answers them.
    for said in ("不记录您的手机", "phone and address are not recorded", "先办", "答复您", "handled first", "answered"):
        assert said not in page
    assert "单独加密保存" in page
    assert "不留的，一样受理" in page


def test_where_the_keyboard_stands_is_seen_in_sunlight(client: TestClient) -> None:
    style = client.get("/static/page.css").text
    (ring,) = re.findall(r"focus[^{]*\{ outline: 4px solid (#[0-9a-f]{6})", style)
    (page,) = re.findall(r"^  [^\n]*background: (#[0-9a-f]{6})", style, re.MULTILINE)[:1]
    for ground in (page, "#ffffff", "#e9f1ee"):
        assert contrast(ring, ground) >= 3, "WCAG 1.4.11"


def contrast(one: str, other: str) -> float:
    lights = []
    for colour in (one, other):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def test_a_browser_without_scripts_and_one_too_old_are_told_the_same(client: TestClient) -> None:
    page = client.get("/").text
    (without,) = re.findall(r"<noscript><p[^>]*>(.*?)</p></noscript>", page)
    (old,) = re.findall(r'<p id="cannot"[^>]*hidden>(.*?)</p>', page)
    assert without == old
    assert "12388" in old


def test_the_script_keeps_nothing_and_writes_no_markup(client: TestClient) -> None:
    script = client.get("/static/start.js").text
    for word in ("localStorage", "sessionStorage", "cookie", "innerHTML", "eval(", "http:", "https:"):
        assert word not in script


def test_every_element_that_the_script_asks_for_stands_in_the_page(client: TestClient) -> None:
    ids = {attributes.get("id") for _, attributes in seen(client, "/").tags}
    assert set(re.findall(r'\bat\("([a-z-]+)"\)', client.get("/static/start.js").text)) <= ids


def test_the_routes_are_listed_with_examples_in_both_languages(client: TestClient) -> None:
    page = client.get("/docs").text
    for path in ("/v1/reports", "/v1/transcripts", "/v1/status", "/v1/search", "/v1/referrals", "/v1/stuck", "/readyz"):
        assert path in page
    assert "三河村" in page
    assert "kept 10,000 yuan" in page


def test_the_description_resolves_and_its_examples_fit_their_forms(app: FastAPI, client: TestClient) -> None:
    told = client.get("/openapi.json").json()
    schemas = told["components"]["schemas"]
    for name in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(told)):
        assert name in schemas
    assert "HTTPValidationError" not in schemas
    from api.openapi import _bodies

    forms = {form.__name__: form for form in _bodies()}
    bodies = [
        route["post"]["requestBody"] for route in told["paths"].values() if "requestBody" in route.get("post", {})
    ]
    assert len(bodies) == len(forms) - 1, "each form but that of problems is the body of one route"
    for body in bodies:
        content = body["content"]["application/json"]
        form = forms[content["schema"]["$ref"].rpartition("/")[2]]
        assert {key.split("-")[0] for key in content["examples"]} == {"zh", "en"}
        for example in content["examples"].values():
            form.model_validate(example["value"])


def test_every_type_of_problem_has_its_line(client: TestClient) -> None:
    page = client.get("/problems").text
    kind = client.post("/v1/reports", json={}).json()["type"]
    path, _, anchor = kind.partition("#")
    assert path == "/problems"
    assert f'id="{anchor}"' in page


def test_what_each_problem_means_is_told_in_chinese_and_english(client: TestClient) -> None:
    page = client.get("/problems").text
    told = re.findall(r'<h2 id="(\w+)">(\d+) <code>\w+</code> (.*?)</h2><p>(.*?)<span lang="en">(.*?)</span></p>', page)
    kinds = {kind.code: str(kind.status) for kind in _kinds(TriageError)}
    assert {code: status for code, status, *_ in told} == kinds, "`error` is the type of every fault nobody foresaw"
    for code, _, title, chinese, english in told:
        assert re.match(r"[\u4e00-\u9fff，]+ · <span lang=\"en\">[A-Z]", title), code
        assert re.search(r"[\u4e00-\u9fff]{4}", chinese), code
        assert re.match(r"[A-Z]", english), code
        assert "`" not in chinese + english


def test_an_address_that_is_not_there_opens_as_a_page_with_a_way_on(client: TestClient) -> None:
    for path in ("/jubao", "/v1/nothing", "/docs/", "/static/none.js"):
        answer = client.get(path, headers=BROWSER)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert '<h1>没有找到<span lang="en">Not found</span></h1>' in answer.text
        assert '<a href="/">反映问题' in answer.text
        assert "<!-- " not in answer.text[15:]


def test_whoever_opens_a_route_of_staff_in_a_browser_reads_that_a_token_is_needed(client: TestClient) -> None:
    answer = client.get("/v1/trends/2019-11.html", headers=BROWSER)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "需要有效凭证" in answer.text
    assert "新的凭证由管理员发。" in answer.text


def test_a_program_gets_problem_details_as_before(client: TestClient) -> None:
    for asked in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        assert client.get("/nothing", headers=asked).headers["content-type"] == "application/problem+json"
    assert client.post("/v1/reports", json={}, headers=BROWSER).headers["content-type"] == "application/problem+json"


def test_a_fault_that_nobody_foresaw_opens_as_a_page_with_its_number(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str) -> str:
        raise RuntimeError("王守田" + name)

    monkeypatch.setattr("api.routers.pages._template", broken)
    answer = client.get("/", headers=BROWSER)
    assert answer.status_code == 500
    assert '<h1>系统内部错误<span lang="en">Internal error</span></h1>' in answer.text
    assert answer.headers["x-request-id"] in answer.text
    assert "王守田" not in answer.text


def test_the_routes_have_contents_and_no_backticks_and_say_what_is_english(client: TestClient) -> None:
    page = client.get("/docs").text
    assert page.count("<main>") == page.count("</main>") == 1
    links = re.findall(r'<li><a href="#([a-z0-9-]+)"><code>[A-Z]+ ', page)
    assert len(links) == len(set(links)) == page.count("<section id=")
    assert all(f'<section id="{name}">' in page for name in links)
    assert '<strong>提交举报 · <span lang="en">Send a report</span></strong>' in page
    assert '<li>404 没有找到 · <span lang="en">unknown or not visible: the two look alike</span></li>' in page
    assert "带 <code>Idempotency-Key</code> 时，30 天内重复发送得到同样的答复。" in page
    assert "With an <code>Idempotency-Key</code> a repeat" in page
    assert not re.search("`", re.sub(r"<pre>.*?</pre>", "", page, flags=re.DOTALL))
