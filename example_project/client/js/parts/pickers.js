/** The options of a group, to choose one of its variants by. */

import { fill, h, hidden } from "../dom.js";
import { t } from "../i18n.js";

/** @typedef {import("../catalogue.js").Variant} Variant */

/**
 * The variant that a choice leads to: it has the chosen value and what was chosen of the options before it; of the
 * options after it, as much as can be, and stock if that leaves a choice.
 * @param {Variant[]} variants
 * @param {string[]} names The options in their order.
 * @param {Record<string, string>} options What is chosen now.
 * @param {string} name The option that changes.
 * @param {string} value
 * @returns {Variant|undefined}
 */
export function variantFor(variants, names, options, name, value) {
  const wanted = { ...options, [name]: value };
  const fixed = names.slice(0, names.indexOf(name) + 1);
  const fitting = variants.filter((each) => fixed.every((option) => each.options[option] === wanted[option]));
  const score = (each) =>
    2 * names.filter((option) => each.options[option] === wanted[option]).length + Number(each.in_stock);
  return fitting.toSorted((a, b) => score(b) - score(a))[0];
}

/**
 * A fieldset of radio buttons for each option; combinations that don't exist are disabled, what is sold out is marked.
 * @param {import("../catalogue.js").Product} product
 * @param {(variant: Variant) => void} choose
 */
export function pickers({ varies_by: names = [], variants = [], options }, choose) {
  let chosen = options;
  const groups = names.map((name) => {
    const values = [...new Set(variants.map((each) => each.options[name]))].filter(Boolean);
    const legend = h("legend", null);
    const list = h("div", { class: "option-values" });
    const choices = values.map((value) => {
      const input = /** @type {HTMLInputElement} */ (
        h("input", { class: "hidden", type: "radio", name: `pick-${name}`, value })
      );
      const note = h("span", null);
      input.addEventListener("change", () => {
        const variant = variantFor(variants, names, chosen, name, value);
        if (variant) choose(variant);
      });
      list.append(h("label", { class: "option-choice" }, input, h("span", null, value, note)));
      return { value, input, note };
    });
    return { name, legend, choices, node: h("fieldset", { class: "picker" }, legend, list) };
  });

  /** Show what is chosen. @param {Record<string, string>} next */
  function show(next) {
    chosen = next;
    for (const [index, { name, legend, choices }] of groups.entries()) {
      fill(legend, `${name}: `, h("span", { class: "soft" }, next[name]));
      const before = names.slice(0, index);
      for (const { value, input, note } of choices) {
        const fitting = variants.filter(
          (each) => each.options[name] === value && before.every((option) => each.options[option] === next[option]),
        );
        const exact = fitting.filter((each) =>
          names.every((option) => option === name || each.options[option] === next[option]),
        );
        const soldOut = fitting.length > 0 && !(exact.length ? exact : fitting).some((each) => each.in_stock);
        input.checked = next[name] === value;
        input.disabled = fitting.length === 0;
        input.closest("label")?.classList.toggle("gone", soldOut);
        fill(note, soldOut && hidden(` ${t("(sold out)")}`));
      }
    }
  }

  show(options);
  return {
    node:
      groups.length > 0 && variants.length > 1
        ? h(
            "div",
            { class: "pickers" },
            groups.map((each) => each.node),
          )
        : null,
    /** Whether a product is one of the variants. @param {string} id */
    has: (id) => variants.some((each) => String(each.id) === id),
    show,
  };
}
