// A search field above a long table hides the rows that do not hold all of its words.
"use strict";
(() => {
  const bar = document.querySelector(".table-filter");
  const table = document.querySelector("table.study-table.register");
  if (!bar || !table) return;
  const field = bar.querySelector("input");
  const told = bar.querySelector("output");
  const rows = Array.from(table.tBodies[0].rows);
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const show = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !words.every((word) => texts[i].includes(word));
      shown += row.hidden ? 0 : 1;
    });
    told.textContent = `${shown} of ${rows.length} figures`;
  };
  field.addEventListener("input", show);
  bar.hidden = false;
  show();
})();
