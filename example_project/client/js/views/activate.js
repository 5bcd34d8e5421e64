/** Confirming an address, by the link in a mail. */

import { h } from "../dom.js";
import { ApiError, send } from "../http.js";
import { t } from "../i18n.js";
import { stateBox } from "../notices.js";

/** @param {import("../router.js").Context} context */
export default async function activate({ params, signal }) {
  const signIn = h("a", { class: "button", href: "/sign-in" }, t("Sign in"));
  try {
    await send("POST", "/auth/users/activation/", { body: params, signal });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status >= 500) throw error;
    return {
      title: t("Link used up"),
      node: stateBox({
        title: t("This link is used up"),
        text: t("It may have worked before: try to sign in."),
        mark: "warning",
        actions: [signIn],
      }),
    };
  }
  return {
    title: t("Welcome"),
    node: stateBox({ title: t("Welcome!"), text: t("Your account is ready."), mark: "check", actions: [signIn] }),
  };
}
