/** Numbered pages. */

import { h, icon } from "../dom.js";
import { number } from "../format.js";
import { t } from "../i18n.js";

const AROUND = 1;

/**
 * Links to the pages of a list; null if there is but one.
 * @param {number} count Things in all.
 * @param {number} size Things a page.
 * @param {number} page The present one.
 * @param {(page: number) => string} addressOf
 */
export function pager(count, size, page, addressOf) {
  const last = Math.ceil(count / size);
  if (last < 2) return null;
  const near = [1, last, page, ...Array.from({ length: 2 * AROUND + 1 }, (_, index) => page - AROUND + index)];
  const shown = [...new Set(near)].filter((each) => each >= 1 && each <= last).sort((a, b) => a - b);
  const items = shown.flatMap((each, index) => [
    index > 0 && each - shown[index - 1] > 1 && h("li", { "aria-hidden": "true" }, "…"),
    h(
      "li",
      null,
      h(
        "a",
        {
          href: addressOf(each),
          "aria-current": each === page ? "page" : null,
          "aria-label": t("Page {number}", { number: number(each) }),
        },
        number(each),
      ),
    ),
  ]);
  const step = (to, name, text) =>
    to >= 1 &&
    to <= last &&
    h("li", null, h("a", { href: addressOf(to), rel: to < page ? "prev" : "next", "aria-label": text }, icon(name)));
  return h(
    "nav",
    { class: "pager", "aria-label": t("Pages") },
    h("ul", null, step(page - 1, "left", t("Previous page")), items, step(page + 1, "right", t("Next page"))),
  );
}
