/** A group of values to choose from, each with the number of products that it would show. */

import { fill, h } from "../dom.js";
import { number } from "../format.js";

/** @typedef {{value: string, text: string, count?: number}} Facet */

/**
 * A group that keeps its inputs, and so the focus, when the numbers change.
 * @param {object} options
 * @param {string} options.legend
 * @param {string} options.name Of the inputs.
 * @param {"radio"|"checkbox"} options.type
 * @param {string} [options.kind] A class.
 */
export function facetGroup({ legend, name, type, kind = "" }) {
  const list = h("div", { class: "facet-values" });
  const node = h("fieldset", { class: `facet ${kind}`.trim(), hidden: true }, h("legend", null, legend), list);
  /** @type {Map<string, {row: HTMLElement, input: HTMLInputElement, tally: HTMLElement}>} */
  const rows = new Map();

  /** @param {Facet} facet */
  const make = ({ value, text }) => {
    const input = /** @type {HTMLInputElement} */ (h("input", { type, name, value }));
    const tally = h("span", { class: "tally" });
    const row = h("label", { class: "check" }, input, h("span", null, text), " ", tally);
    return { row, input, tally };
  };

  return {
    node,
    /** What is chosen. */
    values: () => [...rows.values()].filter(({ input }) => input.checked).map(({ input }) => input.value),
    /**
     * Show the values; those that would show nothing are left out unless they are chosen.
     * @param {Facet[]} facets
     * @param {string[]} chosen
     */
    show(facets, chosen) {
      const known = new Set(facets.map(({ value }) => value));
      const gone = chosen
        .filter((value) => value && !known.has(value))
        .map((value) => ({ value, text: value, count: 0 }));
      const shown = [...facets, ...gone].filter(({ value, count }) => count !== 0 || chosen.includes(value));
      const order = shown.map((facet) => {
        const present = rows.get(facet.value) ?? make(facet);
        rows.set(facet.value, present);
        present.tally.textContent = facet.count === undefined ? "" : number(facet.count);
        present.input.checked = chosen.includes(facet.value);
        return present.row;
      });
      if (order.length !== list.children.length || order.some((row, index) => list.children[index] !== row)) {
        const focused = document.activeElement;
        fill(list, order);
        if (focused instanceof HTMLElement && list.contains(focused)) focused.focus({ preventScroll: true });
      }
      for (const [value, { row }] of rows) if (!order.includes(row)) rows.delete(value);
      node.hidden = shown.every(({ value }) => !value);
    },
  };
}
