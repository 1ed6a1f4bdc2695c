/* The map frame: what Folium does not draw. Text from the directory only ever becomes text nodes, never HTML. */
"use strict";
var mapFrame = (function () {
  var SVG = "http://www.w3.org/2000/svg";
  var SUBJECTS = ["phap-ly", "y-te", "tam-ly", "viec-lam", "an-toan", "khac"];
  var words = {};
  var mayMove = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  function element(tag, className, text) {
    var made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function drawn(tag, attributes, parent) {
    var made = document.createElementNS(SVG, tag);
    Object.keys(attributes).forEach(function (name) { made.setAttribute(name, attributes[name]); });
    if (parent) parent.appendChild(made);
    return made;
  }

  function subjectOf(name) { return SUBJECTS.indexOf(name) < 0 ? "khac" : name; }

  /* Base map: an outline below the tiles with town names, and the archipelagos' names above the tiles. */

  function pane(map, name, zIndex) {
    var made = map.createPane(name);
    made.style.zIndex = zIndex;
    made.style.pointerEvents = "none";
    return name;
  }

  function drawBase(map, facts) {
    pane(map, "outline", 150);
    pane(map, "towns", 160);
    pane(map, "archipelagos", 450);
    fetch(facts.base).then(function (answer) { return answer.json(); }).then(function (base) {
      L.geoJSON(base.outline, {
        pane: "outline",
        renderer: L.svg({ pane: "outline", padding: 0.6 }),
        interactive: false,
        attribution: facts.attribution,
        style: function (feature) {
          return { className: feature.properties.iso === "VNM" ? "land home" : "land", weight: 1 };
        }
      }).addTo(map);
      var names = base.labels.map(nameOnMap);
      var place = function () { placeNames(map, names); };
      map.on("zoomend", place);
      place();
    });
  }

  function nameOnMap(row) {
    var isTown = row[0] === "town";
    var icon = L.divIcon({ className: isTown ? "town" : "archipelago", html: element("span", "", row[1]), iconSize: null });
    return {
      isTown: isTown, fromZoom: row[4], width: 14 + row[1].length * 7,
      marker: L.marker([row[2], row[3]], {
        pane: isTown ? "towns" : "archipelagos", icon: icon, interactive: false, keyboard: false
      })
    };
  }

  /* The room that a name takes, right or left of its dot; an archipelago's name stands on its point, in three lines. */
  function roomOf(name, at, isLeft) {
    if (!name.isTown) return { left: at.x - 38, right: at.x + 38, top: at.y - 23, bottom: at.y + 23 };
    var left = isLeft ? at.x - name.width : at.x - 4;
    return { left: left, right: left + name.width + 4, top: at.y - 8, bottom: at.y + 8 };
  }

  function isFree(room, taken) {
    return taken.every(function (other) {
      return room.left > other.right || other.left > room.right || room.top > other.bottom || other.top > room.bottom;
    });
  }

  /* Names come most important first; a town that finds no room on either side waits for a closer zoom. */
  function placeNames(map, names) {
    var zoom = map.getZoom(), taken = [];
    names.forEach(function (name) {
      var at = map.project(name.marker.getLatLng());
      var side = [false, true].filter(function (isLeft) { return isFree(roomOf(name, at, isLeft), taken); })[0];
      if (zoom < name.fromZoom || (name.isTown && side === undefined)) { name.marker.remove(); return; }
      taken.push(roomOf(name, at, side));
      name.marker.addTo(map).getElement().classList.toggle("left", side === true);
    });
  }

  /* Pins and clusters. */

  function pinIcon(subject, isWardPoint) {
    var box = isWardPoint ? "0 0 44 44" : "0 0 44 48";
    var svg = drawn("svg", { viewBox: box, "aria-hidden": "true", focusable: "false" });
    drawn("use", { href: isWardPoint ? "#ward-pin" : "#pin", "class": "body" }, svg);
    drawn("use", { href: "#icon-" + subject, x: 13, y: isWardPoint ? 13 : 10, width: 18, height: 18, "class": "icon" }, svg);
    return L.divIcon({
      className: "pin " + subject + (isWardPoint ? " ward" : ""), html: svg,
      iconSize: isWardPoint ? [44, 44] : [44, 48], iconAnchor: isWardPoint ? [22, 22] : [22, 46],
      popupAnchor: [0, isWardPoint ? -14 : -38]
    });
  }

  function popupContent(row) {
    var box = element("div", "place " + subjectOf(row[2]));
    box.appendChild(element("b", "", row[4]));
    if (row[6]) box.appendChild(element("span", "note", row[6]));
    if (row[3]) box.appendChild(element("span", "note", words.nearly));
    var link = element("a", "open", words.open);
    link.href = row[5];
    link.target = "_top";
    box.appendChild(link);
    return box;
  }

  function markerOf(row) {
    var subject = subjectOf(row[2]);
    var marker = L.marker([row[0], row[1]], { icon: pinIcon(subject, row[3]), subject: subject, riseOnHover: true });
    marker.bindPopup(function () { return popupContent(row); }, { maxWidth: 250, minWidth: 180, autoPanPaddingTopLeft: [8, 8], autoPanPaddingBottomRight: [60, 8] });
    marker.on("add", function () { marker.getElement().setAttribute("aria-label", row[4]); });
    return marker;
  }

  function pin(clusters, rows) { clusters.addLayers(rows.map(markerOf)); }

  /* A calm ring that shows which subjects are inside, and in what proportion. */
  function clusterIcon(cluster) {
    var children = cluster.getAllChildMarkers(), counts = {}, done = 0;
    children.forEach(function (marker) {
      counts[marker.options.subject] = (counts[marker.options.subject] || 0) + 1;
    });
    var svg = drawn("svg", { viewBox: "0 0 44 44", "aria-hidden": "true", focusable: "false" });
    drawn("circle", { cx: 22, cy: 22, r: 19.5, "class": "plate" }, svg);
    SUBJECTS.forEach(function (subject) {
      if (!counts[subject]) return;
      var share = 100 * counts[subject] / children.length;
      drawn("circle", {
        cx: 22, cy: 22, r: 15.9155, "class": "share " + subject,
        "stroke-dasharray": share + " " + (100 - share), "stroke-dashoffset": 25 - done
      }, svg);
      done += share;
    });
    var box = element("div");
    box.appendChild(svg);
    box.appendChild(element("b", "", String(children.length)));
    box.appendChild(element("span", "unseen", " " + words.places));
    return L.divIcon({ className: "cluster", html: box, iconSize: [44, 44] });
  }

  /* Controls, the visitor's position, keyboard and focus. */

  function addControls(map, facts) {
    L.control.zoom({ position: "topright", zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    L.control.attribution({ prefix: false }).addTo(map);
    L.control.scale({ imperial: false, maxWidth: 90 }).addTo(map);
    map.getContainer().setAttribute("role", "region");
    map.getContainer().setAttribute("aria-label", words.map);
    map.setMaxBounds(facts.drawnArea);
  }

  function drawPosition(map, facts) {
    if (!facts.position) return;
    L.circle(facts.position, { radius: facts.accuracy, className: "accuracy", interactive: false, weight: 1 }).addTo(map);
    var dot = L.divIcon({ className: "here", html: element("span", "unseen", words.here), iconSize: [58, 58] });
    L.marker(facts.position, { icon: dot, keyboard: false, interactive: false, zIndexOffset: -1000 }).addTo(map);
  }

  function followFocus(map) {
    map.on("popupopen", function (event) {
      var box = event.popup.getElement(), close = box.querySelector(".leaflet-popup-close-button");
      if (close) close.setAttribute("aria-label", words.close);
      (box.querySelector("a.open") || close).focus({ preventScroll: true });
    });
    // Leaflet hears Escape only while the map itself has the focus.
    map.getContainer().addEventListener("keydown", function (event) {
      if (event.key === "Escape") map.closePopup();
    });
    map.on("popupclose", function (event) {
      var source = event.popup._source, icon = source && source.getElement && source.getElement();
      if (icon) icon.focus({ preventScroll: true });
    });
  }

  /* The page around leaves fast when Shift is pressed three times; keys pressed in the frame must count, too. */
  function passKeysOn() {
    if (window.parent === window) return;
    document.addEventListener("keyup", function (event) {
      window.parent.document.dispatchEvent(new KeyboardEvent("keyup", { key: event.key }));
    });
  }

  /* A tile that had no turn is asked for again, later each time; what fails twice is said, until a tile comes. */
  function askAgain(event) {
    var tile = event.tile;
    tile.failures = (tile.failures || 0) + 1;
    if (tile.failures > 1) document.getElementById("tiles-notice").hidden = false;
    if (tile.failures > 4) return;
    setTimeout(function () {
      if (tile.parentNode) tile.src = tile.src;
    }, 500 * Math.pow(2, tile.failures));
  }

  function admitFailure(map) {
    map.on("layeradd", function (event) {
      if (!(event.layer instanceof L.TileLayer)) return;
      event.layer.on("tileerror", askAgain);
      event.layer.on("tileload", function () { document.getElementById("tiles-notice").hidden = true; });
    });
  }

  function furnish(map, facts) {
    words = facts.words;
    drawBase(map, facts);
    addControls(map, facts);
    drawPosition(map, facts);
    followFocus(map);
    admitFailure(map);
    passKeysOn();
  }

  return { furnish: furnish, pin: pin, clusterIcon: clusterIcon, mayMove: mayMove };
})();
