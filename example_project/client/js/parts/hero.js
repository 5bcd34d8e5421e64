/** The welcome above the shop, with the ways in. */

import { fill, find, h } from "../dom.js";
import { t } from "../i18n.js";
import { thumbnail } from "./products.js";

const PICTURES = 3;

/** @param {{id: any, title: string}[]} collections */
export const heroOf = (collections) =>
  h(
    "section",
    { class: "hero", "aria-labelledby": "hero-title" },
    h("h2", { id: "hero-title" }, t("Good things, well kept.")),
    h("p", null, t("Made to be used for years: for the kitchen, the desk, the garden and the road.")),
    h(
      "ul",
      { class: "chips" },
      h("li", null, h("a", { class: "chip strong", href: "/?on_promotion=true" }, t("On offer"))),
      collections.map((each) =>
        h("li", null, h("a", { class: "chip", href: `/?collection_id=${encodeURIComponent(each.id)}` }, each.title)),
      ),
    ),
    h("div", { class: "hero-pictures", "aria-hidden": "true" }),
  );

/**
 * Show pictures of the first products beside the welcome, once; small screens have no room for them.
 * @param {HTMLElement} hero
 * @param {import("../catalogue.js").Product[]} products
 */
export function decorate(hero, products) {
  const place = find(".hero-pictures", hero);
  if (place.children.length || !matchMedia("(min-width: 64rem)").matches) return;
  const shown = products.filter((product) => product.images.length).slice(0, PICTURES);
  fill(
    place,
    shown.map((product) => thumbnail({ title: product.title, image: product.images[0] })),
  );
}
