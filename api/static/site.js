// The pages of an exported site that ask the graph: in this browser, on Oxigraph's WebAssembly, of the dump beside.
// Nothing is fetched but files of the site; what the data say is only ever shown as text.

import init, { Store, namedNode } from "./vendor/oxigraph/web.js";

const MOST = 500;
const LABELS = ["http://www.w3.org/2000/01/rdf-schema#label", "http://purl.org/dc/terms/title"];
const element = (id) => document.getElementById(id);
const say = (text) => { element("status").textContent = text; };

const site = await (await fetch("site.json")).json();
const pages = new Set(site.pages);
let loading = null;

async function bytes(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const data = await response.arrayBuffer();
  const head = new Uint8Array(data, 0, 2);
  if (head[0] !== 0x1f || head[1] !== 0x8b) return new Uint8Array(data); // the server has unpacked it
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function store() {
  loading ??= (async () => {
    say("The data are loading.");
    const [data] = await Promise.all([bytes(site.dump), init()]);
    const made = new Store();
    made.load(data, { format: "application/n-quads" });
    // As on the server, a query without a dataset asks the merge of all graphs: each triple once.
    made.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }");
    return made;
  })();
  return loading;
}

function href(iri) {
  const path = iri.startsWith(site.base + "/") ? iri.slice(site.base.length + 1) : null;
  if (path === null) return iri;
  if (pages.has(path)) return encodeURI(path) + ".html";
  if (path.startsWith("ns#")) return "ns.html#" + path.slice(3);
  return "browse.html#" + iri;
}

function shown(term) {
  const made = document.createElement(term.termType === "NamedNode" ? "a" : "span");
  made.textContent = term.value;
  if (term.termType === "NamedNode" && /^https?:/.test(term.value)) {
    made.href = href(term.value);
    if (!term.value.startsWith(site.base)) made.rel = "noreferrer";
  }
  if (term.language) made.lang = term.language;
  return made;
}

function table(columns, rows) {
  const made = document.createElement("table");
  made.className = "rows";
  const head = made.createTHead().insertRow();
  for (const name of columns) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    head.append(cell);
  }
  const body = made.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const term of row) if (term) line.insertCell().append(shown(term)); else line.insertCell();
  }
  return made;
}

function answer(result) {
  if (typeof result === "boolean") return [result ? "Yes." : "No.", []];
  if (!result.length) return ["No row.", []];
  const count = result.length > MOST ? `${result.length} rows; the first ${MOST} are shown.` : `${result.length} rows.`;
  const first = result.slice(0, MOST);
  if (!(first[0] instanceof Map)) {
    const terms = first.map((quad) => [quad.subject, quad.predicate, quad.object]);
    return [count, [table(["subject", "predicate", "object"], terms)]];
  }
  const columns = [...new Set(first.flatMap((row) => [...row.keys()]))];
  return [count, [table(columns, first.map((row) => columns.map((name) => row.get(name))))]];
}

async function ask(event) {
  event?.preventDefault();
  try {
    const held = await store();
    const began = performance.now();
    const text = element("query").value;
    const [told, parts] = answer(held.query(text));
    say(`${told} ${Math.round(performance.now() - began)} ms.`);
    element("result").replaceChildren(...parts);
  } catch (error) {
    element("result").replaceChildren();
    say(`This cannot be answered: ${error.message ?? error}`);
  }
}

function asking() {
  const choice = element("question");
  for (const each of site.questions) choice.add(new Option(each.summary, each.name));
  const choose = (name) => {
    const found = site.questions.find((each) => each.name === name);
    if (!found) return;
    choice.value = name;
    element("query").value = found.query;
    ask();
  };
  choice.addEventListener("change", () => choose(choice.value));
  element("ask").addEventListener("submit", ask);
  window.addEventListener("hashchange", () => choose(location.hash.slice(1)));
  choose(location.hash.slice(1));
}

function name(held, term) {
  const made = shown(term);
  if (term.termType !== "NamedNode") return made;
  for (const label of LABELS) {
    const found = held.match(term, namedNode(label), null, null).map((quad) => quad.object);
    const best = found.find((each) => each.language === "en") ?? found.find((each) => !each.language) ?? found[0];
    if (best) { made.textContent = best.value; break; }
  }
  return made;
}

function property(held, iri) {
  const made = name(held, namedNode(iri));
  if (made.textContent === iri) made.textContent = iri.split(/[\/#]/).pop().replace(/([A-Z])/g, " $1").toLowerCase();
  return made;
}

function facts(held, quads, side) {
  const groups = new Map();
  for (const quad of quads) {
    const key = quad.predicate.value;
    if (!groups.has(key)) groups.set(key, new Map());
    groups.get(key).set(quad[side].toString(), quad[side]);
  }
  return [...groups].sort(([one], [other]) => one.localeCompare(other)).map(([predicate, terms]) => {
    const row = document.createElement("div");
    const head = document.createElement("dt");
    head.append(property(held, predicate));
    const list = document.createElement("ul");
    list.className = "values";
    for (const term of [...terms.values()].slice(0, MOST)) {
      const item = document.createElement("li");
      item.append(name(held, term));
      list.append(item);
    }
    const body = document.createElement("dd");
    body.append(list);
    row.append(head, body);
    return row;
  });
}

async function browse() {
  const iri = decodeURI(location.hash.slice(1));
  element("iri").textContent = iri;
  try {
    const held = await store();
    const node = namedNode(iri);
    const own = held.match(node, null, null, null);
    const pointing = held.match(null, null, node, null);
    element("name").textContent = name(held, node).textContent;
    element("told").replaceChildren(...facts(held, own, "object"));
    element("mentions").replaceChildren(...facts(held, pointing, "subject"));
    say(own.length + pointing.length ? "" : "The data tell nothing of this address.");
  } catch (error) {
    say(`This cannot be told: ${error.message ?? error}`);
  }
}

if (element("ask")) asking();
else {
  window.addEventListener("hashchange", browse);
  browse();
}
