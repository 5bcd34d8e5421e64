/** Products, collections, pictures and reviews. */

import { get } from "./api.js";

/** @typedef {{id: any, image: string, alt_text: string}} Picture */
/**
 * @typedef {object} Product
 * @property {any} id
 * @property {string} title
 * @property {string} description
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
 */

export const PAGE_SIZE = 24;
export const SORTS = [
  ["", "Name"],
  ["unit_price", "Price, low to high"],
  ["-unit_price", "Price, high to low"],
  ["-last_update", "Latest first"],
];
/** What the address of the shop may carry, by the API's own names. */
export const FILTERS = [
  "search",
  "collection_id",
  "unit_price__gte",
  "unit_price__lte",
  "in_stock",
  "on_promotion",
  "tags",
];

/** @type {Promise<any[]>|null} */
let collectionsOnce = null;

/**
 * @param {URLSearchParams} query
 * @param {AbortSignal} signal
 * @returns {Promise<{count: number, results: Product[]}>}
 */
export async function listProducts(query, signal) {
  const wanted = Object.fromEntries([...FILTERS, "ordering", "page"].map((name) => [name, query.get(name)]));
  return get("/store/products/", { ...wanted, page_size: PAGE_SIZE }, signal);
}

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
