/** Forms: labelled fields, messages next to what they are about, one submission at a time. */

import { fill, h, uid } from "../dom.js";
import { ApiError } from "../http.js";
import { announce, notice } from "../notices.js";

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
    h("label", { for: id }, label, !attributes.required && h("span", { class: "optional" }, " (optional)")),
    input,
    h("p", { class: "hint", id: `${id}-hint` }, hint),
    h("p", { class: "error", id: `${id}-error` }),
  );
}

/**
 * A form that sends its values and shows what the API says about them.
 * @param {object} form
 * @param {(Node|null)[]} form.fields
 * @param {string} form.button
 * @param {string} [form.busy] The button's text while waiting.
 * @param {(values: Record<string, any>, form: HTMLFormElement) => Promise<void|string>} form.act Returns what to say
 *   when it is done, if anything.
 * @param {Node[]} [form.also] Next to the button.
 * @param {string} [form.label] What the form is for, where no heading says so.
 */
export function makeForm({ fields, button, busy = "One moment…", act, also = [], label }) {
  const messages = h("div", { class: "messages" });
  const submit = /** @type {HTMLButtonElement} */ (h("button", { class: "button", type: "submit" }, button));
  const form = /** @type {HTMLFormElement} */ (
    h(
      "form",
      { class: "form", novalidate: true, "aria-label": label },
      messages,
      fields,
      h("div", { class: "row" }, submit, also),
    )
  );
  let running = false;
  form.noValidate = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (running) return;
    clear(form);
    if (!complete(form)) return;
    running = true;
    submit.setAttribute("aria-disabled", "true");
    submit.textContent = busy;
    try {
      const said = await act(valuesOf(form), form);
      if (said) fill(messages, notice(said, "done"));
    } catch (error) {
      show(form, messages, error);
    } finally {
      running = false;
      submit.removeAttribute("aria-disabled");
      submit.textContent = button;
    }
  });
  return form;
}

/** @param {HTMLFormElement} form */
const valuesOf = (form) =>
  Object.fromEntries(
    [...new FormData(form)].map(([name, value]) => [
      name,
      typeof value === "string" && name.includes("password") ? value : trim(value),
    ]),
  );

/** @param {FormDataEntryValue} value */
const trim = (value) => (typeof value === "string" ? value.trim() : value);

/** Look for what is missing or misshapen before the API has to. @param {HTMLFormElement} form */
function complete(form) {
  const bad = inputs(form).filter((input) => !input.checkValidity());
  for (const input of bad) mark(input, input.validity.valueMissing ? "Required" : input.validationMessage);
  bad[0]?.focus();
  return bad.length === 0;
}

/** @param {HTMLFormElement} form @returns {HTMLInputElement[]} */
const inputs = (form) => /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input, select, textarea")]);

/** @param {HTMLFormElement} form */
function clear(form) {
  form.querySelector(".messages")?.replaceChildren();
  for (const input of inputs(form)) {
    input.removeAttribute("aria-invalid");
    messageOf(input)?.replaceChildren();
  }
}

/** @param {HTMLInputElement} input */
const messageOf = (input) => document.getElementById(`${input.id}-error`);

/** @param {HTMLInputElement} input @param {string} text */
function mark(input, text) {
  input.setAttribute("aria-invalid", "true");
  messageOf(input)?.append(text);
}

/**
 * Put each message where it belongs, and what belongs nowhere on top.
 * @param {HTMLFormElement} form @param {Element} messages @param {any} error
 */
function show(form, messages, error) {
  if (error?.name === "AbortError") return;
  const rest = [];
  for (const [name, texts] of Object.entries(error instanceof ApiError ? error.fields : {})) {
    const input = inputs(form).find((each) => each.name === name);
    if (input) mark(input, texts.join(" "));
    else rest.push(texts.join(" "));
  }
  const first = inputs(form).find((input) => input.getAttribute("aria-invalid"));
  if (rest.length || !first) fill(messages, notice(rest.join(" ") || error.message));
  else announce("Please check what you entered.");
  first?.focus();
}

/**
 * Run something at a button's press, once at a time.
 * @param {Element} button
 * @param {() => Promise<unknown>} act
 */
export function onPress(button, act) {
  let running = false;
  button.addEventListener("click", async () => {
    if (running) return;
    running = true;
    button.setAttribute("aria-disabled", "true");
    try {
      await act();
    } finally {
      running = false;
      button.removeAttribute("aria-disabled");
    }
  });
  return button;
}
