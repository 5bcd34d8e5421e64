/** What the address of the shop may carry, by the API's own names, and what of it can be taken away again. */

import { money } from "./format.js";
import { t } from "./i18n.js";

const OPTION = "option_";
const PRICES = ["unit_price__gte", "unit_price__lt", "unit_price__lte"];
const NAMES = ["search", "collection_id", "in_stock", "on_promotion", "rating__gte", "tags", ...PRICES];

/** @typedef {Record<string, string|string[]>} Changes Empty values clear a filter. */

/** @param {string} name Of an option, such as Colour. */
export const optionName = (name) => OPTION + name;

/**
 * The filters of an address, as the API takes them.
 * @param {URLSearchParams} query
 * @returns {Record<string, string[]>}
 */
export function filtersOf(query) {
  const names = [...new Set(query.keys())].filter((name) => NAMES.includes(name) || name.startsWith(OPTION));
  return Object.fromEntries(names.map((name) => [name, query.getAll(name).filter(Boolean)]));
}

/**
 * The address with other filters, from its first page on.
 * @param {URLSearchParams} query
 * @param {Changes} changes
 */
export function changed(query, changes) {
  const next = new URLSearchParams(query);
  next.delete("page");
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    for (const each of [value].flat().filter(Boolean)) next.append(name, each);
  }
  return next;
}

/** A range of prices in words. @param {string|number|null} from @param {string|number|null} to */
export function priceText(from, to) {
  const [low, high] = [from, to].map((value) => (value === null ? "" : money(Number(value))));
  if (!low) return t("Under {price}", { price: high });
  return high ? t("{low} to {high}", { low, high }) : t("{price} and more", { price: low });
}

/** @param {number|string} value */
export const ratingText = (value) => t("{stars} stars and more", { stars: value });

/**
 * Each filter in words, with the changes that take it away.
 * @param {URLSearchParams} query
 * @param {{collections: Map<string, string>, tags: {label: string, slug: string}[]}} known
 * @returns {{text: string, changes: Changes}[]}
 */
export function activeFilters(query, { collections, tags }) {
  const search = query.get("search");
  const collection = query.get("collection_id");
  const tag = query.get("tags");
  const rating = query.get("rating__gte");
  const [from, below, upTo] = PRICES.map((name) => query.get(name) || null);
  const single = [
    search && { text: `“${search}”`, changes: { search: "" } },
    collection && { text: collections.get(collection) ?? t("Collection"), changes: { collection_id: "" } },
    query.get("in_stock") && { text: t("In stock"), changes: { in_stock: "" } },
    query.get("on_promotion") && { text: t("On offer"), changes: { on_promotion: "" } },
    (from || below || upTo) && {
      text: priceText(from, below ?? upTo),
      changes: Object.fromEntries(PRICES.map((name) => [name, ""])),
    },
    rating && { text: ratingText(rating), changes: { rating__gte: "" } },
    tag && { text: tags.find((each) => each.slug === tag)?.label ?? tag, changes: { tags: "" } },
  ];
  const options = Object.entries(filtersOf(query))
    .filter(([name]) => name.startsWith(OPTION))
    .flatMap(([name, values]) =>
      values.map((value) => ({
        text: `${name.slice(OPTION.length)}: ${value}`,
        changes: { [name]: values.filter((each) => each !== value) },
      })),
    );
  return [...single, ...options].filter((each) => typeof each === "object" && each !== null);
}
