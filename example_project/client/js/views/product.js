/** One product: pictures, price, stock, tags, likes, and what people say of it. */

import { currentUser, isStaff, nameOf } from "../account.js";
import { get, post } from "../api.js";
import { getProduct, listCollections } from "../catalogue.js";
import { fill, find, h, icon } from "../dom.js";
import { date, money, plural, rating } from "../format.js";
import { notice, toast } from "../notices.js";
import { field, makeForm, onPress } from "../parts/forms.js";
import { buy, likeButton, pictureOf, priceOf, productAddress, starBar, starsOf, stockOf } from "../parts/products.js";
import { stepper } from "../parts/stepper.js";
import { likesOf, listTags, tagsOf } from "../social.js";

const REVIEWS_AT_ONCE = 20;

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
  const shown = await getProduct(params.id, signal);
  const [collections, staff] = await Promise.all([listCollections().catch(() => []), isStaff()]);
  const collection = collections.find((each) => each.id === shown.collection);
  const stars = h("div", null, ratingLink(shown));
  const extras = h("div", { class: "extras" });
  loadExtras(shown, extras);
  const node = h(
    "div",
    null,
    crumbs(collection, shown),
    h(
      "article",
      { class: "product" },
      gallery(shown),
      h(
        "div",
        { class: "product-text" },
        h("h1", null, shown.title),
        stars,
        priceOf(shown),
        h("p", { class: "tax" }, `${money(shown.price_with_tax)} with tax`),
        stockOf(shown.inventory),
        shown.inventory > 0 && buyBox(shown),
        shown.description && h("p", { class: "description" }, shown.description),
        extras,
        staff &&
          h(
            "p",
            { class: "staff-line" },
            h(
              "a",
              { class: "button quiet small", href: `${productAddress(shown)}/pictures` },
              icon("image"),
              "Manage pictures",
            ),
          ),
      ),
    ),
    reviewSection(shown, (rated) => fill(stars, ratingLink(rated))),
  );
  return { title: shown.title, node };
}

/** @param {any} collection @param {any} shown */
const crumbs = (collection, shown) =>
  h(
    "nav",
    { class: "crumbs", "aria-label": "Where you are" },
    h(
      "ol",
      null,
      h("li", null, h("a", { href: "/" }, "Shop")),
      collection &&
        h("li", null, h("a", { href: `/?collection_id=${encodeURIComponent(collection.id)}` }, collection.title)),
      h("li", { "aria-current": "page" }, shown.title),
    ),
  );

/** @param {import("../catalogue.js").Product} shown */
const ratingLink = (shown) => h("a", { class: "rating-link", href: "#reviews" }, starsOf(shown.rating));

/** The big picture, and the others to choose from. @param {import("../catalogue.js").Product} shown */
function gallery(shown) {
  const place = h("div", { class: "product-picture" }, pictureOf(shown.images[0], shown.title, { eager: true }));
  if (shown.images.length < 2) return h("div", null, place);
  const buttons = shown.images.map((picture, index) => {
    const text = picture.alt_text || `${shown.title}, picture ${index + 1}`;
    const button = h(
      "button",
      { class: "thumb", type: "button", "aria-label": `Show: ${text}`, "aria-pressed": String(index === 0) },
      pictureOf(picture, shown.title, { decorative: true }),
    );
    button.addEventListener("click", () => {
      for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
      fill(place, pictureOf(picture, shown.title, { eager: true }));
    });
    return button;
  });
  return h("div", null, place, h("div", { class: "thumbs", role: "group", "aria-label": "Pictures" }, buttons));
}

/** @param {import("../catalogue.js").Product} shown */
function buyBox(shown) {
  const quantity = stepper({ label: "Quantity", value: 1 });
  const add = h("button", { class: "button wide", type: "button" }, icon("bag"), "Add to cart");
  return h(
    "div",
    { class: "buy-box" },
    quantity.node,
    onPress(add, () => buy(shown, quantity.value)),
  );
}

/**
 * Tags and likes, where there are any; the page does not wait for them.
 * @param {any} shown
 * @param {HTMLElement} place
 */
async function loadExtras(shown, place) {
  const [tags, known, likes] = await Promise.all([
    tagsOf(shown).catch(() => null),
    listTags(),
    likesOf(shown).catch(() => null),
  ]);
  const nameOfTag = (label) => known?.find((tag) => tag.label === label)?.slug ?? label;
  fill(
    place,
    likes && likeButton(shown, likes),
    tags &&
      tags.length > 0 &&
      h(
        "ul",
        { class: "chips", "aria-label": "Tags" },
        tags.map((label) =>
          h("li", null, h("a", { class: "chip", href: `/?tags=${encodeURIComponent(nameOfTag(label))}` }, label)),
        ),
      ),
  );
}

/** @param {any} shown @param {(product: any) => void} onRated */
function reviewSection(shown, onRated) {
  const path = `/store/products/${encodeURIComponent(shown.id)}/reviews/`;
  const list = h(
    "div",
    { class: "reviews-list" },
    h("span", { class: "skeleton line" }),
    h("span", { class: "skeleton line short" }),
  );
  const head = h("div", { class: "reviews-head" }, summaryOf(shown));
  const load = async () => {
    try {
      fill(list, listOf(await get(path), shown));
    } catch (error) {
      fill(list, notice(error.message));
    }
  };
  load();
  const added = async () => {
    await load();
    const rated = await getProduct(shown.id).catch(() => shown);
    fill(head, summaryOf(rated));
    onRated(rated);
  };
  return h(
    "section",
    { class: "reviews", id: "reviews", "aria-labelledby": "reviews-title" },
    h("h2", { id: "reviews-title" }, "Reviews"),
    h("div", { class: "reviews-body" }, h("div", null, head, list), reviewForm(path, added)),
  );
}

/** @param {import("../catalogue.js").Product} shown */
function summaryOf({ rating: { average, count } }) {
  if (!count || average === null) return null;
  return [
    h("strong", { class: "big-number" }, rating(average)),
    h("div", null, starBar(average), h("p", { class: "soft" }, plural(count, "rating"))),
  ];
}

/** @param {any[]} reviews @param {any} shown */
function listOf(reviews, shown) {
  if (!reviews.length)
    return h("p", { class: "empty-line" }, `Nobody has written about ${shown.title} yet. Be the first.`);
  const more = h("button", { class: "button quiet", type: "button" }, "Show all reviews");
  const items = reviews.map(reviewItem);
  const list = h("ul", null, items.slice(0, REVIEWS_AT_ONCE));
  more.addEventListener("click", () => {
    list.append(...items.slice(REVIEWS_AT_ONCE));
    more.remove();
  });
  return [list, items.length > REVIEWS_AT_ONCE && more];
}

/** @param {{name: string, description: string, date: string, rating: number|null}} review */
const reviewItem = (review) =>
  h(
    "li",
    { class: "review" },
    h(
      "div",
      { class: "review-head" },
      h("strong", null, review.name),
      review.rating && [starBar(review.rating), h("span", { class: "hidden" }, `${review.rating} of 5`)],
      h("time", { datetime: review.date }, date(review.date)),
    ),
    h("p", null, review.description),
  );

/** @param {string} path @param {() => Promise<void>} added */
function reviewForm(path, added) {
  const name = field({
    name: "name",
    label: "Your name",
    attributes: { required: true, maxlength: 255, autocomplete: "name" },
  });
  currentUser().then(
    (user) => {
      const input = find("input", name);
      if (user && !input.value) input.value = nameOf(user);
    },
    () => {}, // a visitor types a name
  );
  const form = makeForm({
    label: "Write a review",
    fields: [
      ratingField(),
      name,
      field({ name: "description", label: "Your review", type: "textarea", attributes: { required: true } }),
    ],
    button: "Post the review",
    act: async (values, self) => {
      await post(path, { ...values, rating: values.rating ? Number(values.rating) : null });
      self.reset();
      toast("Thank you: your review is posted.");
      await added();
    },
  });
  return h("div", { class: "panel" }, h("h3", null, "Write a review"), form);
}

/** Five radio buttons that look like stars. */
function ratingField() {
  const star = (value) => [
    h("input", { class: "hidden", type: "radio", name: "rating", id: `rating-${value}`, value: String(value) }),
    h(
      "label",
      { for: `rating-${value}` },
      h("span", { "aria-hidden": "true" }, "★"),
      h("span", { class: "hidden" }, plural(value, "star")),
    ),
  ];
  return h(
    "fieldset",
    { class: "rating-field" },
    h("legend", null, "Your rating ", h("span", { class: "optional" }, "(optional)")),
    h("div", { class: "rating-stars" }, [1, 2, 3, 4, 5].map(star)),
  );
}
