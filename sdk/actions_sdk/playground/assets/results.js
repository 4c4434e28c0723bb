// Shows what came of a run. Everything is put in as text: events hold what strangers wrote.

/** Make an element; children are elements or texts, null is left out. */
export function make(tag, facts = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(facts)) {
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((one) => one !== null));
  return element;
}

const TONES = {
  CONTINUE: "good", COMPLETED: "good", DENY: "warn", DENIED: "warn", NOT_RUN: "plain",
  error: "bad", warn: "warn", log: "plain", info: "plain",
};
const SAYINGS = {
  CONTINUE: "The login or sign-up goes on and the commands are applied.",
  DENY: "The user is turned away.",
  FAIL: "An action failed: nothing is applied and the user cannot go on.",
};

const tag = (text) => make("span", { class: `tag ${TONES[text] ?? "bad"}` }, text);
const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

function card(title, body, wide = false) {
  const name = `card-${title.toLowerCase().replace(/\W+/g, "-")}`;
  return make("section", { class: wide ? "card wide" : "card", "aria-labelledby": name },
    make("h3", { id: name }, title), make("div", { class: "card-body", tabindex: "0", role: "group", "aria-labelledby": name }, body));
}

function list(items, empty) {
  return items.length ? make("ol", { class: "list" }, ...items) : make("p", { class: "quiet" }, empty);
}

/** The line at fault with its place marked; a click goes there. */
function showPlace({ line, column, source_line: source }, go) {
  if (!line) return null;
  const where = column ? `line ${line}, column ${column}` : `line ${line}`;
  const letters = [...source];
  const at = Math.max(column - 1, 0);
  const word = /^\w+|^./u.exec(letters.slice(at).join(""))?.[0] ?? "";
  return make("div", {},
    make("button", { class: "place", type: "button", onclick: () => go({ line, column }) }, where),
    make("pre", { class: "source" }, letters.slice(0, at).join(""), make("span", { class: "here" }, word),
      letters.slice(at + [...word].length).join("")));
}

/** Show a refusal: nothing ran. */
export function showProblem({ code, message, hint, violations, findings }, go) {
  const places = (findings ?? []).map((one) =>
    make("li", {}, make("strong", {}, one.rule), ` ${one.message} `, showPlace(one, go), make("p", {}, one.hint)));
  const fields = (violations ?? []).map((one) => make("li", {}, make("code", {}, one.field), ` ${one.description}`));
  return make("div", { class: "verdict bad" },
    make("strong", {}, code), make("p", {}, message),
    places.length || fields.length ? make("ul", {}, ...places, ...fields) : null,
    hint ? make("p", { class: "hint" }, hint) : null);
}

/** Show the decision and what goes with it. */
export function showVerdict({ decision, denial, warnings, mode, trigger, unenforced }) {
  const missing = Object.entries(unenforced);
  return make("div", { class: `verdict ${TONES[decision] ?? "bad"}` },
    make("strong", {}, decision), ` ${SAYINGS[decision] ?? ""}`,
    denial ? make("p", {}, `Denied by ${denial.action}: ${denial.code}: ${denial.reason}. `,
      denial.user_message ? `The user is told: ${denial.user_message}` : "The user is told nothing.") : null,
    ...warnings.map((one) => make("p", {}, make("strong", {}, one.code), ` ${one.message}`)),
    make("p", { class: "quiet" }, `Ran as ${trigger}, mode ${mode}.`),
    missing.length ? make("details", {}, make("summary", {}, `${count(missing.length, "thing")} not enforced in this run`),
      make("ul", {}, ...missing.map(([name, why]) => make("li", {}, `${name}: ${why}`)))) : null);
}

function showCommand({ kind, action, fields }) {
  const facts = Object.entries(fields).flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)]);
  return make("li", { class: "command" }, make("code", {}, make("strong", {}, kind)),
    make("span", { class: "quiet" }, ` from ${action}`), make("dl", {}, ...facts));
}

function showOutcome({ action, outcome, duration_us: took, error }, go) {
  return make("li", {}, tag(outcome), ` ${action}`,
    took === null ? null : make("span", { class: "quiet" }, ` in ${(took / 1000).toFixed(2)} ms`),
    error ? make("p", {}, make("strong", {}, error.type), ` ${error.message}`) : null,
    error ? showPlace(error, go) : null);
}

function showLogs(actions) {
  const lines = actions.flatMap((one) => one.logs.map(({ level, text }) =>
    make("li", { class: "log" }, tag(level), ` ${text}`)));
  const cut = actions.some((one) => one.logs_truncated);
  return make("div", {}, list(lines, "Nothing was logged."), cut ? make("p", { class: "quiet" }, "More lines were cut at the limit.") : null);
}

const CONTEXT = 3;

function showRow({ kind, before, after }) {
  const side = (text, changed, name, sign) => {
    if (text === null) return make("td", { class: "none" });
    if (kind === "same") return make("td", {}, `  ${text}`);
    return make("td", { class: changed }, make("span", { class: "sign", "aria-hidden": "true" }, `${sign} `),
      make("span", { class: "hidden-text" }, `${name}: `), text);
  };
  return make("tr", { class: kind }, side(before, "gone", "before", "−"), side(after, "come", "after", "+"));
}

/** Fold long runs of equal lines; a button unfolds each. */
function foldRows(rows) {
  const shown = [];
  for (let start = 0; start < rows.length; ) {
    let end = start;
    while (end < rows.length && (rows[end].kind === "same") === (rows[start].kind === "same")) end += 1;
    const run = rows.slice(start, end).map(showRow);
    const head = start === 0 ? 0 : CONTEXT;
    const tail = end === rows.length ? 0 : CONTEXT;
    const folded = rows[start].kind === "same" ? run.slice(head, run.length - tail) : [];
    if (folded.length > CONTEXT) {
      folded.forEach((row) => (row.hidden = true));
      run.splice(head, 0, makeFold(folded));
    }
    shown.push(...run);
    start = end;
  }
  return shown;
}

function makeFold(folded) {
  const row = make("tr", { class: "fold" }, make("td", { colspan: "2" },
    make("button", { type: "button", onclick: () => { folded.forEach((one) => (one.hidden = false)); row.remove(); } },
      `${folded.length} equal lines`)));
  return row;
}

function showChanges(rows, noun, note = "") {
  const changed = rows.filter((one) => one.kind !== "same").length;
  return make("table", { class: "diff" },
    make("caption", {}, changed ? `${count(changed, "line")} of the ${noun} changed.` : `Nothing of the ${noun} changed.`, note),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Before"), make("th", { scope: "col" }, "After"))),
    make("tbody", {}, ...foldRows(rows)));
}

/** Make the cards of a result. */
export function showCards({ commands, actions, changes }, go) {
  const issued = changes.tokens.some((row) => row.after !== null && row.after !== "null");
  return [
    card("Commands", list(commands.map(showCommand), "No command.")),
    make("div", { class: "cards-side" },
      card("Outcomes", list(actions.map((one) => showOutcome(one, go)), "Nothing ran.")),
      card("Logs", showLogs(actions))),
    card("User", showChanges(changes.user, "user"), true),
    card("Tokens", showChanges(changes.tokens, "tokens", issued ? "" : " No token is issued."), true),
    card("Transaction", showChanges(changes.transaction, "transaction"), true),
  ];
}
