/** Asking for a link by which a forgotten password can be replaced. */

import { h } from "../dom.js";
import { send } from "../http.js";
import { field, makeForm } from "../parts/forms.js";

export default async function forgotten() {
  const form = makeForm({
    label: "Forgotten password",
    fields: [
      field({ name: "email", label: "Email", type: "email", attributes: { required: true, autocomplete: "email" } }),
    ],
    button: "Send me a link",
    act: async (values, self) => {
      await send("POST", "/auth/users/reset_password/", { body: values });
      self.reset();
      return "If there is an account with this address, a mail with a link is on its way.";
    },
  });
  return {
    title: "Forgotten password",
    node: h(
      "div",
      { class: "narrow panel" },
      h("h1", null, "Forgotten your password?"),
      h("p", { class: "soft" }, "We send you a link by which you can choose a new one."),
      form,
    ),
  };
}
