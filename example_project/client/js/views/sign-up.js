/** Making an account. */

import { h } from "../dom.js";
import { ApiError, send } from "../http.js";
import { t } from "../i18n.js";
import { toast } from "../notices.js";
import { field, makeForm } from "../parts/forms.js";
import { go, local } from "../router.js";
import { signIn } from "../session.js";

/** @param {import("../router.js").Context} context */
export default async function signUp({ query }) {
  const next = local(query.get("next") ?? "/");
  const form = makeForm({
    label: t("Make an account"),
    fields: [
      h(
        "div",
        { class: "two" },
        field({
          name: "first_name",
          label: t("First name"),
          attributes: { autocomplete: "given-name", maxlength: 150 },
        }),
        field({
          name: "last_name",
          label: t("Last name"),
          attributes: { autocomplete: "family-name", maxlength: 150 },
        }),
      ),
      field({
        name: "email",
        label: t("Email"),
        type: "email",
        attributes: { required: true, autocomplete: "email", maxlength: 254 },
      }),
      field({
        name: "username",
        label: t("User name"),
        hint: t("Letters, digits and @ . + - _"),
        attributes: {
          required: true,
          autocomplete: "username",
          autocapitalize: "none",
          spellcheck: "false",
          maxlength: 150,
        },
      }),
      field({
        name: "password",
        label: t("Password"),
        type: "password",
        hint: t("Eight characters or more, and none that everybody uses."),
        attributes: { required: true, autocomplete: "new-password" },
      }),
    ],
    button: t("Make the account"),
    act: async (values) => {
      await send("POST", "/auth/users/", { body: values });
      try {
        await signIn(values.username, values.password);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 401) throw error;
        return t("Your account is made. Please follow the link in the mail that we sent you.");
      }
      toast(t("Welcome! Your account is ready."));
      await go(next, { replace: true });
      return undefined;
    },
  });
  const signInAddress = `/sign-in?next=${encodeURIComponent(next)}`;
  return {
    title: t("Make an account"),
    node: h(
      "div",
      { class: "narrow panel" },
      h("h1", null, t("Make an account")),
      h("p", { class: "soft" }, t("You have one?"), " ", h("a", { href: signInAddress }, t("Sign in"))),
      form,
    ),
  };
}
