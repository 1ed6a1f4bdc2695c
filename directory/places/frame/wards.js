/* Wards by how far each is from help: its border, else a disc at its point, larger and darker the farther it is. */
mapFrame.wards = function (map, facts) {
  "use strict";
  /* The radius of the disc in pixels; a ward that lacks something must be seen before one that does not. */
  var RADII = [6, 8, 10, 10];

  function content(row) {
    var box = document.createElement("div"), name = document.createElement("b"), note = document.createElement("span");
    box.className = "place gap-" + row[2];
    name.textContent = row[3];
    note.className = "note";
    note.textContent = row[4];
    box.appendChild(name);
    box.appendChild(note);
    return box;
  }

  function layerOf(row) {
    var options = { className: "ward gap-" + row[2], weight: 1.5 };
    if (row[5].length) return L.polygon(row[5], options);
    options.radius = RADII[row[2]];
    return L.circleMarker([row[0], row[1]], options);
  }

  /* Borders would cover the names of towns. */
  map.getPane("towns").style.zIndex = 420;
  facts.rows.forEach(function (row) {
    layerOf(row).bindPopup(function () { return content(row); }, { maxWidth: 260, minWidth: 160 }).addTo(map);
  });
};
