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

  // Colours are those of the style sheet, and so of a light or a dark page.
  function colourOf(ink) {
    return getComputedStyle(document.documentElement).getPropertyValue('--' + (ink === 'strong' ? 'ink' : ink)).trim();
  }

  function lookOf(line) {
    return {
      color: colourOf(line.ink),
      strokePattern: line.dash ? line.dash.split(' ').map(Number) : null,
      strokeWidth: line.width
    };
  }

  // From the start to the end of the run, each bin in its middle.
  function rowsOf(data) {
    function row(x, i) {
      return [x].concat(data.lines.map(function (line) { return i in line.values ? line.values[i] : null; }));
    }
    var bins = data.lines[0].values.length, rows = [row(0, -1)];
    for (var i = 0; i < bins; ++i) rows.push(row((i + 0.5) * data.bin_s, i));
    return rows.concat([row(bins * data.bin_s, -1)]);
  }

  function bandPainter(data) {
    return function (canvas, area, graph) {
      data.bands.forEach(function (band) {
        var left = graph.toDomXCoord(band.from), right = graph.toDomXCoord(band.until);
        canvas.globalAlpha = band.opacity;
        canvas.fillStyle = colourOf(band.ink);
        canvas.fillRect(left, area.y, Math.max(2, right - left), area.h);
        canvas.globalAlpha = 1;
      });
    };
  }

  function readout(data, x, points) {
    var numbers = points.map(function (point) {
      return point.name + ' ' + (point.yval === null || isNaN(point.yval) ? 'nothing' : +point.yval.toPrecision(4) + data.unit);
    });
    var bands = data.bands.filter(function (band) { return band.title && band.from <= x && x <= band.until; });
    return [x.toFixed(data.bin_s < 1 ? 2 : 1) + ' s: ' + numbers.join(', ')]
      .concat(bands.map(function (band) { return band.title; })).join('; ');
  }

  function draw(box, data, say) {
    var series = {}, names = data.lines.map(function (line) { return line.name; });
    data.lines.forEach(function (line) { series[line.name] = lookOf(line); });
    return new Dygraph(box, rowsOf(data), {
      labels: ['s'].concat(names), series: series, logscale: data.log, valueRange: data.range,
      legend: 'never', animatedZooms: false,
      axisLabelFontSize: 14, axisLabelColor: colourOf('muted'), gridLineColor: colourOf('rule'), axisLineColor: colourOf('rule'),
      rightGap: 48, connectSeparatedPoints: false, underlayCallback: bandPainter(data),
      axes: { x: { axisLabelFormatter: function (s) { return s + ' s'; } },
              y: { axisLabelWidth: 62, axisLabelFormatter: function (v) { return +v.toPrecision(3) + data.unit; } } },
      highlightCallback: function (_, x, points) { say(readout(data, x, points)); },
      unhighlightCallback: function () { say(''); }
    });
  }

  function numbersOf(figure) { return JSON.parse(figure.querySelector('script.zoom').textContent); }

  function zoomable(figure) {
    var data = numbersOf(figure);
    if (!data.lines.length || !data.lines[0].values.length) return;
    // The lanes under a picture are bands of the zoomed chart.
    var pictures = figure.querySelectorAll('.frame, .lane'), graph = null;
    var box = document.createElement('div'), hint = document.createElement('p');
    box.className = 'zoomed';
    box.setAttribute('role', 'img');
    box.setAttribute('aria-label', 'The chart, to be zoomed with a pointer; its numbers are in the table below');
    hint.className = 'note';
    box.hidden = hint.hidden = true;

    var shaded = data.bands.some(function (band) { return band.title; });

    function say(words) {
      hint.textContent = words || 'Drag over a stretch to zoom, double-click to see all of it again' +
        (shaded ? '; point at what is shaded to read what it was.' : '.');
    }
    var toggle = button('Zoom', function () {
      box.hidden = hint.hidden = !box.hidden;
      Array.prototype.forEach.call(pictures, function (picture) { picture.hidden = !box.hidden; });
      toggle.textContent = box.hidden ? 'Zoom' : 'Back to the picture';
      say('');
      if (!box.hidden && !graph) graph = draw(box, data, say);
    });
    figure.insertBefore(toggle, pictures[0]);
    figure.insertBefore(box, pictures[0]);
    figure.insertBefore(hint, pictures[0]);

    // A figure that is zoomed stays, and takes over what a newer one of the same lines shows.
    figure.takeOver = function (newer) {
      var next = numbersOf(newer), fresh = newer.querySelectorAll('.frame, .lane');
      if (box.hidden || !graph || namesOf(next) !== namesOf(data)) return false;
      data = next;
      graph.updateOptions({ file: rowsOf(data), valueRange: data.range, underlayCallback: bandPainter(data) });
      Array.prototype.forEach.call(fresh, function (picture) {
        picture.hidden = true;
        figure.insertBefore(picture, pictures[0]);
      });
      Array.prototype.forEach.call(pictures, function (picture) { picture.remove(); });
      pictures = fresh;
      figure.querySelector('figcaption').textContent = newer.querySelector('figcaption').textContent;
      return true;
    };
  }

  function namesOf(data) {
    return data.unit + data.lines.map(function (line) { return line.name; }).join('|');
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
      head.firstChild.title = 'Sort by this column';
    });
  }

  function enhance(root) {
    function each(selector, action) { Array.prototype.forEach.call(root.querySelectorAll(selector), action); }
    if (typeof Dygraph === 'function')
      each('script.zoom', function (data) { zoomable(data.closest('figure')); });
    each('table.sortable', sortable);
  }

  // Its legend measures letters with a style attribute, which the page's policy forbids; ours is part of the picture.
  if (typeof Dygraph === 'function')
    Dygraph.PLUGINS = Dygraph.PLUGINS.filter(function (plugin) { return plugin !== Dygraph.Plugins.Legend; });
  enhance(document);
  window.assayEnhance = enhance;  // for what comes later
})();
