/** Labelled inputs with room for what is wrong with them. */

import { h, uid } from "../dom.js";
import { ApiError } from "../http.js";
import { t } from "../i18n.js";

/**
 * @typedef {object} Field
 * @property {string} name As the API calls it.
 * @property {string} label
 * @property {string} [type] Of the input; `select` and `textarea` too.
 * @property {any} [value]
 * @property {string} [hint]
 * @property {[string, string][]} [options] Value and text, for a select.
 * @property {Record<string, any>} [attributes] Others of the input.
 */

/**
 * A labelled input with room for its messages.
 * @param {Field} field
 */
export function field({ name, label, type = "text", value = "", hint, options, attributes = {} }) {
  const id = uid(name);
  const shared = { id, name, "aria-describedby": `${id}-hint ${id}-error`, ...attributes };
  let input;
  if (type === "select") {
    input = h(
      "select",
      shared,
      (options ?? []).map(([key, text]) => h("option", { value: key, selected: key === value }, text)),
    );
  } else if (type === "textarea") input = h("textarea", { rows: 4, ...shared }, value);
  else input = h("input", { type, ...shared, value: type === "file" ? null : (value ?? "") });
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, label, !attributes.required && h("span", { class: "optional" }, ` ${t("(optional)")}`)),
    input,
    h("p", { class: "hint", id: `${id}-hint` }, hint),
    h("p", { class: "error", id: `${id}-error` }),
  );
}

/** The inputs in a node. @param {Element} node @returns {HTMLInputElement[]} */
export const inputsOf = (node) =>
  /** @type {HTMLInputElement[]} */ ([...node.querySelectorAll("input, select, textarea")]);

/** Look for what is missing or misshapen before the API has to, and go to the first of it. @param {Element} node */
export function complete(node) {
  const bad = inputsOf(node).filter((input) => !input.checkValidity());
  for (const input of bad) mark(input, input.validity.valueMissing ? t("Required") : input.validationMessage);
  bad[0]?.focus();
  return bad.length === 0;
}

/** Take the messages away. @param {Element} node */
export function clearMarks(node) {
  for (const input of inputsOf(node)) {
    input.removeAttribute("aria-invalid");
    document.getElementById(`${input.id}-error`)?.replaceChildren();
  }
}

/**
 * Put what the API says about single inputs next to them.
 * @param {Element} node
 * @param {any} error
 * @returns {string[]} What it says about anything else.
 */
export function markErrors(node, error) {
  const rest = [];
  for (const [name, texts] of Object.entries(error instanceof ApiError ? error.fields : {})) {
    const input = inputsOf(node).find((each) => each.name === name);
    if (input) mark(input, texts.join(" "));
    else rest.push(texts.join(" "));
  }
  return rest;
}

/** The first input with a message. @param {Element} node */
export const firstMarked = (node) => inputsOf(node).find((input) => input.getAttribute("aria-invalid"));

/** @param {HTMLInputElement} input @param {string} text */
function mark(input, text) {
  input.setAttribute("aria-invalid", "true");
  document.getElementById(`${input.id}-error`)?.replaceChildren(text);
}
