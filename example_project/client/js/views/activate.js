/** Confirming an address, by the link in a mail. */

import { h } from "../dom.js";
import { ApiError, send } from "../http.js";
import { stateBox } from "../notices.js";

/** @param {import("../router.js").Context} context */
export default async function activate({ params, signal }) {
  const signIn = h("a", { class: "button", href: "/sign-in" }, "Sign in");
  try {
    await send("POST", "/auth/users/activation/", { body: params, signal });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status >= 500) throw error;
    return {
      title: "Link used up",
      node: stateBox({
        title: "This link is used up",
        text: "It may have worked before: try to sign in.",
        mark: "warning",
        actions: [signIn],
      }),
    };
  }
  return {
    title: "Welcome",
    node: stateBox({ title: "Welcome!", text: "Your account is ready.", mark: "check", actions: [signIn] }),
  };
}
