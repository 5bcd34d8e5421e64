/** A number with a button on either side. */

import { h, icon, uid } from "../dom.js";
import { t } from "../i18n.js";

/**
 * @param {object} options
 * @param {string} options.label
 * @param {number} options.value
 * @param {number} [options.max]
 * @param {(value: number) => void} [options.onChange] Told each new whole number within bounds.
 */
export function stepper({ label, value, max = 32_767, onChange = () => {} }) {
  const id = uid("quantity");
  const input = /** @type {HTMLInputElement} */ (
    h("input", { id, type: "number", inputmode: "numeric", min: 1, max, step: 1, value })
  );
  const set = (wanted) => {
    const next = Math.min(Math.max(Math.trunc(Number(wanted)) || 1, 1), max);
    const changed = next !== value;
    value = next;
    input.value = String(next);
    if (changed) onChange(next);
  };
  input.addEventListener("change", () => set(input.value));
  const step = (by, name, text) =>
    h(
      "button",
      { class: "icon-button", type: "button", "aria-label": text, "aria-controls": id, onclick: () => set(value + by) },
      icon(name),
    );
  const node = h(
    "div",
    { class: "stepper", role: "group", "aria-label": label },
    step(-1, "minus", t("Fewer: {what}", { what: label })),
    h("label", { class: "hidden", for: id }, label),
    input,
    step(1, "plus", t("More: {what}", { what: label })),
  );
  return {
    node,
    get value() {
      return value;
    },
    /** Show another number without telling anybody. @param {number} next */
    show(next) {
      value = next;
      input.value = String(next);
    },
  };
}
