/** Forms: messages next to what they are about, one submission at a time. */

import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { announce, notice } from "../notices.js";
import { clearMarks, complete, firstMarked, markErrors } from "./fields.js";

export { field } from "./fields.js";

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
export function makeForm({ fields, button, busy = t("One moment…"), act, also = [], label }) {
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
    fill(messages);
    clearMarks(form);
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

/** What was entered, by name. @param {HTMLFormElement} form @returns {Record<string, any>} */
export const valuesOf = (form) =>
  Object.fromEntries(
    [...new FormData(form)].map(([name, value]) => [
      name,
      typeof value === "string" && !name.includes("password") ? value.trim() : value,
    ]),
  );

/**
 * Put each message where it belongs, and what belongs nowhere on top.
 * @param {HTMLFormElement} form @param {Element} messages @param {any} error
 */
function show(form, messages, error) {
  if (error?.name === "AbortError") return;
  const rest = markErrors(form, error);
  const first = firstMarked(form);
  if (rest.length || !first) fill(messages, notice(rest.join(" ") || error.message));
  else announce(t("Please check what you entered."));
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
