// Sends the form, shows the receipt, asks what became of a report, shows the office's messages and sends what is added.
// Nothing is kept in the browser but in this page's memory.
"use strict";
(function () {
  var at = function (id) { return document.getElementById(id); };
  var form = at("report"), ask = at("ask"), add = at("add");

  // Older browsers: the buttons stay off, and the page says so instead of failing without a word.
  if (!window.fetch || !window.Promise || !Object.assign || !window.crypto || !window.crypto.getRandomValues) {
    at("cannot").hidden = false;
    at("sending").textContent = "";
    at("leave").addEventListener("click", leave);
    return;
  }

  // The key under which a report is sent, and what was sent under it without an answer: it may have arrived all the same.
  var key = newKey(), unanswered = [];

  // By rule of the problem that the service answers; other rules get the general line.
  var TROUBLES = {
    empty: ["请先写下发生了什么事。", "Please write what happened first."],
    no_words: ["里面没有文字，我们看不懂。请用文字写。", "There are no words in it that we could read."],
    too_long: ["太长了，请分几次提交。", "This is too long; please send it in parts."],
    too_many: ["这个网络提交的次数太多了，请过一会儿再试，或拨打 12388。", "Too many from this network; please wait, or call 12388."],
    unsure: ["不知道有没有收到。请不要改动，再按一次“提交”，不会重复。一直不行，请拨打 12388。", "We cannot tell whether it arrived. Change nothing and press Send again; it is not taken twice. If this goes on, call 12388."],
    not_fetched: ["现在取不到回执码，请过一会儿再按一次。您先前写的没有丢。", "The code cannot be fetched right now; please press again later. What you wrote before is not lost."],
    rest: ["这是先前那份的回执码。上面现在写的还没有提交；要提交，请按“提交”。", "This code is of the earlier report. What stands in the form above has not been sent; to send it, press Send."],
    other: ["没有提交成功，您写的还在。请再按一次“提交”，或拨打 12388。", "It was not sent; what you wrote is still here. Press Send again, or call 12388."]
  };
  var ADDING = {
    empty: ["请先写下要补充的话。", "Please write what you want to add first."],
    unsure: ["不知道有没有收到。请不要改动，再按一次“提交补充”，不会重复。一直不行，请拨打 12388。", "We cannot tell whether it arrived. Change nothing and press Send this again; it is not taken twice. If this goes on, call 12388."],
    too_many_added: ["没有收下：用这个回执码，一小时里补充的次数太多了。您写的还在，请过一小时再按一次“提交补充”，有几段话就写在一起提交。急的话，请在上面另交一份举报并写上这个回执码，或拨打 12388。", "This was not taken: too much was added with this code in one hour. What you wrote is still here; press Send this again in an hour, all of it in one. If it cannot wait, send a new report above with this code in it, or call 12388."],
    arrived: ["您先前写的已经收到了。现在写的跟先前的不一样，还没有提交；要提交，请再按一次“提交补充”。", "What you wrote before has arrived. What stands here now differs from it and has not been sent; to send it, press Send this again."],
    other: ["没有提交成功，您写的还在。请再按一次“提交补充”，或拨打 12388。", "It was not sent; what you wrote is still here. Press Send this again, or call 12388."],
    done: ["收到了，会和先前的放在一起看。回执码还是原来那个。", "We have it; it is read together with what you sent before. Your code stays the same."],
    not_shown: ["现在看不了消息。请过一会儿再按“查问”。", "Messages cannot be shown right now. Please press Ask again later."]
  };
  var ANSWERS = {
    empty: ["请先写下回执码。", "Please write your code first."],
    not_found: ["没有找到这个回执码，请再对一遍。", "No report has this code; please compare it once more."],
    not_now: ["现在查不了。您的举报没有丢，请过一会儿再查。", "This cannot be looked up right now. Your report is not lost; please try again later."]
  };
  var STATES = {
    received: ["已收到。请留好回执码，过些日子再来查。", "Received. Please keep your code and look again later."],
    accepted: ["已受理。", "Accepted."],
    not_in_scope: ["不属于我们受理的范围，请向有关部门反映。", "Not within our scope; please turn to the body in charge."],
    in_progress: ["正在办理。", "Being handled."],
    concluded: ["已经办结。留了姓名和联系方式的，我们会答复您。", "Concluded. If you left your name and a way to reach you, we will answer you."],
    answered: ["已经办结。留了联系方式却没有收到答复的，请拨打 12388。", "Concluded. If you left a way to reach you and heard nothing, please call 12388."]
  };
  // While an answer is on its way: on a slow line whoever reads nothing takes the page for broken, and loads it anew.
  var WAITING = {
    sending: ["正在提交。网慢的时候要等一会儿，请不要关掉这一页。", "Sending. On a slow line this takes a while; please keep this page open."],
    fetching: ["正在取回执码，请等一会儿。", "Fetching the code; please wait."],
    asking: ["正在查，请等一会儿。", "Looking it up; please wait."]
  };
  // Beside the state, where the office has written something: who reads that it is concluded would not look for more.
  var BELOW = ["我们给您写了话，就在下面。", "We have written to you: it stands below."];
  // Why a report is not in scope, and before and behind where to turn.
  var REASONS = {
    courts: ["这件事要通过诉讼、仲裁或行政复议解决，请向", "提出。", "This is for a court, arbitration or review to decide; please turn to ", "."],
    other_body: ["这件事由其他机关负责，请向", "反映。", "Another body is in charge of this; please turn to ", "."]
  };
  var NO_SUBSTANCE = [
    "目前知道的情况还不够，我们暂时没法受理。您要是还知道时间、地点、人和经过，可以再写一份，也可以拨打 12388 说。不用为这个去向别人打听。",
    "What is known so far is not enough for us to go on. If you know more of when, where, who and what happened, write again or call 12388. You need not ask anybody for it."
  ];

  function standing(told) {
    var reason = REASONS[told.why];
    if (told.state !== "not_in_scope") { return STATES[told.state]; }
    if (told.why === "no_substance") { return NO_SUBSTANCE; }
    if (!reason || !told.where) { return STATES.not_in_scope; }
    return [reason[0] + told.where.zh + reason[1], reason[2] + told.where.en + reason[3]];
  }

  function newKey() {
    var bytes = new Uint8Array(16);
    window.crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
  }

  function tell(place, pair) {
    var english = document.createElement("span");
    english.lang = "en";
    english.textContent = pair[1];
    place.textContent = pair[0];
    place.appendChild(english);
    place.hidden = false;
  }

  // What went wrong, or well, in sight: with large letters it would stand below the edge of a small screen.
  function say(place, pair) {
    tell(place, pair);
    place.scrollIntoView({ block: "nearest" });
  }

  // A button that is off loses the keyboard, which would stand nowhere when "press again" is read: it comes back.
  function off(buttons, on) {
    buttons.forEach(function (id) {
      var button = at(id);
      if (on && button === document.activeElement) { button.held = true; }
      button.disabled = on;
      if (on || !button.held) { return; }
      button.held = false;
      if (document.activeElement === document.body) { button.focus({ preventScroll: true }); }
    });
  }

  // What a line of a kilobyte a second takes for it, and a minute more: where a connection is gone without a word, browsers
  // wait on for many minutes, and nothing could be pressed again.
  function longEnough(json) { return 60000 + 3 * json.length; }

  // The answer, always: status 0 where the connection was lost, or what came is not from the service.
  function post(address, json, headers) {
    var ending = window.AbortController ? new AbortController() : null, late;
    var asking = fetch(address, {
      method: "POST",
      headers: Object.assign({ "Content-Type": "application/json" }, headers || {}),
      body: json,
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: ending ? ending.signal : undefined
    });
    var tooLate = new Promise(function (_, lost) {
      late = setTimeout(function () { lost(); if (ending) { ending.abort(); } }, longEnough(json));
    });
    return Promise.race([answered(asking), tooLate]).then(function (told) { clearTimeout(late); return told; }, function () {
      clearTimeout(late);
      return { status: 0, told: {} };
    });
  }

  function answered(asking) {
    return asking.then(function (answer) {
      return answer.json().then(function (told) {
        return { status: answer.status, told: told || {} };
      }, function () {
        return { status: answer.status < 400 ? 0 : answer.status, told: {} };
      });
    });
  }

  // Without NUL and half characters, which come along with what is pasted: the service refuses them, and nobody sees them.
  function whole(text) {
    return text.replace(/\0/g, "").replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, function (sign) {
      return sign.length === 2 ? sign : "";
    });
  }

  function written(id) { return whole(at(id).value).trim(); }

  function bodyOfReport() {
    var body = { text: whole(at("text").value), channel: "web" };
    if (written("place")) { body.place = written("place"); }
    if (written("name") || written("contact")) {
      body.reporter = { name: written("name") || null, contact: written("contact") || null };
    }
    return body;
  }

  // Says what is waited for, or no longer. The place itself always stands there, so that it is heard when it is filled.
  function wait(place, pair) {
    if (pair) { tell(at(place), pair); } else { at(place).textContent = ""; }
  }

  // While an answer is on its way nothing can be changed: what is shown is what was sent.
  function working(on) {
    wait("sending", on);
    on = !!on;
    Array.prototype.forEach.call(form.elements, function (field) { field.readOnly = on; });
    off(["send", "fetch", "further"], on);
  }

  function offer(on) {
    at("arrived").hidden = !on;
    at("send").hidden = on;
  }

  function sendUnderKey(json) { return post("/v1/reports", json, { "Idempotency-Key": key }); }

  function showReceipt(receipt, all) {
    var code = at("code");
    if (code.textContent) {
      // The one before may not be written down yet: both stand there.
      var earlier = code.cloneNode(true);
      earlier.removeAttribute("id");
      at("earlier").insertBefore(earlier, at("later"));
      at("earlier").hidden = false;
    }
    code.textContent = "";
    receipt.split("-").forEach(function (group, number) {
      var part = document.createElement("b");
      part.textContent = (number ? "-" : "") + group;
      code.appendChild(part);
    });
    key = newKey();
    unanswered = [];
    // Whatever is not sent yet stays in the form.
    if (all) { form.reset(); form.hidden = at("rest").hidden = true; }
    // A second tap, meant for the button that sends, would clear what nobody has written down yet.
    at("again").disabled = true;
    setTimeout(function () { at("again").disabled = false; }, 3000);
    at("done").hidden = false;
    at("done").focus();
    // On a small screen focus alone shows the end of it, and a receipt without its first signs.
    at("done").scrollIntoView();
  }

  function submit() {
    var trouble = at("report-trouble"), json = JSON.stringify(bodyOfReport());
    trouble.hidden = true;
    if (!written("text")) { say(trouble, TROUBLES.empty); return; }
    working(WAITING.sending);
    // The same key again after a lost answer: the report is taken once, and the receipt is the same.
    sendUnderKey(json).then(function (got) {
      working(null);
      if (got.status === 202) {
        showReceipt(got.told.receipt, true);
      } else if (got.status === 409 && unanswered.length) {
        offer(true);
        at("fetch").focus();
      } else if (got.status < 400 || got.status >= 500) {
        if (unanswered.indexOf(json) < 0) { unanswered.push(json); }
        say(trouble, TROUBLES.unsure);
      } else {
        if (got.status === 409) { key = newKey(); }
        say(trouble, TROUBLES[{ 413: "too_long", 429: "too_many" }[got.status] || got.told.rule] || TROUBLES.other);
      }
    });
  }

  // The receipt of what arrived without an answer; then whether something else stands in the form. The key is taken, so
  // nothing sent under it becomes a second report: of several that went unanswered only the one that arrived gets 202.
  function fetchEarlier() {
    var trouble = at("report-trouble"), now = JSON.stringify(bodyOfReport()), arrived = "";
    trouble.hidden = true;
    working(WAITING.fetching);
    return unanswered.reduce(function (asked, json) {
      return asked.then(function (got) {
        if (got.status !== 409) { return got; }
        arrived = json;
        return sendUnderKey(json);
      });
    }, Promise.resolve({ status: 409 })).then(function (got) {
      working(null);
      if (got.status !== 202) {
        say(trouble, got.status === 429 ? TROUBLES.too_many : TROUBLES.not_fetched);
        return false;
      }
      offer(false);
      if (arrived !== now) { tell(at("rest"), TROUBLES.rest); }
      showReceipt(got.told.receipt, arrived === now);
      return arrived !== now;
    });
  }

  // The receipt that was asked about last. The key under which something is added to its report, and the receipt with which
  // something was sent under it without an answer. Each question has a number: an answer to an earlier one must not show
  // under a later.
  var asked = "", begunFor = "", addKey = newKey(), unsureOf = "", question = 0;

  // The messages shown, and what leads to those before them: it goes in the body, as the receipt does.
  var shown = [], further = "";

  // Chinese keyboards write signs of full width.
  function plain(receipt) {
    return (receipt.normalize ? receipt.normalize("NFKC") : receipt).replace(/[^0-9A-Za-z]/g, "").toUpperCase() || receipt;
  }

  function two(number) { return (number < 10 ? "0" : "") + number; }

  // The day and time in China, whatever the phone thinks where it is.
  function when(moment) {
    var then = new Date(Date.parse(moment) + 8 * 3600 * 1000);
    return then.getUTCFullYear() + "-" + two(then.getUTCMonth() + 1) + "-" + two(then.getUTCDate()) + " " +
      two(then.getUTCHours()) + ":" + two(then.getUTCMinutes());
  }

  function hideTalk() {
    asked = "";
    question += 1;
    at("below").hidden = at("talk").hidden = at("talk-none").hidden = at("talk-trouble").hidden = at("added").hidden = at("add-trouble").hidden = true;
    at("older").hidden = true;
    at("messages").textContent = "";
    shown = [];
    further = "";
  }

  // Older pages hold so many of either side, so that they belong between what is there.
  function inTime(messages) {
    return messages.map(function (message, place) { return { at: Date.parse(message.at), place: place, message: message }; })
      .sort(function (a, b) { return a.at - b.at || a.place - b.place; })
      .map(function (one) { return one.message; });
  }

  function showMessages(messages, cursor) {
    var list = at("messages"), ours = 0;
    list.textContent = "";
    shown = messages;
    further = cursor || "";
    // The button goes away under the keyboard, which goes on to what it brought.
    if (!further && document.activeElement === at("older")) { list.focus(); }
    at("older").hidden = !further;
    messages.forEach(function (message) {
      var line = document.createElement("li"), time = document.createElement("span"), mine = message.from === "you";
      time.className = "when";
      tell(time, [when(message.at) + (mine ? " 您补充过" : ""), mine ? "You added something" : "From the office"]);
      line.className = mine ? "mine" : "";
      line.appendChild(time);
      if (!mine) {
        ours += 1;
        line.appendChild(document.createTextNode(message.text));
      }
      list.appendChild(line);
    });
    at("talk-none").hidden = ours > 0;
    if (ours) { tell(at("below"), BELOW); }
  }

  // The newest messages; with a cursor those before the ones that are shown, which stay.
  function fetchMessages(cursor) {
    var receipt = asked, number = question, wanted = { receipt: receipt };
    if (!receipt) { return; }
    if (cursor) { wanted.cursor = cursor; }
    off(["older"], true);
    post("/v1/messages", JSON.stringify(wanted)).then(function (got) {
      off(["older"], false);
      if (number !== question || receipt !== asked || (cursor && cursor !== further)) { return; }
      var first = at("talk").hidden;
      at("talk").hidden = false;
      at("talk-trouble").hidden = true;
      if (got.status === 200 && Array.isArray(got.told.messages)) {
        showMessages(cursor ? inTime(got.told.messages.concat(shown)) : got.told.messages, got.told.cursor);
      } else {
        say(at("talk-trouble"), got.status === 429 ? TROUBLES.too_many : ADDING.not_shown);
      }
      // The state at the upper edge, so that what we have written is seen below it.
      if (first) { at("answer").scrollIntoView(); }
    });
  }

  // The box of the receipt too: another one hides all of this, and nobody would read whether what was sent arrived.
  function addingWorks(on) {
    wait("adding", on);
    on = !!on;
    at("more").readOnly = at("receipt").readOnly = on;
    off(["add-send", "ask-send"], on);
  }

  function submitAdded() {
    var trouble = at("add-trouble"), text = whole(at("more").value), sent = asked;
    trouble.hidden = at("added").hidden = true;
    if (!text.trim()) { say(trouble, ADDING.empty); return; }
    if (unsureOf && unsureOf !== plain(asked)) { addKey = newKey(); unsureOf = ""; }
    addingWorks(WAITING.sending);
    // The same key again after a lost answer: it is taken once.
    post("/v1/messages/new", JSON.stringify({ receipt: sent, text: text }), { "Idempotency-Key": addKey }).then(function (got) {
      addingWorks(null);
      if (got.status === 202) {
        addKey = newKey();
        unsureOf = "";
        add.reset();
        say(at("added"), ADDING.done);
        fetchMessages();
      } else if (got.status === 409 && unsureOf) {
        addKey = newKey();
        unsureOf = "";
        say(trouble, ADDING.arrived);
        fetchMessages();
      } else if (got.status < 400 || got.status >= 500) {
        unsureOf = plain(sent);
        say(trouble, ADDING.unsure);
      } else {
        if (got.status === 409) { addKey = newKey(); }
        if (got.status === 404 && got.told.code === "not_found") { say(trouble, ANSWERS.not_found); return; }
        if (got.told.code === "too_many_added") { say(trouble, ADDING.too_many_added); return; }
        say(trouble, { 413: TROUBLES.too_long, 429: TROUBLES.too_many }[got.status] || TROUBLES[got.told.rule] || ADDING.other);
      }
    });
  }

  function wipe() {
    form.reset();
    ask.reset();
    add.reset();
    hideTalk();
    at("code").textContent = "";
    at("earlier").textContent = "";
    unanswered = [];
  }

  // The page makes place for an empty one, so that no way back leads to it.
  function leave(event) {
    event.preventDefault();
    form.reset();
    ask.reset();
    add.reset();
    window.location.replace("about:blank");
  }

  // The small keyboard's Enter in a box of one line leads on: it would send before all is told that one may want to tell.
  function leadsOn(from, to) {
    at(from).addEventListener("keydown", function (event) {
      if (event.keyCode === 13 && !event.isComposing) { event.preventDefault(); at(to).focus(); }
    });
  }
  leadsOn("place", "who");
  leadsOn("name", "contact");
  leadsOn("contact", "send");

  form.addEventListener("submit", function (event) { event.preventDefault(); submit(); });
  at("fetch").addEventListener("click", fetchEarlier);
  at("further").addEventListener("click", function () {
    fetchEarlier().then(function (differs) { if (differs) { submit(); } });
  });

  ask.addEventListener("submit", function (event) {
    event.preventDefault();
    var answer = at("answer"), receipt = at("receipt").value;
    answer.hidden = true;
    hideTalk();
    if (!written("receipt")) { say(answer, ANSWERS.empty); return; }
    var number = question;
    off(["ask-send"], true);
    wait("asking", WAITING.asking);
    post("/v1/status", JSON.stringify({ receipt: receipt })).then(function (got) {
      off(["ask-send"], false);
      wait("asking", null);
      if (number !== question) { return; }
      if (got.status === 200 && standing(got.told)) {
        say(answer, standing(got.told));
        asked = receipt;
        if (begunFor !== plain(receipt)) { add.reset(); }
        begunFor = plain(receipt);
        fetchMessages();
        return;
      }
      if (got.status === 429) { say(answer, TROUBLES.too_many); return; }
      // A proxy before a service that is away says 404 too, but not in these words.
      say(answer, got.status === 404 && got.told.code === "not_found" ? ANSWERS.not_found : ANSWERS.not_now);
    });
  });

  // Another code in the box is another report: what is shown and added must not be mistaken for its own.
  at("receipt").addEventListener("input", function () { hideTalk(); at("answer").hidden = true; });
  at("older").addEventListener("click", function () { fetchMessages(further); });
  add.addEventListener("submit", function (event) { event.preventDefault(); submitAdded(); });
  at("again").addEventListener("click", function () { wipe(); window.location.replace("/"); });
  at("leave").addEventListener("click", function (event) { wipe(); leave(event); });
  // Browsers keep a page that was left as it stood, also one that they are told to store nowhere, for whoever goes back to it.
  window.addEventListener("pagehide", wipe);
  window.addEventListener("pageshow", function (event) { if (event.persisted) { window.location.replace("/"); } });
  wait("sending", null);
  at("send").disabled = false;
  at("ask-send").disabled = at("add-send").disabled = false;
}());
