// The letter beside the form shows at once what is typed. Without this the letter is shown again on the page where it is confirmed.

/** Puts what a field holds into the letter's tinted places of the same name; an empty field gives them back their own words. */
function fill(slot: string, value: string): void {
  for (const place of document.querySelectorAll<HTMLElement>(`[data-sheet] [data-slot="${slot}"]`)) {
    place.dataset.own ??= place.textContent ?? '';
    place.textContent = value.trim() === '' ? place.dataset.own : value.trim();
  }
}

for (const form of document.querySelectorAll<HTMLFormElement>('[data-fills]')) {
  for (const field of form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input[type="text"], textarea')) {
    fill(field.name, field.value);
    field.addEventListener('input', () => fill(field.name, field.value));
  }
}

// After a form came back with faults, readers of screens begin at the list of what to mend.
document.getElementById('errors')?.focus();
