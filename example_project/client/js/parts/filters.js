/** The filters beside the grid, with the numbers of products; on a phone they are behind a button. */

import { debounce, h, icon } from "../dom.js";
import { activeFilters, optionName, priceText, ratingText } from "../filters.js";
import { number } from "../format.js";
import { t, tn } from "../i18n.js";
import { facetGroup } from "./facets.js";

const TAGS_SHOWN = 16;
const TYPING = 500; // milliseconds without a key until a price counts

/**
 * @param {{id: any, title: string, products_count: number}[]} collections
 * @param {{label: string, slug: string}[]} tags
 * @param {(changes: import("../filters.js").Changes) => void} change
 */
export function filterPanel(collections, tags, change) {
  const stock = switchOf("in_stock", t("In stock"));
  const offer = switchOf("on_promotion", t("On offer"));
  const prices = priceRange();
  const collection = facetGroup({ legend: t("Collection"), name: "collection_id", type: "radio", kind: "collections" });
  const rating = facetGroup({ legend: t("Rating"), name: "rating__gte", type: "radio" });
  const places = h("div", { class: "facet-options" });
  /** @type {Map<string, ReturnType<typeof facetGroup>>} */
  const options = new Map();

  const form = /** @type {HTMLFormElement} */ (
    h(
      "form",
      { class: "filters-body", id: "filters" },
      h("fieldset", null, h("legend", null, t("Show only")), stock.node, offer.node),
      places,
      prices.node,
      collection.node,
      rating.node,
      tags.length > 0 && tagChoice(tags),
    )
  );
  const count = h("span", { class: "count" });
  const toggle = h(
    "button",
    { class: "button quiet filters-toggle", type: "button", "aria-expanded": "false", "aria-controls": "filters" },
    icon("filter"),
    t("Filters"),
    count,
  );
  const node = h("aside", { class: "filters", "aria-label": t("Filters") }, toggle, form);
  toggle.addEventListener("click", () => toggle.setAttribute("aria-expanded", String(node.classList.toggle("open"))));

  const send = (/** @type {Event} */ event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement)) return;
    if (prices.has(input)) return change(prices.changes(input));
    if (input.type === "radio") return change({ [input.name]: input.value });
    const group = [...options.values()].find((each) => each.node.contains(input));
    change({ [input.name]: group ? group.values() : input.checked ? input.value : "" });
  };
  const later = debounce(send, TYPING);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", send);
  form.addEventListener(
    "input",
    (event) => event.target instanceof HTMLInputElement && event.target.type === "number" && later(event),
  );

  return {
    node,
    /** Show what is set. @param {URLSearchParams} query */
    show(query) {
      stock.show(query);
      offer.show(query);
      prices.show(query);
      for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("[name=tags]")))
        input.checked = input.value === (query.get("tags") ?? "");
      const active = activeFilters(query, { collections: new Map(), tags }).filter(
        ({ changes }) => !("search" in changes),
      );
      count.textContent = active.length ? number(active.length) : "";
      const text = tn("Filters, {count} is set", "Filters, {count} are set", active.length);
      toggle.setAttribute("aria-label", active.length ? text : t("Filters"));
    },
    /**
     * Show the numbers of products; without them, what can be chosen anyway.
     * @param {import("../catalogue.js").Facets|null} facets
     * @param {URLSearchParams} query
     */
    count(facets, query) {
      const known = new Map(facets?.collections.map((each) => [String(each.id), each.count]));
      const all = collections.map(({ id, title, products_count }) => ({
        value: String(id),
        text: title,
        count: facets ? (known.get(String(id)) ?? 0) : products_count,
      }));
      collection.show([{ value: "", text: t("All") }, ...all], [query.get("collection_id") ?? ""]);
      const ratings = facets?.ratings ?? [];
      rating.show(
        [
          { value: "", text: t("Any") },
          ...ratings.map((each) => ({
            value: String(each.rating__gte),
            text: ratingText(each.rating__gte),
            count: each.count,
          })),
        ],
        [query.get("rating__gte") ?? ""],
      );
      stock.count(facets?.in_stock.true);
      prices.count(facets?.prices ?? [], query);
      const offered = facets?.options ?? [];
      for (const { name } of offered.filter((each) => !options.has(each.name))) {
        const group = facetGroup({ legend: name, name: optionName(name), type: "checkbox" });
        options.set(name, group);
        places.append(group.node);
      }
      for (const [name, group] of options) {
        const values = offered.find((each) => each.name === name)?.values ?? [];
        group.show(
          values.map((each) => ({ ...each, text: each.value })),
          query.getAll(optionName(name)),
        );
      }
    },
  };
}

/** A box to tick. @param {string} name @param {string} text */
function switchOf(name, text) {
  const input = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", name, value: "true" }));
  const tally = h("span", { class: "tally" });
  return {
    node: h("label", { class: "check" }, input, h("span", null, text), " ", tally),
    show: (/** @type {URLSearchParams} */ query) => (input.checked = query.get(name) === "true"),
    count: (/** @type {number|undefined} */ value) => (tally.textContent = value === undefined ? "" : number(value)),
  };
}

/** Bands of prices to choose from, and two fields for any other range. */
function priceRange() {
  const bands = facetGroup({ legend: t("Price"), name: "price_band", type: "radio" });
  const side = (name, text) => {
    const attributes = { type: "number", min: 0, step: "any", inputmode: "decimal", placeholder: t("Any") };
    return h("div", null, h("label", { for: name }, text), h("input", { id: name, name, ...attributes }));
  };
  const range = h(
    "div",
    { class: "range", role: "group", "aria-label": t("List price") },
    side("unit_price__gte", t("From")),
    side("unit_price__lte", t("To")),
  );
  const [from, to] = /** @type {NodeListOf<HTMLInputElement>} */ (range.querySelectorAll("input"));
  const node = h("div", { class: "prices" }, bands.node, range);
  const put = (input, value) => {
    if (document.activeElement !== input) input.value = value ?? "";
  };
  return {
    node,
    has: (/** @type {HTMLInputElement} */ input) => node.contains(input),
    /** @param {HTMLInputElement} input What was changed. @returns {import("../filters.js").Changes} */
    changes(input) {
      if (input.type === "number")
        return { unit_price__gte: from.value, unit_price__lt: "", unit_price__lte: to.value };
      const [low, high] = input.value.split("-");
      return { unit_price__gte: low ?? "", unit_price__lt: high ?? "", unit_price__lte: "" };
    },
    show(/** @type {URLSearchParams} */ query) {
      const banded = query.has("unit_price__lt");
      put(from, banded ? "" : query.get("unit_price__gte"));
      put(to, query.get("unit_price__lte"));
    },
    /** @param {import("../catalogue.js").Facets["prices"]} facets @param {URLSearchParams} query */
    count(facets, query) {
      const values = facets.map((each) => ({
        value: `${each.unit_price__gte ?? ""}-${each.unit_price__lt ?? ""}`,
        text: priceText(each.unit_price__gte, each.unit_price__lt),
        count: each.count,
      }));
      const chosen = `${query.get("unit_price__gte") ?? ""}-${query.get("unit_price__lt") ?? ""}`;
      const isBand = !query.has("unit_price__lte") && values.some(({ value }) => value === chosen);
      bands.show([{ value: "", text: t("Any price") }, ...values], [isBand ? chosen : ""]);
    },
  };
}

/** @param {{label: string, slug: string}[]} tags */
const tagChoice = (tags) =>
  h(
    "fieldset",
    null,
    h("legend", null, t("Tag")),
    h(
      "div",
      { class: "tags" },
      [{ label: t("All"), slug: "" }, ...tags.slice(0, TAGS_SHOWN)].map((tag) =>
        h(
          "label",
          { class: "tag-choice" },
          h("input", { type: "radio", name: "tags", value: tag.slug, class: "hidden" }),
          h("span", null, tag.label),
        ),
      ),
    ),
  );
