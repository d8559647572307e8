"use strict";
(() => {
  const figures = JSON.parse(document.getElementById("figures").textContent);
  const svgSpace = "http://www.w3.org/2000/svg";
  const japanese = document.documentElement.lang === "ja";
  const calendar = {timeZone: document.body.dataset.zone, month: japanese ? "numeric" : "short", day: "numeric", weekday: "short"};
  const written = (more) => new Intl.DateTimeFormat(japanese ? "ja" : "en-GB", {...calendar, ...more});
  const clock = written({hour: "2-digit", minute: "2-digit", hourCycle: "h23"}), day = written({year: "numeric"});
  const prefixes = {bytes: [1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]],
    bits: [1000, ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"]]};

  const digits = (value) => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
  const told = (value, unit) => {
    if (value === null) return "–";
    if (unit === "percent") return digits(value) + " %";
    if (!(unit in prefixes)) return digits(value);
    const [factor, names] = prefixes[unit];
    let place = 0;
    while (Math.abs(value) >= factor && place < names.length - 1) { value /= factor; place += 1; }
    return digits(value) + " " + names[place];
  };
  const made = (name, parent, text = "") => {
    const element = document.createElement(name);
    element.textContent = text;
    return parent.appendChild(element);
  };
  const drawn = (name, attributes, parent) => {
    const element = document.createElementNS(svgSpace, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return parent.appendChild(element);
  };

  for (const field of document.querySelectorAll(".field")) {
    const known = figures[field.dataset.graph];
    const tip = field.querySelector(".tip"), spoken = field.querySelector("[aria-live]");
    let at = known.points - 1, rule = null;

    const shown = () => [...field.querySelectorAll(":scope > svg")].find((each) => each.getClientRects().length);
    const hide = () => { tip.hidden = true; if (rule) rule.remove(); rule = null; };
    const show = (index, aloud) => {
      at = Math.max(0, Math.min(known.points - 1, index));
      const svg = shown(), {left, across, width, top, bottom} = svg.dataset;
      const x = +left + (at + 0.5) * across / known.points;
      if (rule) rule.remove();
      rule = drawn("line", {class: "rule", x1: x, x2: x, y1: top, y2: bottom}, svg);
      const when = (known.step < 86400 ? clock : day).format(new Date((known.start + at * known.step) * 1000));
      const values = known.values.map((each) => told(each[at], known.unit));
      tip.replaceChildren();
      made("b", tip, when);
      known.labels.forEach((label, place) => {
        const line = made("span", tip);
        const key = drawn("svg", {class: "tg key", viewBox: "0 0 10 10", width: 10, height: 10}, line);
        drawn("rect", {class: "stack c" + known.colours[place], width: 10, height: 10, rx: 2}, key);
        made("em", line, label);
        made("i", line, values[place]);
      });
      tip.hidden = false;
      const share = x / width, room = field.clientWidth;
      const beside = share < 0.5 ? share * room + 14 : share * room - tip.offsetWidth - 14;
      tip.style.left = Math.max(0, Math.min(room - tip.offsetWidth, beside)) + "px";
      if (aloud) spoken.textContent = when + ": " + known.labels.map((label, place) => label + " " + values[place]).join(", ");
    };
    const follow = (event) => {
      const svg = shown(), {left, across, width} = svg.dataset, seen = svg.getBoundingClientRect();
      const x = (event.clientX - seen.left) / seen.width * width - left;
      if (x < 0 || x >= +across) hide(); else show(Math.floor(x / across * known.points), false);
    };
    field.addEventListener("pointermove", follow);
    field.addEventListener("pointerdown", follow);
    field.addEventListener("pointerleave", hide);
    field.addEventListener("blur", hide);
    field.addEventListener("keydown", (event) => {
      const steps = {ArrowLeft: -1, ArrowRight: 1, PageUp: -24, PageDown: 24, Home: -known.points, End: known.points};
      if (event.key === "Escape") hide();
      if (!(event.key in steps)) return;
      event.preventDefault();
      show(tip.hidden && Math.abs(steps[event.key]) === 1 ? at : at + steps[event.key], true);
    });
  }
})();
