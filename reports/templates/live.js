// Keeps the page of a run that goes on up to date, and sends what somebody asks of it. What was zoomed, opened, sorted or
// focused stays so.
(function () {
  'use strict';

  var link = document.getElementById('live-link'), said = document.getElementById('live-said');
  var token = new URLSearchParams(window.location.search).get('token');
  var query = token ? '&token=' + encodeURIComponent(token) : '';

  // Said anew only when it is something else: it is read aloud.
  function tell(words) {
    if (link.textContent !== words) link.textContent = words;
  }

  function all(root, selector) { return Array.prototype.slice.call(root.querySelectorAll(selector)); }

  function titleOf(part) {
    var head = part.querySelector('h3, summary, caption');
    return head ? head.textContent : '';
  }

  // The part of the same kind and title, which stands where the old one stood among those.
  function twin(old, fresh, selector, part) {
    function alike(root) {
      return all(root, selector).filter(function (other) { return titleOf(other) === titleOf(part); });
    }
    return alike(fresh)[alike(old).indexOf(part)];
  }

  // ---- what a reader has done to a part before a newer one takes its place

  function keepZoom(old, fresh) {
    all(old, 'figure').map(function (figure) {
      return { figure: figure, newer: twin(old, fresh, 'figure', figure) };
    }).forEach(function (pair) {
      var newer = pair.newer;
      if (newer && pair.figure.takeOver && newer.takeOver && pair.figure.takeOver(newer)) newer.replaceWith(pair.figure);
    });
  }

  function keepOpen(old, fresh) {
    all(old, 'details[open]').forEach(function (details) {
      var newer = twin(old, fresh, 'details', details);
      if (newer) newer.open = true;
    });
  }

  function keepOrder(old, fresh) {
    all(old, 'table.sortable').forEach(function (table) {
      var newer = twin(old, fresh, 'table.sortable', table);
      var sorted = all(table, 'th[aria-sort]')[0];
      if (!newer || !sorted) return;
      var button = newer.tHead.rows[0].cells[sorted.cellIndex].querySelector('button');
      button.click();
      if (sorted.getAttribute('aria-sort') === 'descending') button.click();
    });
  }

  var focusable = 'a, button, summary, [tabindex]';

  function focusIn(old) {
    var at = all(old, focusable).indexOf(document.activeElement);
    return at < 0 ? null : { at: at, words: document.activeElement.textContent };
  }

  function keepFocus(place, focus) {
    if (!focus) return;
    var there = all(place, focusable);
    var same = there[focus.at];
    if (!same || same.textContent !== focus.words)
      same = there.filter(function (other) { return other.textContent === focus.words; })[0];
    if (same) same.focus({ preventScroll: true });
  }

  function isBeingSelected(place) {
    var selection = window.getSelection();
    return selection && !selection.isCollapsed && place.contains(selection.anchorNode);
  }

  var held = {};  // by id: what came while its place was being selected

  function put(id, html) {
    var place = document.getElementById(id);
    if (!place) return;
    if (isBeingSelected(place)) { held[id] = html; return; }
    delete held[id];
    var fresh = document.createElement('div');
    fresh.innerHTML = html;
    window.assayEnhance(fresh);
    var focus = focusIn(place);
    keepOpen(place, fresh);
    keepOrder(place, fresh);
    keepZoom(place, fresh);
    place.replaceChildren.apply(place, Array.prototype.slice.call(fresh.childNodes));
    keepFocus(place, focus);
  }

  document.addEventListener('selectionchange', function () {
    Object.keys(held).forEach(function (id) { put(id, held[id]); });
  });

  // ---- what the server tells

  var ended = false;
  var events = new EventSource('/events?from=' + link.getAttribute('data-version') + query);
  events.addEventListener('fragments', function (event) {
    tell('Up to date.');
    JSON.parse(event.data).forEach(function (fragment) { put(fragment.id, fragment.html); });
  });
  events.addEventListener('end', function (event) {
    ended = true;
    events.close();
    tell(event.data);
  });
  events.onerror = function () {
    if (!ended) tell('No connection to the run: it has ended, or it will be found again.');
  };
  events.onopen = function () { tell('Up to date.'); };

  // ---- what somebody asks

  function ask(path) {
    fetch(path, { method: 'POST', headers: { Authorization: 'Bearer ' + token } }).then(function (answer) {
      return answer.text();
    }).then(function (words) { said.textContent = words; }, function () {
      said.textContent = 'The run did not answer.';
    });
  }

  // Asks once more before it does what cannot be taken back.
  function onSecondClick(button, question, action) {
    var words = button.textContent, timer = null;
    function rest() { clearTimeout(timer); timer = null; button.textContent = words; }
    button.addEventListener('click', function () {
      if (timer) { rest(); action(); return; }
      button.textContent = question;
      timer = setTimeout(rest, 10000);
    });
  }

  if (token) {
    document.getElementById('control').hidden = false;
    onSecondClick(document.getElementById('live-stop'), 'Click again to stop it', function () { ask('/stop'); });
    document.getElementById('live-extend').addEventListener('click', function () { ask('/extend'); });
  }
})();
