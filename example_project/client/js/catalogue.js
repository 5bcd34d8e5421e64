/** Products, collections, pictures and reviews. */

import { get } from "./api.js";
import { filtersOf } from "./filters.js";
import { t } from "./i18n.js";

/** @typedef {{id: any, image: string, alt_text: string}} Picture */
/**
 * @typedef {object} Product
 * @property {any} id
 * @property {string} title
 * @property {string|null} [description]
 * @property {number} inventory
 * @property {number} unit_price
 * @property {number} effective_price
 * @property {number} price_with_tax
 * @property {any} collection
 * @property {boolean} is_active
 * @property {{average: number|null, count: number}} rating
 * @property {Picture[]} images
 * @property {string[]} [tags] Where the shop has tags.
 * @property {number} [likes_count] Where the shop has likes.
 * @property {boolean} [is_liked]
 * @property {Record<string, string>} options
 * @property {string[]} [varies_by] Of a detail: the names of the options, in the order of the group.
 * @property {Variant[]} [variants] Of a detail: the products of its group, itself among them.
 * @property {Offer|null} [group_offer] In a list of groups: what stands for all variants.
 *
 * @typedef {{title: string, count: number, price_from: number, price_to: number}} Offer
 * @typedef {object} Variant
 * @property {any} id
 * @property {string} title
 * @property {Record<string, string>} options
 * @property {number} effective_price
 * @property {boolean} in_stock
 * @property {string|null} image
 *
 * @typedef {object} Facets How many products there would be with each value.
 * @property {{id: any, title: string, count: number}[]} collections
 * @property {{name: string, values: {value: string, count: number}[]}[]} options
 * @property {{unit_price__gte: number|null, unit_price__lt: number|null, count: number}[]} prices
 * @property {{rating__gte: number, count: number}[]} ratings
 * @property {{true: number, false: number}} in_stock
 */

export const PAGE_SIZE = 24;
/** Orders of the list by the API's names. Without one it is sorted by title, and what was searched by relevance. */
export const SORTS = {
  title: t("Name"),
  unit_price: t("Price, low to high"),
  "-unit_price": t("Price, high to low"),
  "-last_update": t("Latest first"),
};

/** @type {Promise<any[]>|null} */
let collectionsOnce = null;

/**
 * @param {URLSearchParams} query
 * @param {AbortSignal} signal
 * @returns {Promise<{count: number, results: Product[]}>}
 */
export async function listProducts(query, signal) {
  const page = { ordering: query.get("ordering"), page: query.get("page"), page_size: PAGE_SIZE };
  const found = await get("/store/products/", { ...filtersOf(query), ...page, variants: "collapse" }, signal);
  return { ...found, count: found.count ?? found.results.length }; // pages by cursor have no count
}

/**
 * The numbers beside the list; null where they can't be had.
 * @param {URLSearchParams} query
 * @param {AbortSignal} signal
 * @returns {Promise<Facets|null>}
 */
export const countFacets = (query, signal) =>
  get("/store/products/facets/", filtersOf(query), signal).catch(() => null);

/** @param {any} id @param {AbortSignal} [signal] @returns {Promise<Product>} */
export async function getProduct(id, signal) {
  return get(`/store/products/${encodeURIComponent(id)}/`, {}, signal);
}

/** @returns {Promise<{id: any, title: string, featured_product: any, products_count: number}[]>} */
export function listCollections() {
  collectionsOnce ??= get("/store/collections/").then(
    (rows) => rows.filter((row) => row.products_count > 0).sort((a, b) => a.title.localeCompare(b.title)),
    (error) => {
      collectionsOnce = null;
      throw error;
    },
  );
  return collectionsOnce;
}

/** Percent off, or 0. @param {Product} product */
export const percentOff = ({ unit_price, effective_price }) =>
  effective_price < unit_price ? Math.round((1 - effective_price / unit_price) * 100) : 0;
