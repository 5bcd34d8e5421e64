/** What products look like, wherever they are shown. */

import { signInAddress } from "../account.js";
import { addToCart } from "../cart.js";
import { percentOff } from "../catalogue.js";
import { h, hidden, icon } from "../dom.js";
import { money, number, percent, rating } from "../format.js";
import { t, tn } from "../i18n.js";
import { toast } from "../notices.js";
import { go } from "../router.js";
import { isSignedIn } from "../session.js";
import { setLiked } from "../social.js";
import { onPress } from "./forms.js";

const SIDE = 800; // pixels of a picture; the style sheet sizes it, this keeps its place free
const FEW = 5;

/** @param {{id: any}} product */
export const productAddress = (product) => `/products/${encodeURIComponent(product.id)}`;

/**
 * A picture, or the initial of what has none.
 * @param {import("../catalogue.js").Picture|undefined} picture
 * @param {string} title
 * @param {{eager?: boolean, decorative?: boolean}} [options]
 */
export function pictureOf(picture, title, { eager = false, decorative = false } = {}) {
  if (!picture) return h("span", { class: "blank", "aria-hidden": "true" }, title.slice(0, 1));
  const image = h("img", {
    src: picture.image,
    alt: "",
    width: SIDE,
    height: SIDE,
    loading: eager ? "eager" : "lazy",
    decoding: "async",
    fetchpriority: eager ? "high" : null,
  });
  if (!decorative) image.setAttribute("alt", picture.alt_text || title);
  image.addEventListener("error", () => image.replaceWith(pictureOf(undefined, title)), { once: true });
  return image;
}

/**
 * A small picture. It costs no request: carts, orders and lists bring the address of the picture along.
 * @param {{title: string, image?: import("../catalogue.js").Picture|null}} product
 */
export const thumbnail = ({ title, image }) =>
  h("span", { class: "thumb" }, pictureOf(image ?? undefined, title, { decorative: true }));

/** A price, or the word for none. @param {number} price */
const priceWord = (price) => (price > 0 ? money(price) : t("Free"));

/** @param {import("../catalogue.js").Product} product */
export function priceOf(product) {
  if (!percentOff(product)) return h("p", { class: "price" }, h("strong", null, priceWord(product.effective_price)));
  return h(
    "p",
    { class: "price reduced" },
    h("strong", null, hidden(`${t("Now")} `), priceWord(product.effective_price)),
    " ",
    h("del", null, hidden(`${t("Before")} `), money(product.unit_price)),
  );
}

/** What a group costs: from the price of its cheapest variant. @param {import("../catalogue.js").Offer} offer */
function offerPrice({ price_from, price_to }) {
  const price = h("strong", null, priceWord(price_from));
  return h("p", { class: "price" }, price_from < price_to && `${t("from")} `, price);
}

/** Stars, and in words. @param {{average: number|null, count: number}} value */
export function starsOf({ average, count }) {
  if (!count || average === null) return h("p", { class: "stars none" }, t("Not rated yet"));
  return h(
    "p",
    { class: "stars" },
    starBar(average),
    h("span", { "aria-hidden": "true" }, `${rating(average)} (${number(count)})`),
    hidden(ratedText(average, count)),
  );
}

/** @param {number} average @param {number} count */
const ratedText = (average, count) =>
  `${t("Rated {value} of 5", { value: rating(average) })} (${tn("{count} rating", "{count} ratings", count)})`;

/** Five stars, filled as far as the value goes. @param {number} value */
export function starBar(value) {
  const full = h("span", { class: "star-full" }, "★★★★★");
  full.style.width = `${(value / 5) * 100}%`;
  return h("span", { class: "star-bar", "aria-hidden": "true" }, "★★★★★", full);
}

/** How many are left, in words. @param {number} inventory */
export function stockOf(inventory) {
  if (inventory < 1) return h("p", { class: "stock out" }, t("Sold out"));
  if (inventory <= FEW) return h("p", { class: "stock few" }, t("Only {count} left", { count: number(inventory) }));
  return h("p", { class: "stock" }, t("In stock"));
}

/**
 * A heart to press, and how many have pressed it.
 * @param {import("../catalogue.js").Product} product
 * @param {{likes_count: number, is_liked: boolean}} likes
 */
export function likeButton(product, likes) {
  const count = h("span");
  const button = h(
    "button",
    { class: "like", type: "button", "aria-label": t("Like {title}", { title: product.title }) },
    icon("heart"),
    count,
  );
  const show = () => {
    button.setAttribute("aria-pressed", String(likes.is_liked));
    count.textContent = likes.likes_count ? number(likes.likes_count) : "";
  };
  show();
  return onPress(button, async () => {
    if (!isSignedIn()) {
      toast(t("Sign in to like things."));
      return go(signInAddress());
    }
    try {
      Object.assign(likes, await setLiked(product.id, !likes.is_liked));
      show();
    } catch (error) {
      toast(error.message, { kind: "problem" });
    }
  });
}

/**
 * Put something into the cart and say so.
 * @param {{id: any, title: string}} product
 * @param {number} [quantity]
 */
export async function buy(product, quantity = 1) {
  try {
    await addToCart(product.id, quantity);
    toast(t("{title} is in your cart.", { title: product.title }), {
      link: { href: "/cart", text: t("Show the cart") },
    });
  } catch (error) {
    toast(error.message, { kind: "problem" });
  }
}

/**
 * A product in a grid, or a group of variants.
 * @param {import("../catalogue.js").Product} product
 * @param {{collection?: string, eager?: boolean}} [options]
 */
export function productCard(product, { collection, eager } = {}) {
  const offer = product.group_offer;
  const title = offer?.title ?? product.title;
  const soldOut = product.inventory < 1;
  return h(
    "li",
    { class: soldOut ? "card sold-out" : "card" },
    h(
      "div",
      { class: "card-picture" },
      pictureOf(product.images[0], title, { eager, decorative: true }),
      !product.is_active && h("span", { class: "badge" }, t("Inactive")),
      saleBadge(product, soldOut),
    ),
    h(
      "div",
      { class: "card-text" },
      collection && h("p", { class: "kind" }, collection),
      h("h2", null, h("a", { class: "stretched", href: productAddress(product) }, title)),
      starsOf(product.rating),
      h(
        "div",
        { class: "card-foot" },
        offer ? offerPrice(offer) : priceOf(product),
        offer
          ? h("p", { class: "soft small nowrap" }, tn("{count} variant", "{count} variants", offer.count))
          : !soldOut && addButton(product),
      ),
    ),
    product.likes_count !== undefined &&
      likeButton(product, { likes_count: product.likes_count, is_liked: product.is_liked ?? false }),
  );
}

/** @param {import("../catalogue.js").Product} product @param {boolean} soldOut */
function saleBadge(product, soldOut) {
  if (soldOut) return h("span", { class: "badge" }, t("Sold out"));
  const off = percentOff(product);
  return off > 0 && !product.group_offer && h("span", { class: "badge sale" }, percent(-off / 100));
}

/** @param {import("../catalogue.js").Product} product */
function addButton(product) {
  const label = t("Add {title} to the cart", { title: product.title });
  const add = h("button", { class: "icon-button add", type: "button", "aria-label": label }, icon("plus"));
  return onPress(add, () => buy(product));
}

/** Cards to come. @param {number} count */
export const cardSkeletons = (count) =>
  Array.from({ length: count }, () =>
    h(
      "li",
      { class: "card skeleton-card", "aria-hidden": "true" },
      h("div", { class: "card-picture skeleton" }),
      h(
        "div",
        { class: "card-text" },
        h("span", { class: "skeleton line" }),
        h("span", { class: "skeleton line short" }),
      ),
    ),
  );
