// A nominee chosen from the list of suggestions: save at once, so that the page comes back with what is known of them.
document.addEventListener("vd:chosen", (event) => {
  const button = document.getElementById("chon-nguoi");
  if (event.target.id === "nominee" && button) button.form.requestSubmit(button);
});
