/** Signing in, to go on where one was. */

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { toast } from "../notices.js";
import { field, makeForm } from "../parts/forms.js";
import { go, local } from "../router.js";
import { signIn } from "../session.js";

/** @param {import("../router.js").Context} context */
export default async function signInView({ query }) {
  const next = local(query.get("next") ?? "/");
  const form = makeForm({
    label: t("Sign in"),
    fields: [
      field({
        name: "username",
        label: t("User name"),
        attributes: { required: true, autocomplete: "username", autocapitalize: "none", spellcheck: "false" },
      }),
      field({
        name: "password",
        label: t("Password"),
        type: "password",
        attributes: { required: true, autocomplete: "current-password" },
      }),
    ],
    button: t("Sign in"),
    also: [h("a", { href: "/password/reset" }, t("Forgotten your password?"))],
    act: async ({ username, password }) => {
      await signIn(username, password);
      toast(t("You are signed in."));
      await go(next, { replace: true });
    },
  });
  const signUp = `/sign-up?next=${encodeURIComponent(next)}`;
  return {
    title: t("Sign in"),
    node: h(
      "div",
      { class: "narrow panel" },
      h("h1", null, t("Sign in")),
      h("p", { class: "soft" }, t("New here?"), " ", h("a", { href: signUp }, t("Make an account"))),
      form,
    ),
  };
}
