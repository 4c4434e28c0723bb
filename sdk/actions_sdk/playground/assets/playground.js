// The playground's page: two documents, the run, and where they are kept.
import { createEditor } from "./editor.js";
import { make, showCards, showProblem, showVerdict } from "./results.js";

const find = (id) => document.getElementById(id);
const read = (name) => document.querySelector(`meta[name="${name}"]`).content;
const TOKEN = read("playground-token");
const CHECK_MS = 250;

class Refusal extends Error {
  constructor(facts) {
    super(facts.message);
    this.facts = facts;
  }
}

/** Call the server; what it refuses is raised as a Refusal. */
async function call(method, path, body) {
  let answer;
  try {
    answer = await fetch(`/api/${path.split("/").map(encodeURIComponent).join("/")}`, {
      method,
      headers: { "X-Playground-Token": TOKEN, ...(body && { "Content-Type": "application/json" }) },
      body: body && JSON.stringify(body),
    });
  } catch {
    const hint = "Start it again and open the new link. What you typed is still here.";
    throw new Refusal({ code: "UNREACHABLE", message: "The playground does not answer.", hint });
  }
  const facts = await answer.json();
  if (!answer.ok) throw new Refusal(facts);
  return facts;
}

/** One of the two documents: its editor, the file it came from, and whether it has changed since. */
class Paper {
  constructor(name, language, onChange) {
    this.name = name;
    this.path = find(`${name}-path`);
    this.state = find(`${name}-state`);
    this.opened = { path: "", digest: "", text: "" };
    this.choice = "";
    this.onChange = onChange;
    this.editor = createEditor(find(`${name}-editor`), {
      label: name === "action" ? "The action's Python" : "The event's JSON",
      language,
      nonce: read("playground-nonce"),
      describedBy: "keys",
      onChange,
      onRun: run,
      onSave: () => this.save(),
    });
    find(`save-${name}`).addEventListener("click", () => this.save());
    find(`open-${name}`).addEventListener("change", ({ target }) => this.choose(target.value));
  }

  get changed() {
    return this.editor.text !== this.opened.text;
  }

  say(text, tone = "") {
    this.state.textContent = text;
    this.state.className = `state ${tone}`;
  }

  /** Open what the list names: a profile, a sample, a file or an empty document. */
  async choose(value) {
    if (this.changed && !confirm(`Throw away the changes of ${this.path.value || `the ${this.name}`}?`)) {
      find(`open-${this.name}`).value = this.choice;
      return;
    }
    try {
      await this.load(value);
    } catch (refusal) {
      this.fail(refusal);
      find(`open-${this.name}`).value = this.choice;
    }
  }

  async load(value) {
    const [kind, ...rest] = value.split(":");
    const name = rest.join(":");
    const facts = kind === "new" ? { text: "" } : await call("GET", `${kind}/${name}`);
    const kept = kind === "files";
    this.show(facts, kept ? name : "", value);
    if (!kept) this.path.value = this.suggest(name || "untitled");
  }

  show({ text, digest = "" }, path, choice) {
    this.editor.open(text);
    this.opened = { path, digest, text: this.editor.text };
    this.choice = choice;
    find(`open-${this.name}`).value = choice;
    this.path.value = path;
    this.say("");
    this.onChange();
  }

  suggest(name) {
    return this.name === "action" ? `actions/${name}.py` : `events/${name}.json`;
  }

  async save() {
    if (find(`save-${this.name}`).hidden) return;
    const path = this.path.value.trim();
    const text = this.editor.text;
    // A second try after a refusal replaces what is there: the refusal said so.
    const digest = this.replace === path ? null : path === this.opened.path ? this.opened.digest : "";
    try {
      const saved = await call("PUT", `files/${path}`, { text, digest });
      this.opened = { path, digest: saved.digest, text };
      this.replace = undefined;
      await listFiles();
      this.choice = find(`open-${this.name}`).value = `files:${path}`;
      this.say(`Saved ${path}.`, "good");
    } catch (refusal) {
      this.replace = refusal.facts?.code === "CHANGED" ? path : undefined;
      this.fail(refusal);
    }
  }

  fail(refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    this.say([refusal.facts.message, refusal.facts.hint].filter(Boolean).join(" "), "bad");
  }

  /** Follow the file on disk: another editor may have saved it. */
  async refresh() {
    const { path, digest } = this.opened;
    if (!path) return;
    const facts = await call("GET", `files/${path}`);
    if (facts.digest === digest || this.opened.path !== path) return;
    if (this.changed) {
      this.say(`${path} has changed on disk; open it again, or save twice to replace it.`, "bad");
    } else {
      this.show(facts, path, this.choice);
      this.say(`${path} has changed on disk and was read again.`);
    }
  }
}

let timer = 0;
const marks = { findings: [], failure: [] };

function showMarks() {
  action.editor.mark([...marks.findings, ...marks.failure]);
}

const toMark = (one) => ({ ...one, severity: "error", title: one.rule ?? one.type });
const go = (place) => action.editor.go(place);

function checkSoon() {
  clearTimeout(timer);
  marks.failure = [];
  timer = setTimeout(check, CHECK_MS);
}

/** Judge the action as it is and mark the lines; an answer about an older text is dropped. */
async function check() {
  const facts = describeAction();
  if (!facts.source.trim()) {
    marks.findings = [];
    showMarks();
    action.say("");
    return;
  }
  try {
    const { findings } = await call("POST", "check", facts);
    if (facts.source !== action.editor.text) return;
    showFindings(findings);
  } catch (refusal) {
    if (facts.source !== action.editor.text) return;
    marks.findings = [];
    showMarks();
    action.fail(refusal);
  }
}

function showFindings(findings) {
  marks.findings = findings.map(toMark);
  showMarks();
  const number = findings.length;
  if (number) action.say(`Refused for ${number} reason${number === 1 ? "" : "s"}; see the marked lines.`, "bad");
  else action.say("Accepted: it can be deployed.", "good");
}

function describeAction() {
  const stem = action.path.value.split("/").at(-1).replace(/\.py$/, "");
  return { source: action.editor.text, name: stem.replaceAll("_", "-") || "action", trigger: find("trigger").value || null };
}

function readSecrets() {
  const lines = find("secrets").value.split("\n").filter((line) => line.trim());
  return Object.fromEntries(lines.map((line) => {
    const at = line.indexOf("=");
    if (at < 1) throw new Refusal({ code: "SECRETS", message: `A secret is written NAME=value, not: ${line}`, hint: "Mend the secrets." });
    return [line.slice(0, at).trim(), line.slice(at + 1)];
  }));
}

/** Run the action on the event and show what comes of it. */
async function run() {
  const button = find("run");
  if (button.disabled) return;
  button.disabled = true;
  find("results").setAttribute("aria-busy", "true");
  const source = action.editor.text;
  event.editor.mark([]);
  event.say("");
  try {
    const facts = { ...describeAction(), event: event.editor.text, mode: find("mode").value,
      login_flow: find("login-flow").value || null, secrets: readSecrets() };
    showResult(await call("POST", "run", facts), source);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    showRefusal(refusal.facts, source);
  } finally {
    button.disabled = false;
    find("results").removeAttribute("aria-busy");
    // On a phone the results are below the editors.
    if (find("verdict").getBoundingClientRect().top > innerHeight) find("verdict").scrollIntoView({ block: "center" });
  }
}

function showResult(result, source) {
  find("verdict").replaceChildren(showVerdict(result));
  find("cards").replaceChildren(...showCards(result, go));
  const failed = result.actions.map((one) => one.error).filter((error) => error?.line);
  if (source === action.editor.text) {
    marks.failure = failed.map(toMark);
    showMarks();
  }
}

function showRefusal(facts, source) {
  find("verdict").replaceChildren(showProblem(facts, go));
  find("cards").replaceChildren();
  if (facts.findings && source === action.editor.text) showFindings(facts.findings);
  const place = /line (\d+), column (\d+)/.exec(facts.message);
  if (facts.violations && place) {
    const mark = { line: Number(place[1]), column: Number(place[2]), severity: "error", title: "JSON", message: facts.message, hint: "" };
    event.editor.mark([mark]);
    event.say("The event is not JSON; see the marked line.", "bad");
  }
}

const option = (value, text) => make("option", { value }, text);
const group = (label, options) => (options.length ? make("optgroup", { label }, ...options) : null);

let choices;

async function listFiles() {
  const { project, files } = await call("GET", "files");
  find("save-keys").hidden = !project;
  find("project").textContent = project ? `· ${project}` : "";
  for (const name of ["action", "event"]) {
    const own = files.filter((one) => one.kind === name).map((one) => option(`files:${one.path}`, one.path));
    const shipped = name === "action"
      ? group("Samples", choices.samples.map((one) => option(`samples:${one}`, one)))
      : group("Profiles", choices.profiles.map((one) => option(`profiles:${one.name}`, `${one.name} (${one.trigger})`)));
    const select = find(`open-${name}`);
    const held = select.value;
    select.replaceChildren(...[group("Project", own), shipped, group("Other", [option("new:", `empty ${name}`)])].filter(Boolean));
    select.value = held || select.value;
    find(`save-${name}`).hidden = find(`${name}-path`).parentElement.hidden = !project;
  }
  return files;
}

/** Open what a newcomer wants to see: the project's first action, or a sample, with an event that fits. */
async function openFirst(files) {
  const paths = files.filter((one) => one.kind === "action").map((one) => one.path);
  const first = paths.find((path) => path.startsWith("actions/")) ?? paths.find((path) => !path.startsWith("tests/"));
  await action.load(first ? `files:${first}` : "samples:merge_cart");
  const registers = /pre_?user_?registration/i.test(action.editor.text);
  await event.load(`profiles:${registers ? "new_guest" : "returning_guest_with_cart"}`);
}

async function renewData() {
  const [kind, name] = event.choice.split(":");
  const profile = kind === "profiles" ? name : "returning_guest_with_cart";
  if (event.changed && !confirm("Throw away the changes of the event?")) return;
  try {
    const facts = await call("POST", `profiles/${profile}`, {});
    event.show(facts, "", `profiles:${profile}`);
    event.path.value = event.suggest(profile);
    event.say(`Made of seed ${facts.seed}.`);
  } catch (refusal) {
    event.fail(refusal);
  }
}

const action = new Paper("action", "python", checkSoon);
const event = new Paper("event", "json", () => event?.editor.mark([]));

async function start() {
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  if (mac) {
    find("run-key").textContent = "⌘ Enter";
    document.querySelectorAll(".mod").forEach((one) => (one.textContent = "⌘"));
  }
  find("run").addEventListener("click", run);
  find("new-data").addEventListener("click", renewData);
  find("trigger").addEventListener("change", checkSoon);
  action.path.addEventListener("change", checkSoon);
  document.addEventListener("keydown", (pressed) => {
    if (pressed.key === "Enter" && (pressed.ctrlKey || pressed.metaKey) && !pressed.defaultPrevented) {
      pressed.preventDefault();
      run();
    }
  });
  addEventListener("focus", () => [action, event].forEach((one) => one.refresh().catch(() => {})));
  addEventListener("beforeunload", (leaving) => {
    if (action.changed || event.changed) leaving.preventDefault();
  });

  choices = await call("GET", "profiles");
  find("trigger").append(...choices.triggers.map((one) => option(one, one)));
  find("login-flow").append(...choices.login_flows.map((one) => option(one, one.toLowerCase().replaceAll("_", " "))));
  find("mode").append(...choices.modes.map((one) => option(one, one)));
  await openFirst(await listFiles());
  document.documentElement.dataset.ready = "yes";
}

start().catch((refusal) => find("verdict").replaceChildren(showProblem(refusal.facts ?? { code: "PAGE", message: String(refusal) }, go)));
