/** Making an account. */

import { h } from "../dom.js";
import { ApiError, send } from "../http.js";
import { toast } from "../notices.js";
import { field, makeForm } from "../parts/forms.js";
import { go, local } from "../router.js";
import { signIn } from "../session.js";

/** @param {import("../router.js").Context} context */
export default async function signUp({ query }) {
  const next = local(query.get("next") ?? "/");
  const form = makeForm({
    label: "Make an account",
    fields: [
      h(
        "div",
        { class: "two" },
        field({ name: "first_name", label: "First name", attributes: { autocomplete: "given-name", maxlength: 150 } }),
        field({ name: "last_name", label: "Last name", attributes: { autocomplete: "family-name", maxlength: 150 } }),
      ),
      field({
        name: "email",
        label: "Email",
        type: "email",
        attributes: { required: true, autocomplete: "email", maxlength: 254 },
      }),
      field({
        name: "username",
        label: "User name",
        hint: "Letters, digits and @ . + - _",
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
        label: "Password",
        type: "password",
        hint: "Eight characters or more, and none that everybody uses.",
        attributes: { required: true, autocomplete: "new-password" },
      }),
    ],
    button: "Make the account",
    act: async (values) => {
      await send("POST", "/auth/users/", { body: values });
      try {
        await signIn(values.username, values.password);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 401) throw error;
        return "Your account is made. Please follow the link in the mail that we sent you.";
      }
      toast("Welcome! Your account is ready.");
      await go(next, { replace: true });
      return undefined;
    },
  });
  const signInAddress = `/sign-in?next=${encodeURIComponent(next)}`;
  return {
    title: "Make an account",
    node: h(
      "div",
      { class: "narrow panel" },
      h("h1", null, "Make an account"),
      h("p", { class: "soft" }, "You have one? ", h("a", { href: signInAddress }, "Sign in"), "."),
      form,
    ),
  };
}
