/**
 * Tags and likes, which a shop may or may not have: where they are not installed the API answers 404, and what is told
 * of them here is null, once and for all. A product that brings its own tags and likes spares the question.
 */

import { get, put, remove } from "./api.js";
import { ApiError } from "./http.js";
import { isSignedIn } from "./session.js";

const MODEL = "storefront_store.product";
const missing = { tags: false, likes: false };

/**
 * @template T
 * @param {"tags"|"likes"} what
 * @param {() => Promise<T>} question
 * @returns {Promise<T|null>}
 */
async function ifInstalled(what, question) {
  if (missing[what]) return null;
  try {
    return await question();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    missing[what] = true;
    return null;
  }
}

/** @type {Promise<{label: string, slug: string, items_count: number}[]|null>|null} */
let tagsOnce = null;

/** The tags that products have, the most used first; null without tags. */
export function listTags() {
  tagsOnce ??= ifInstalled("tags", () => get("/tags/", { model: MODEL, ordering: "-items_count" })).then(
    (page) => page?.results ?? null,
    () => {
      tagsOnce = null;
      return null;
    },
  );
  return tagsOnce;
}

/** The labels on a product; null without tags. @param {import("./catalogue.js").Product} product */
export async function tagsOf(product) {
  if (product.tags) return product.tags;
  const answer = await ifInstalled("tags", () => get(`/tags/for/${MODEL}/${encodeURIComponent(product.id)}/`));
  return answer?.tags ?? null;
}

/**
 * @param {import("./catalogue.js").Product} product
 * @returns {Promise<{likes_count: number, is_liked: boolean}|null>} Null without likes. A product that does not bring
 *   its own is asked about for people with an account alone: others are not told.
 */
export async function likesOf(product) {
  if (product.likes_count !== undefined)
    return { likes_count: product.likes_count, is_liked: product.is_liked ?? false };
  return isSignedIn() ? ifInstalled("likes", () => get(likesPath(product.id))) : null;
}

/** @param {any} id @param {boolean} liked @returns {Promise<{likes_count: number, is_liked: boolean}>} */
export const setLiked = (id, liked) => (liked ? put(likesPath(id)) : remove(likesPath(id)));

/** @param {any} id */
const likesPath = (id) => `/likes/${MODEL}/${encodeURIComponent(id)}/`;
