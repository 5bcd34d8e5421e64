/** The filters that are set, each to be taken away. */

import { fill, h, icon } from "../dom.js";
import { activeFilters } from "../filters.js";
import { t } from "../i18n.js";

/**
 * @param {Parameters<typeof activeFilters>[1]} known
 * @param {(changes: import("../filters.js").Changes) => void} change
 */
export function filterChips(known, change) {
  const list = h("ul", { class: "chips active-filters", "aria-label": t("Filters that are set") });
  return {
    node: list,
    /** @param {URLSearchParams} query */
    show(query) {
      const active = activeFilters(query, known);
      list.hidden = active.length === 0;
      fill(
        list,
        active.map(({ text, changes }) =>
          h(
            "li",
            null,
            h(
              "button",
              {
                class: "chip",
                type: "button",
                "aria-label": t("Remove the filter {filter}", { filter: text }),
                onclick: () => change(changes),
              },
              text,
              icon("x"),
            ),
          ),
        ),
        h("li", null, h("a", { class: "chip plain", href: "/" }, t("Clear all filters"))),
      );
    },
  };
}
