/** Messages: for the ear, for a moment, in place of content, and those that want an answer. */

import { fill, find, h, icon } from "./dom.js";
import { t } from "./i18n.js";

const SHOWN_FOR = 6_000; // milliseconds
const SHOWN_AT_ONCE = 3;

/**
 * Have screen readers say something.
 * @param {string} text
 */
export function announce(text) {
  const place = find("#announcer");
  place.textContent = "";
  setTimeout(() => (place.textContent = text), 50); // the same words twice are said twice
}

/**
 * Show a message at the edge for some seconds, and say it.
 * @param {string} text
 * @param {{kind?: "done"|"problem", link?: {href: string, text: string}}} [options]
 */
export function toast(text, { kind = "done", link } = {}) {
  const place = find("#toasts");
  const close = h("button", { class: "icon-button", type: "button", "aria-label": t("Close this message") }, icon("x"));
  const box = h(
    "div",
    { class: `toast ${kind}` },
    icon(kind === "done" ? "check" : "warning"),
    h("p", null, text, link && [" ", h("a", { href: link.href }, link.text)]),
    close,
  );
  close.addEventListener("click", () => box.remove());
  place.append(box);
  while (place.children.length > SHOWN_AT_ONCE) place.firstElementChild.remove();
  const leave = () => (box.matches(":hover, :focus-within") ? setTimeout(leave, 1_000) : box.remove());
  setTimeout(leave, SHOWN_FOR);
  announce(text);
}

/**
 * A box that says that something is missing or went wrong, and what to do about it.
 * @param {{title: string, text: string, mark?: string, level?: number, actions?: Node[]}} state
 */
export function stateBox({ title, text, mark = "box", level = 1, actions = [] }) {
  return h(
    "section",
    { class: "state" },
    h("span", { class: "state-mark" }, icon(mark)),
    h(`h${level}`, null, title),
    h("p", null, text),
    actions.length > 0 && h("p", { class: "row centred" }, actions),
  );
}

/**
 * A line in the page that screen readers say at once.
 * @param {any} content
 * @param {"problem"|"done"|"hint"} [kind]
 */
export function notice(content, kind = "problem") {
  const mark = { problem: "warning", done: "check", hint: "box" }[kind];
  return h(
    "div",
    { class: `notice ${kind}`, role: kind === "problem" ? "alert" : "status" },
    icon(mark),
    h("div", null, content),
  );
}

/**
 * Ask before something that can't be undone.
 * @param {{title: string, text: string, yes: string, no?: string}} question
 * @returns {Promise<boolean>}
 */
export function ask({ title, text, yes, no = t("No, keep it") }) {
  return new Promise((resolve) => {
    const dialog = /** @type {HTMLDialogElement} */ (
      h("dialog", { class: "dialog", "aria-labelledby": "dialog-title" })
    );
    fill(
      dialog,
      h("h2", { id: "dialog-title" }, title),
      h("p", null, text),
      h(
        "form",
        { method: "dialog", class: "row end" },
        h("button", { class: "button quiet", value: "no" }, no),
        h("button", { class: "button danger", value: "yes" }, yes),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
