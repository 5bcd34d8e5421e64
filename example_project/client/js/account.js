/** Who is signed in, and what is known of them. */

import { get, patch } from "./api.js";
import { setPreferences } from "./format.js";
import { ApiError } from "./http.js";
import { go } from "./router.js";
import { isSignedIn, joinSession, onSessionChange } from "./session.js";

/** @typedef {{id: any, username: string, email: string, first_name: string, last_name: string}} User */

/** @type {Promise<User|null>|null} */
let known = null;
/** @type {Promise<boolean>|null} */
let staff = null;

onSessionChange(forget);

function forget() {
  known = null;
  staff = null;
}

/**
 * The user, asked for once a session; null for nobody.
 * @returns {Promise<User|null>}
 */
export function currentUser() {
  const asked =
    known ??
    load().catch((error) => {
      known = null;
      throw error;
    });
  known = asked;
  return asked;
}

async function load() {
  if (!isSignedIn()) return null;
  try {
    const [user, profile] = await Promise.all([get("/auth/users/me/"), get("/auth/profile/").catch(() => null)]);
    setPreferences(profile);
    return user;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/**
 * Tell whether this is a member of staff. The API does not say so in words, but only staff is heard when it asks for
 * inactive products: anybody else gets the active ones. (In a shop without products nobody is taken for staff.)
 * @returns {Promise<boolean>}
 */
export function isStaff() {
  staff ??= (async () => {
    if (!isSignedIn()) return false;
    const inactive = await get("/store/products/", { is_active: false, page_size: 1 });
    if (inactive.results.length) return !inactive.results[0].is_active;
    const any = await get("/store/products/", { page_size: 1 });
    return any.results.length > 0;
  })().catch(() => false);
  return staff;
}

/**
 * Change the user, and what is remembered of them.
 * @param {Partial<User>} changes
 */
export async function changeUser(changes) {
  const user = await patch("/auth/users/me/", changes);
  known = Promise.resolve(user);
  return user;
}

/** What to call somebody. @param {User} user */
export const nameOf = (user) => [user.first_name, user.last_name].filter(Boolean).join(" ") || user.username;

/**
 * For views that need an account: leads to the sign-in page and back if there is nobody.
 * @param {AbortSignal} signal Of the view.
 * @returns {Promise<boolean>} Whether somebody is signed in.
 */
export async function signedInOrAway(signal) {
  await joinSession();
  if (isSignedIn()) return true;
  if (!signal.aborted) go(signInAddress(), { replace: true });
  return false;
}

/** Where one signs in, to come back here. */
export const signInAddress = () => `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
