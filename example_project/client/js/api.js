/** Requests in the name of whoever is signed in. */

import { ApiError, address, NetworkError, send, settle } from "./http.js";
import { locale } from "./i18n.js";
import { accessToken, endSession, isSignedIn, renew } from "./session.js";

export { ApiError, NetworkError } from "./http.js";

/**
 * Send a request with the access token; if that is refused, once more with a new one. Reading goes on without an
 * account when the session turns out to be over.
 * @param {string} method
 * @param {string} path
 * @param {object} [options] As for `send`.
 */
async function authorised(method, path, options = {}) {
  const token = await accessToken();
  try {
    return await send(method, path, withToken(options, token));
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401 || !token) throw error;
    const fresh = await renew(token);
    if (!fresh && method !== "GET") throw error;
    return send(method, path, withToken(options, fresh));
  }
}

/**
 * @param {object} options
 * @param {string|null} token
 */
function withToken(options, token) {
  return token ? { ...options, headers: { ...options.headers, Authorization: `JWT ${token}` } } : options;
}

/** @type {import("../types/contract").Get} */
export const get = (path, query, signal) => authorised("GET", path, { query, signal });
/** @type {import("../types/contract").Post} */
export const post = (path, body, headers = {}) => authorised("POST", path, { body: body ?? {}, headers });
/** @type {import("../types/contract").Write<"put">} */
export const put = (path, body) => authorised("PUT", path, { body: body ?? {} });
/** @type {import("../types/contract").Write<"patch">} */
export const patch = (path, body) => authorised("PATCH", path, { body });
/** @type {import("../types/contract").Remove} */
export const remove = (path) => authorised("DELETE", path);

/**
 * Upload a form. `fetch` can't tell how much has gone out, `XMLHttpRequest` can.
 * @param {string} path
 * @param {FormData} form
 * @param {(part: number) => void} onProgress Told the part that has gone out, 0 to 1.
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function upload(path, form, onProgress, signal) {
  const token = await accessToken();
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address(path));
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Accept-Language", locale);
    if (token) request.setRequestHeader("Authorization", `JWT ${token}`);
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total ? loaded / total : 0));
    request.addEventListener("load", () => {
      try {
        const retryAfter = request.status === 429 ? request.getResponseHeader("Retry-After") : null;
        resolve(settle(request.status, request.responseText, retryAfter));
      } catch (error) {
        reject(error);
      }
    });
    request.addEventListener("error", () => reject(new NetworkError()));
    request.addEventListener("abort", () => reject(new DOMException("The upload was stopped.", "AbortError")));
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

/** End all sessions of this account, on all devices. */
export async function signOutEverywhere() {
  if (isSignedIn()) await post("/auth/jwt/logout_all/");
  endSession();
}
