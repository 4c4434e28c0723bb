// The playground's editor: CodeMirror with marks that stand under the line they speak of.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  EditorView,
  WidgetType,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

const LANGUAGES = { python: () => [python(), indentUnit.of("    ")], json: () => [json(), indentUnit.of("  ")] };

const showMarks = StateEffect.define();

class Message extends WidgetType {
  constructor(marks, indent) {
    super();
    this.marks = marks;
    this.indent = indent;
  }

  eq(other) {
    return this.indent === other.indent && JSON.stringify(this.marks) === JSON.stringify(other.marks);
  }

  toDOM() {
    const box = document.createElement("div");
    box.className = "mark";
    box.style.paddingInlineStart = `${Math.min(this.indent, 12)}ch`;
    for (const { severity, title, message, hint } of this.marks) {
      const line = box.appendChild(document.createElement("div"));
      line.className = `mark-message mark-${severity}`;
      line.append(Object.assign(document.createElement("strong"), { textContent: title }), ` ${message}`);
      if (hint) line.append(Object.assign(document.createElement("em"), { textContent: hint }));
    }
    return box;
  }

  get estimatedHeight() {
    return 40 * this.marks.length;
  }

  ignoreEvent() {
    return false;
  }
}

function placeMarks(document_, marks) {
  const builder = new RangeSetBuilder();
  const lines = new Map();
  for (const mark of marks) {
    const number = Math.min(Math.max(mark.line, 1), document_.lines);
    lines.set(number, [...(lines.get(number) ?? []), mark]);
  }
  for (const number of [...lines.keys()].sort((a, b) => a - b)) {
    const line = document_.line(number);
    const severity = lines.get(number)[0].severity;
    builder.add(line.from, line.from, Decoration.line({ class: `mark-line mark-line-${severity}` }));
    const widget = new Message(lines.get(number), /^\s*/.exec(line.text)[0].length);
    builder.add(line.to, line.to, Decoration.widget({ widget, block: true, side: 1 }));
  }
  return builder.finish();
}

const marked = StateField.define({
  create: () => Decoration.none,
  update(held, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(showMarks)) return placeMarks(transaction.state.doc, effect.value);
    }
    return held.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Turn a mark's place into a range; its column counts characters, the editor's offsets UTF-16 units. */
function findRange(document_, { line: number, column }) {
  const line = document_.line(Math.min(Math.max(number, 1), document_.lines));
  if (!number || !column) return { from: line.from, to: line.to };
  const from = Math.min(line.from + [...line.text].slice(0, column - 1).join("").length, line.to);
  const word = /^[\w$]+|^./u.exec(line.text.slice(from - line.from));
  return { from, to: from + (word ? word[0].length : 0) };
}

/**
 * Make an editor.
 *
 * @param {HTMLElement} parent where it goes.
 * @param {{label: string, language: "python" | "json", nonce: string, describedBy: string,
 *   onChange: () => void, onRun: () => void, onSave: () => void}} facts what it is and whom it tells.
 */
export function createEditor(parent, { label, language, nonce, describedBy, onChange, onRun, onSave }) {
  const tell = (call) => () => {
    call();
    return true;
  };
  const extensions = [
    EditorView.cspNonce.of(nonce),
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({ top: true }),
    lintGutter(),
    syntaxHighlighting(classHighlighter),
    LANGUAGES[language](),
    marked,
    EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": describedBy, spellcheck: "false" }),
    keymap.of([
      { key: "Mod-Enter", run: tell(onRun), preventDefault: true },
      { key: "Mod-s", run: tell(onSave), preventDefault: true },
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && !update.transactions.some((one) => one.isUserEvent("load"))) onChange();
    }),
  ];
  const view = new EditorView({ parent, state: EditorState.create({ extensions }) });

  return {
    get text() {
      return view.state.doc.toString();
    },
    /** Put in another text; the old one cannot be undone to. */
    open(text) {
      view.setState(EditorState.create({ doc: text, extensions }));
    },
    /** Mark lines: {line, column, severity: "error" | "warning", title, message, hint}; an empty list clears. */
    mark(marks) {
      const diagnostics = marks.map((one) => ({
        ...findRange(view.state.doc, one),
        severity: one.severity,
        message: [`${one.title}: ${one.message}`, one.hint].filter(Boolean).join("\n"),
      }));
      view.dispatch(setDiagnostics(view.state, diagnostics), { effects: showMarks.of(marks) });
    },
    /** Move to a place and take the focus. */
    go(place) {
      const { from } = findRange(view.state.doc, place);
      view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
      view.focus();
    },
    focus() {
      view.focus();
    },
  };
}
