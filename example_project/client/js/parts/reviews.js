/** What people say of a product, and a form to say something oneself. */

import { currentUser, nameOf } from "../account.js";
import { get, post } from "../api.js";
import { getProduct } from "../catalogue.js";
import { fill, find, h } from "../dom.js";
import { date, rating } from "../format.js";
import { t, tn } from "../i18n.js";
import { notice, toast } from "../notices.js";
import { field, makeForm } from "./forms.js";
import { starBar } from "./products.js";

const REVIEWS_AT_ONCE = 20;

/** @param {any} shown @param {(product: any) => void} onRated */
export function reviewSection(shown, onRated) {
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
    h("h2", { id: "reviews-title" }, t("Reviews")),
    h("div", { class: "reviews-body" }, h("div", null, head, list), reviewForm(path, added)),
  );
}

/** @param {import("../catalogue.js").Product} shown */
function summaryOf({ rating: { average, count } }) {
  if (!count || average === null) return null;
  return [
    h("strong", { class: "big-number" }, rating(average)),
    h("div", null, starBar(average), h("p", { class: "soft" }, tn("{count} rating", "{count} ratings", count))),
  ];
}

/** @param {any[]} reviews @param {any} shown */
function listOf(reviews, shown) {
  if (!reviews.length)
    return h(
      "p",
      { class: "empty-line" },
      t("Nobody has written about {title} yet. Be the first.", { title: shown.title }),
    );
  const more = h("button", { class: "button quiet", type: "button" }, t("Show all reviews"));
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
      review.rating && [
        starBar(review.rating),
        h("span", { class: "hidden" }, t("{value} of 5", { value: review.rating })),
      ],
      h("time", { datetime: review.date }, date(review.date)),
    ),
    h("p", null, review.description),
  );

/** @param {string} path @param {() => Promise<void>} added */
function reviewForm(path, added) {
  const name = field({
    name: "name",
    label: t("Your name"),
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
    label: t("Write a review"),
    fields: [
      ratingField(),
      name,
      field({ name: "description", label: t("Your review"), type: "textarea", attributes: { required: true } }),
    ],
    button: t("Post the review"),
    act: async (values, self) => {
      await post(path, { ...values, rating: values.rating ? Number(values.rating) : null });
      self.reset();
      toast(t("Thank you: your review is posted."));
      await added();
    },
  });
  return h("div", { class: "panel" }, h("h3", null, t("Write a review")), form);
}

/** Five radio buttons that look like stars. */
function ratingField() {
  const star = (value) => [
    h("input", { class: "hidden", type: "radio", name: "rating", id: `rating-${value}`, value: String(value) }),
    h(
      "label",
      { for: `rating-${value}` },
      h("span", { "aria-hidden": "true" }, "★"),
      h("span", { class: "hidden" }, tn("{count} star", "{count} stars", value)),
    ),
  ];
  return h(
    "fieldset",
    { class: "rating-field" },
    h("legend", null, `${t("Your rating")} `, h("span", { class: "optional" }, t("(optional)"))),
    h("div", { class: "rating-stars" }, [1, 2, 3, 4, 5].map(star)),
  );
}
