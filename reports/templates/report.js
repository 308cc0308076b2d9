// Adds what a page can do without: zooming into charts over time, and sorting of tables. Nothing is fetched.
(function () {
  'use strict';

  function button(words, action) {
    var made = document.createElement('button');
    made.type = 'button';
    made.textContent = words;
    made.addEventListener('click', action);
    return made;
  }

  // ---- zooming: the numbers stand beside the picture as JSON

  var dashes = [null, [7, 3], [2, 3]];

  function lookOf(name) {
    var candidate = /^candidate|started/.test(name), baseline = /^baseline|completed/.test(name);
    return {
      color: candidate ? '#c04a00' : baseline ? '#0072b2' : '#6e7781',
      strokePattern: candidate ? dashes[1] : dashes[0],
      strokeWidth: /p99/.test(name) ? 2.2 : /p50/.test(name) ? 1 : 1.6
    };
  }

  function rowsOf(data) {
    return data.lines[0].values.map(function (_, i) {
      return [(i + 0.5) * data.bin_s].concat(data.lines.map(function (line) { return line.values[i]; }));
    });
  }

  function readout(data, x, points) {
    return x.toFixed(data.bin_s < 1 ? 1 : 0) + ' s: ' + points.map(function (point) {
      return point.name + ' ' + (point.yval === null || isNaN(point.yval) ? 'nothing' : point.yval.toPrecision(4) + data.unit);
    }).join(', ');
  }

  function zoomable(figure) {
    var data = JSON.parse(figure.querySelector('script.zoom').textContent);
    if (!data.lines.length || !data.lines[0].values.length) return;
    var picture = figure.querySelector('.frame'), graph = null;
    var box = document.createElement('div'), hint = document.createElement('p');
    box.className = 'zoomed';
    hint.className = 'note';
    box.hidden = hint.hidden = true;
    hint.setAttribute('aria-live', 'polite');
    var rest = 'Drag over a stretch to zoom, double-click to see all of it again.';

    function draw() {
      var series = {};
      data.lines.forEach(function (line) { series[line.name] = lookOf(line.name); });
      graph = new Dygraph(box, rowsOf(data), {
        labels: ['s'].concat(data.lines.map(function (line) { return line.name; })),
        series: series, logscale: data.log, legend: 'never', animatedZooms: false, includeZero: !data.log,
        axisLabelFontSize: 14, gridLineColor: '#d0d7de', connectSeparatedPoints: false,
        axes: { x: { axisLabelFormatter: function (s) { return s + ' s'; } },
                y: { axisLabelWidth: 70, axisLabelFormatter: function (v) { return +v.toPrecision(3) + ' ' + data.unit; } } },
        highlightCallback: function (_, x, points) { hint.textContent = readout(data, x, points); },
        unhighlightCallback: function () { hint.textContent = rest; }
      });
    }

    var toggle = button('Zoom', function () {
      box.hidden = hint.hidden = !box.hidden;
      picture.hidden = !box.hidden;
      toggle.textContent = box.hidden ? 'Zoom' : 'Back to the picture';
      hint.textContent = rest;
      if (!box.hidden && !graph) draw();
    });
    figure.insertBefore(toggle, picture);
    figure.insertBefore(box, picture);
    figure.insertBefore(hint, picture);
  }

  // ---- sorting: numbers by what stands in data-v, everything else by its text

  function keyOf(row, column) {
    var cell = row.cells[column];
    return cell.hasAttribute('data-v') ? parseFloat(cell.getAttribute('data-v')) : cell.textContent.trim();
  }

  function compare(a, b) {
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    return String(a).localeCompare(String(b));
  }

  function sortable(table) {
    var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
    heads.forEach(function (head, column) {
      var words = head.textContent;
      head.textContent = '';
      head.appendChild(button(words, function () {
        var down = head.getAttribute('aria-sort') === 'ascending';
        heads.forEach(function (other) { other.removeAttribute('aria-sort'); });
        head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        Array.prototype.slice.call(table.tBodies[0].rows)
          .sort(function (a, b) { return (down ? -1 : 1) * compare(keyOf(a, column), keyOf(b, column)); })
          .forEach(function (row) { table.tBodies[0].appendChild(row); });
      }));
    });
  }

  function each(selector, action) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), action);
  }
  if (typeof Dygraph === 'function') {
    // Its legend measures letters with a style attribute, which the page's policy forbids; ours is part of the picture.
    Dygraph.PLUGINS = Dygraph.PLUGINS.filter(function (plugin) { return plugin !== Dygraph.Plugins.Legend; });
    each('script.zoom', function (data) { zoomable(data.closest('figure')); });
  }
  each('table.sortable', sortable);
})();
