/* A map to choose a point on: the page around gets it, and may show one. Works by finger, mouse and keyboard. */
mapFrame.pick = function (map, facts) {
  "use strict";
  var marker = null;

  function pin() {
    var svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), use = document.createElementNS(svg.namespaceURI, "use");
    svg.setAttribute("viewBox", "0 0 44 48");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", "#pin");
    use.setAttribute("class", "body");
    svg.appendChild(use);
    return L.divIcon({ className: "pin chosen", html: svg, iconSize: [44, 48], iconAnchor: [22, 46] });
  }

  function tell(at) {
    if (window.parent !== window) window.parent.postMessage({ chosen: [at.lat, at.lng] }, location.origin);
  }

  function show(at) {
    if (marker) { marker.setLatLng(at); return; }
    marker = L.marker(at, { icon: pin(), draggable: true, autoPan: true, title: facts.here }).addTo(map);
    marker.on("dragend", function () { choose(marker.getLatLng()); });
  }

  function choose(at) {
    var rounded = L.latLng(Number(at.lat.toFixed(6)), Number(at.lng.toFixed(6)));
    show(rounded);
    tell(rounded);
  }

  function addButton() {
    var control = L.control({ position: "bottomleft" });
    control.onAdd = function () {
      var button = L.DomUtil.create("button", "put");
      button.type = "button";
      button.textContent = facts.put;
      L.DomEvent.disableClickPropagation(button);
      button.addEventListener("click", function () { choose(map.getCenter()); });
      return button;
    };
    control.addTo(map);
    L.DomUtil.create("div", "cross", map.getContainer());
  }

  if (facts.point) show(facts.point);
  addButton();
  map.on("click", function (event) { choose(event.latlng); });
  window.addEventListener("message", function (event) {
    var at = event.origin === location.origin && event.data && event.data.shown;
    if (!Array.isArray(at) || at.length !== 2 || !at.every(isFinite)) return;
    show(at);
    map.setView(at, Math.max(map.getZoom(), 15));
  });
};
