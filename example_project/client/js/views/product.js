/** One product: pictures, options, price, stock, tags, likes, and what people say of it. */

import { isStaff } from "../account.js";
import { getProduct, listCollections } from "../catalogue.js";
import { fill, h, icon } from "../dom.js";
import { money } from "../format.js";
import { t } from "../i18n.js";
import { announce, toast } from "../notices.js";
import { loadExtras } from "../parts/extras.js";
import { onPress } from "../parts/forms.js";
import { gallery } from "../parts/gallery.js";
import { pickers } from "../parts/pickers.js";
import { buy, priceOf, productAddress, starsOf, stockOf } from "../parts/products.js";
import { reviewSection } from "../parts/reviews.js";
import { stepper } from "../parts/stepper.js";
import { noteTax } from "../parts/tax.js";
import { go, setTitle } from "../router.js";

/** @typedef {import("../catalogue.js").Product} Product */

export const skeleton = () =>
  h(
    "div",
    { class: "product", "aria-hidden": "true" },
    h("div", { class: "skeleton product-picture" }),
    h(
      "div",
      { class: "product-text" },
      h("span", { class: "skeleton line tall" }),
      h("span", { class: "skeleton line short" }),
      h("span", { class: "skeleton line" }),
    ),
  );

/** @param {import("../router.js").Context} context */
export default async function product({ params, signal }) {
  const first = await getProduct(params.id, signal);
  noteTax([first]);
  const [collections, staff] = await Promise.all([listCollections().catch(() => []), isStaff()]);
  const collection = collections.find((each) => each.id === first.collection);
  const picker = pickers(first, (variant) => go(productAddress(variant), { replace: true }));
  const place = {
    crumbs: h("div"),
    pictures: h("div"),
    head: h("div", { class: "head" }),
    body: h("div"),
    reviews: h("div"),
  };
  const heading = h("h1");
  let wanted = String(first.id);

  /** @param {Product} shown */
  function show(shown) {
    heading.textContent = shown.title;
    fill(place.crumbs, crumbs(collection, shown));
    fill(place.pictures, gallery(shown));
    const stars = h("div", null, ratingLink(shown));
    fill(place.head, stars, priceOf(shown), h("p", { class: "tax" }, withTax(shown)));
    fill(place.body, bodyOf(shown, staff));
    fill(
      place.reviews,
      reviewSection(shown, (rated) => fill(stars, ratingLink(rated))),
    );
  }

  /** Show another variant, unless yet another one is chosen meanwhile. @param {string} id */
  async function follow(id) {
    wanted = id;
    try {
      const shown = await getProduct(id, signal);
      if (wanted !== id || signal.aborted) return;
      show(shown);
      picker.show(shown.options);
      setTitle(shown.title);
      announce(`${shown.title}: ${place.head.textContent} ${stockOf(shown.inventory).textContent}`);
    } catch (error) {
      if (!signal.aborted) toast(error.message, { kind: "problem" });
    }
  }

  show(first);
  const node = h(
    "div",
    null,
    place.crumbs,
    h(
      "article",
      { class: "product" },
      place.pictures,
      h("div", { class: "product-text" }, heading, place.head, picker.node, place.body),
    ),
    place.reviews,
  );
  return {
    title: first.title,
    node,
    move({ id = "" }) {
      if (!picker.has(id)) return false;
      follow(id);
      return true;
    },
  };
}

/** @param {Product} shown */
const withTax = (shown) =>
  shown.effective_price > 0 ? t("{price} with tax", { price: money(shown.price_with_tax) }) : "";

/** Stock, the way into the cart, and all the words. @param {Product} shown @param {boolean} staff */
function bodyOf(shown, staff) {
  const extras = h("div", { class: "extras" });
  loadExtras(shown, extras);
  const pictures = `${productAddress(shown)}/pictures`;
  const manage = h("a", { class: "button quiet small", href: pictures }, icon("image"), t("Manage pictures"));
  return [
    stockOf(shown.inventory),
    shown.inventory > 0 && buyBox(shown),
    shown.description && h("p", { class: "description" }, shown.description),
    extras,
    staff && h("p", { class: "staff-line" }, manage),
  ];
}

/** @param {any} collection @param {Product} shown */
const crumbs = (collection, shown) =>
  h(
    "nav",
    { class: "crumbs", "aria-label": t("Where you are") },
    h(
      "ol",
      null,
      h("li", null, h("a", { href: "/" }, t("Shop"))),
      collection &&
        h("li", null, h("a", { href: `/?collection_id=${encodeURIComponent(collection.id)}` }, collection.title)),
      h("li", { "aria-current": "page" }, shown.title),
    ),
  );

/** @param {Product} shown */
const ratingLink = (shown) => h("a", { class: "rating-link", href: "#reviews" }, starsOf(shown.rating));

/** @param {Product} shown */
function buyBox(shown) {
  const quantity = stepper({ label: t("Quantity"), value: 1 });
  const add = h("button", { class: "button wide", type: "button" }, icon("bag"), t("Add to cart"));
  return h(
    "div",
    { class: "buy-box" },
    quantity.node,
    onPress(add, () => buy(shown, quantity.value)),
  );
}
