"use strict";
/* Pictures that move: a window steps over the image. Every number comes from the page; nothing is computed here. */
(() => {
  const make = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes))
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== false) node.setAttribute(name, value === true ? "" : value);
    node.append(...children);
    return node;
  };
  const numbers = rows => rows.map(row => row.split(" "));
  const list = rows => rows.flat();
  const words = (items, last) => items.length > 1 ? `${items.slice(0, -1).join(", ")} ${last} ${items.at(-1)}` : items[0];
  let count = 0;

  class Explorer {
    constructor(host) {
      this.host = host;
      this.data = JSON.parse(host.querySelector("script").textContent);
      this.position = this.data.sliders.map(() => 0);
      this.at = 0;
      this.id = `explorer-${++count}`;
      this.stage = make("div", {class: "stage"});
      this.sum = make("p", {class: "sum"});
      this.said = make("p", {class: "said", "aria-live": "polite"});
      const moving = make("div", {class: "moving", role: "group", "aria-label": "Picture that moves"},
        this.controls(), this.stage, this.sum, this.said);
      host.querySelectorAll(".still").forEach(still => still.remove());
      host.append(moving);
      this.show();
      addEventListener("resize", () => this.reach());
    }

    controls() {
      const box = make("div", {class: "controls"});
      this.data.sliders.forEach(([name, values], slider) => {
        if (values.length < 2) return;
        const id = `${this.id}-${slider}`;
        const label = make("label", {for: id}, name);
        if (values.every(value => /^-?\d+$/.test(value))) {
          const output = make("output", {for: id}, values[0]);
          const input = make("input", {id, type: "range", min: 0, max: values.length - 1, value: 0, step: 1,
            "aria-valuetext": values[0], oninput: () => {
              output.textContent = values[input.value];
              input.setAttribute("aria-valuetext", values[input.value]);
              this.choose(slider, +input.value);
            }});
          box.append(make("div", {class: "control"}, label, input, output));
        } else if (values.join() === "no,yes") {
          const input = make("input", {id, type: "checkbox", onchange: () => this.choose(slider, +input.checked)});
          box.append(make("div", {class: "control"}, input, label));
        } else {
          const select = make("select", {id, onchange: () => this.choose(slider, select.selectedIndex)},
            ...values.map(value => make("option", {}, value)));
          box.append(make("div", {class: "control"}, label, select));
        }
      });
      this.play = make("button", {type: "button", onclick: () => this.toggle()}, "Play");
      box.append(make("div", {class: "steps-of-window"},
        make("button", {type: "button", onclick: () => this.step(-1)}, "Previous window"),
        make("button", {type: "button", onclick: () => this.step(1)}, "Next window"), this.play));
      return box;
    }

    choose(slider, value) {
      this.position[slider] = value;
      this.at = 0;
      this.show();
    }

    step(by) {
      if (!this.shifts) return;
      this.at = (this.at + by + this.shifts.length) % this.shifts.length;
      this.select();
    }

    toggle() {
      clearInterval(this.timer);
      this.timer = this.timer ? null : setInterval(() => this.step(1), 1100);
      this.play.textContent = this.timer ? "Pause" : "Play";
      this.said.setAttribute("aria-live", this.timer ? "off" : "polite");
    }

    /** Lay the arrays out for a position of the sliders. */
    show() {
      const frame = this.data.frames[this.position.join()];
      this.stage.replaceChildren();
      if (frame.problem) {
        this.shifts = null;
        this.sum.replaceChildren();
        this.said.textContent = `There is no output here: ${frame.problem}.`;
        return;
      }
      [this.image, this.kernel] = frame.arrays.map(number => numbers(this.data.arrays[number]));
      this.output = numbers(frame.output);
      [this.patterns, this.which, this.shifts] = [frame.patterns, frame.which, frame.shifts];
      const [top, left, bottom, right] = frame.around;
      const [rows, columns] = [this.image.length, this.image[0].length];
      this.width = left + columns + right;
      const inside = (row, column) => row >= top && column >= left && row < top + rows && column < left + columns;
      this.entries = [];
      for (let row = 0; row < top + rows + bottom; row++)
        for (let column = 0; column < this.width; column++)
          this.entries.push(inside(row, column)
            ? {text: this.image[row - top][column - left], role: "", place: `${row - top}, ${column - left}`}
            : {text: "0", role: "outside", place: ""});
      this.cells = this.table("input", this.width, this.entries);
      this.stage.append(make("span", {class: "sign", "aria-hidden": "true"}, "⊙"));
      this.table("kernel", this.kernel[0].length, list(this.kernel).map(text => ({text, role: ""})));
      this.stage.append(make("span", {class: "sign", "aria-hidden": "true"}, "Σ →"));
      this.buttons = this.grid();
      this.more();
      this.select();
      this.reach();
    }

    /** What scrolls is reached by the keyboard. */
    reach() {
      for (const box of this.stage.querySelectorAll(".array"))
        box.scrollWidth > box.clientWidth ? box.setAttribute("tabindex", "0") : box.removeAttribute("tabindex");
    }

    table(title, width, entries) {
      const cells = entries.map(entry => make("td", {class: entry.role}, entry.text));
      const body = make("tbody");
      for (let start = 0; start < cells.length; start += width)
        body.append(make("tr", {}, ...cells.slice(start, start + width)));
      this.stage.append(make("div", {class: "array", role: "group", "aria-label": title},
        make("table", {class: "cells"}, make("caption", {}, title), body)));
      return cells;
    }

    /** The output, an entry a button; one of them is reached by the tab key, the others by arrows. */
    grid() {
      const width = this.output[0].length;
      const buttons = list(this.output).map((text, at) => make("button", {
        type: "button", class: "cell",
        "aria-label": `output ${this.place(at)}: ${text}`,
        onclick: () => { this.at = at; this.select(); },
        onkeydown: event => this.key(event),
      }, text));
      this.stage.append(make("div", {class: "array", role: "group", "aria-label": "output"},
        make("p", {class: "title", "aria-hidden": "true"}, "output"),
        make("div", {class: "outputs", style: `grid-template-columns: repeat(${width}, auto)`}, ...buttons)));
      return buttons;
    }

    place(at) {
      const width = this.output[0].length;
      return this.output.length > 1 ? `${Math.floor(at / width)}, ${at % width}` : `${at}`;
    }

    key(event) {
      const width = this.output[0].length;
      const by = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -width, ArrowDown: width}[event.key];
      const to = event.key === "Home" ? 0 : event.key === "End" ? this.shifts.length - 1 : this.at + by;
      if (!(to >= 0 && to < this.shifts.length)) return;
      event.preventDefault();
      this.at = to;
      this.select();
      this.buttons[to].focus();
    }

    /** For each entry of the kernel the place that meets it in an output, or null. */
    meeting(at) {
      const pattern = this.patterns[this.which ? this.which[at] : 0];
      return pattern.map(cell => cell === null ? null : cell + this.shifts[at]);
    }

    /** The same as a matrix, where the page asks for one: windows as columns, or the operation itself. */
    more() {
      this.columns = this.rows = null;
      const all = this.shifts.map((_, at) => this.meeting(at));
      if (this.host.classList.contains("im2col")) {
        const taps = list(this.kernel).map((_, tap) => all.map(met => met[tap] === null ? "0" : this.entries[met[tap]].text));
        this.columns = this.table("the windows as columns", all.length, taps.flat().map(text => ({text, role: ""})));
      }
      if (this.host.classList.contains("toeplitz")) {
        const kernel = list(this.kernel);
        const of = this.entries.map((entry, cell) => entry.role ? -1 : cell).filter(cell => cell >= 0);
        const cells = all.flatMap(met => of.map(cell => {
          const tap = met.indexOf(cell);
          return tap < 0 ? {text: "0", role: "outside"} : {text: kernel[tap], role: ""};
        }));
        this.rows = this.table("the matrix of the operation", of.length, cells);
        this.row = of.length;
      }
    }

    select() {
      const kernel = list(this.kernel);
      const met = this.meeting(this.at);
      this.cells.forEach((cell, n) => {
        const tap = met.indexOf(n);
        cell.classList.toggle("window", tap >= 0);
        cell.replaceChildren(this.entries[n].text,
          ...(tap >= 0 ? [make("small", {}, `×${kernel[tap]}`)] : []));
      });
      this.buttons.forEach((button, at) => {
        button.setAttribute("aria-pressed", at === this.at);
        button.tabIndex = at === this.at ? 0 : -1;
      });
      this.columns?.forEach((cell, n) => cell.classList.toggle("window", n % this.shifts.length === this.at));
      this.rows?.forEach((cell, n) => cell.classList.toggle("chosen", Math.floor(n / this.row) === this.at));
      const pairs = met.map((cell, tap) => cell === null ? null : [this.entries[cell].text, kernel[tap]]).filter(Boolean);
      const value = list(this.output)[this.at];
      const product = ([a, k]) => this.data.products[`${a}·${k}`] ?? "0";
      const signed = text => text.startsWith("−") ? `(${text})` : text;
      const terms = pairs.map(([a, k]) => `${signed(a)}·${signed(k)}`).join(" + ");
      const values = pairs.map(pair => signed(product(pair))).join(" + ");
      this.sum.replaceChildren(...(pairs.length
        ? [terms, make("br"), pairs.length > 1 ? `= ${values} = ` : "= ", make("strong", {}, value)]
        : ["no entries meet: ", make("strong", {}, "0")]));
      this.said.textContent = pairs.length
        ? `Output ${this.place(this.at)}: the window ${words(pairs.map(([a]) => a), "and")} times the kernel's ` +
          `${words(pairs.map(([, k]) => k), "and")}; the products ${words(pairs.map(product), "and")}; their sum ${value}.`
        : `Output ${this.place(this.at)}: no entries meet; the sum is 0.`;
    }
  }

  document.querySelectorAll(".explorer").forEach(host => new Explorer(host));
})();
