// A grid of cells that says of each what it is: by a tip under the mouse and under the keyboard, and to a screen reader. One stop for the
// Tab key, arrows within, Enter opens. It is drawn anew only where something differs, so that nobody loses the place.

const tip = document.getElementById('tip');

function showTip(cell) {
  tip.textContent = cell.dataset.tip;
  tip.hidden = false;
  const place = cell.getBoundingClientRect();
  const own = tip.getBoundingClientRect();
  const left = Math.max(8, Math.min(place.left + place.width / 2 - own.width / 2, document.documentElement.clientWidth - own.width - 8));
  const above = place.top - own.height - 6;
  tip.style.left = `${left}px`;
  tip.style.top = `${above < 4 ? place.bottom + 6 : above}px`;
}

function hideTip() {
  tip.hidden = true;
}

document.addEventListener('scroll', hideTip, true);

export class Cells {
  #root;
  #drawn = '';
  #open;

  /** open is called with the key of a cell that was chosen. */
  constructor(root, label, columns, open) {
    this.#root = root;
    this.#open = open;
    root.className = 'cells';
    root.setAttribute('role', 'grid');
    this.shape(label, columns);
    root.addEventListener('click', event => this.#choose(event.target));
    root.addEventListener('keydown', event => this.#key(event));
    root.addEventListener('mouseover', event => event.target.dataset?.tip ? showTip(event.target) : hideTip());
    root.addEventListener('mouseleave', hideTip);
    root.addEventListener('focusin', event => event.target.dataset?.tip && showTip(event.target));
    root.addEventListener('focusout', hideTip);
  }

  /** What the grid is of, and how many cells are in a row. */
  shape(label, columns) {
    this.#root.setAttribute('aria-label', label);
    this.#root.style.setProperty('--columns', columns);
  }

  /** rows: [{label, note: [figure, unit], cells: [{key, kind, tip} or null]}]; chosen: the key of the cell that is shown elsewhere. */
  draw(rows, chosen) {
    const drawn = JSON.stringify([rows, chosen]);
    if (drawn === this.#drawn) {
      return;
    }
    this.#drawn = drawn;
    const focused = this.#root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.#root.replaceChildren(...rows.map(row => this.#row(row, chosen)));
    const all = this.#all();
    const stop = all.find(cell => cell.dataset.key === (focused ?? chosen)) ?? all[0];
    if (stop) {
      const told = !tip.hidden;
      stop.tabIndex = 0;
      if (focused) {
        stop.focus({preventScroll: true});
      }
      if (!told) {
        hideTip();
      }
    }
  }

  #row(row, chosen) {
    const line = document.createElement('div');
    line.setAttribute('role', 'row');
    line.className = 'cells-row';
    const label = document.createElement('span');
    label.setAttribute('role', 'rowheader');
    label.className = 'cells-label';
    label.textContent = row.label;
    line.append(label);
    for (const cell of row.cells) {
      const box = document.createElement('span');
      if (cell) {
        box.setAttribute('role', 'gridcell');
        box.className = `cell ${cell.kind}`;
        box.dataset.key = cell.key;
        box.dataset.tip = cell.tip;
        box.setAttribute('aria-label', cell.tip);
        box.tabIndex = -1;
        if (cell.key === chosen) {
          box.setAttribute('aria-selected', 'true');
        }
      } else {
        box.setAttribute('role', 'presentation');
      }
      line.append(box);
    }
    const note = document.createElement('span');
    note.setAttribute('role', 'gridcell');
    note.className = 'cells-note';
    if (row.note) {
      const unit = document.createElement('span');
      unit.className = 'unit';
      unit.textContent = `\u00a0${row.note[1]}`;
      note.append(row.note[0], unit);
    }
    line.append(note);
    return line;
  }

  #all() {
    return [...this.#root.querySelectorAll('[data-key]')];
  }

  #choose(cell) {
    if (cell.dataset?.key) {
      this.#move(cell);
      hideTip();
      this.#open(cell.dataset.key);
    }
  }

  #key(event) {
    const cell = event.target;
    if (!cell.dataset?.key) {
      return;
    }
    const line = [...cell.parentElement.children];
    const beside = (from, step) => from?.[step] ?? null;
    const column = line.indexOf(cell);
    const all = this.#all();
    const next = {
      ArrowLeft: () => all[all.indexOf(cell) - 1],
      ArrowRight: () => all[all.indexOf(cell) + 1],
      ArrowUp: () => nearest(beside(cell.parentElement, 'previousElementSibling'), column),
      ArrowDown: () => nearest(beside(cell.parentElement, 'nextElementSibling'), column),
      Home: () => line.find(other => other.dataset.key),
      End: () => line.findLast(other => other.dataset.key)
    }[event.key];
    if (next) {
      event.preventDefault();
      const to = next();
      if (to) {
        this.#move(to);
      }
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.#choose(cell);
    }
  }

  #move(cell) {
    this.#root.querySelectorAll('[tabindex="0"]').forEach(other => other.tabIndex = -1);
    cell.tabIndex = 0;
    cell.focus({preventScroll: false});
  }
}

/** The cell of a row that is in this column, or as near to it as there is one. */
function nearest(row, column) {
  if (!row) {
    return null;
  }
  const cells = [...row.children];
  const distance = cell => Math.abs(cells.indexOf(cell) - column);
  return cells.filter(cell => cell.dataset.key).reduce((best, cell) => best && distance(best) <= distance(cell) ? best : cell, null);
}
