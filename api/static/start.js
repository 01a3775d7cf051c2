// Sends the form, shows the receipt, asks what became of a report. Nothing is kept in the browser.
"use strict";
(function () {
  var at = function (id) { return document.getElementById(id); };
  var form = at("report"), ask = at("ask"), key = newKey();

  // By rule of the problem that the service answers; other rules get the general line.
  var TROUBLES = {
    empty: ["请先写下发生了什么事。", "Please write what happened first."],
    no_words: ["里面没有文字，我们看不懂。请用文字写。", "There are no words in it that we could read."],
    too_long: ["太长了，请分几次提交。", "This is too long; please send it in parts."],
    too_many: ["这个网络提交的次数太多了，请过一会儿再试，或拨打 12388。", "Too many from this network; please wait, or call 12388."],
    other: ["没有提交成功，您写的还在。请再按一次“提交”，或拨打 12388。", "It was not sent; what you wrote is still here. Press Send again, or call 12388."]
  };
  var STATES = {
    received: ["已收到，等待登记。", "Received."],
    accepted: ["已受理。", "Accepted."],
    not_in_scope: ["不属于我们受理的范围，请向有关部门反映。", "Not within our scope; please turn to the body in charge."],
    in_progress: ["正在办理。", "Being handled."],
    concluded: ["已办结，等待答复。", "Concluded; the answer is to come."],
    answered: ["已答复。", "Answered."]
  };

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

  function post(address, body, headers) {
    return fetch(address, {
      method: "POST",
      headers: Object.assign({ "Content-Type": "application/json" }, headers || {}),
      body: JSON.stringify(body),
      credentials: "omit",
      referrerPolicy: "no-referrer"
    }).then(function (answer) {
      return answer.json().then(function (told) { return { status: answer.status, told: told }; });
    });
  }

  function written(id) { return at(id).value.trim(); }

  function bodyOfReport() {
    var body = { text: at("text").value, channel: "web" };
    if (written("place")) { body.place = written("place"); }
    if (written("name") || written("contact")) {
      body.reporter = { name: written("name") || null, contact: written("contact") || null };
    }
    return body;
  }

  function showReceipt(receipt) {
    var code = at("code");
    code.textContent = "";
    receipt.split("-").forEach(function (group, number) {
      var part = document.createElement("b");
      part.textContent = (number ? "-" : "") + group;
      code.appendChild(part);
    });
    form.reset();
    form.hidden = true;
    at("done").hidden = false;
    at("done").focus();
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var trouble = at("report-trouble");
    trouble.hidden = true;
    if (!written("text")) { tell(trouble, TROUBLES.empty); return; }
    at("send").disabled = true;
    // The same key again after a lost answer: the report is taken once, and the receipt is the same.
    post("/v1/reports", bodyOfReport(), { "Idempotency-Key": key }).then(function (got) {
      if (got.status === 202) { showReceipt(got.told.receipt); key = newKey(); return; }
      if (got.status === 409) { key = newKey(); }
      tell(trouble, TROUBLES[got.status === 429 ? "too_many" : got.told.rule] || TROUBLES.other);
    }).catch(function () { tell(trouble, TROUBLES.other); }).then(function () { at("send").disabled = false; });
  });

  ask.addEventListener("submit", function (event) {
    event.preventDefault();
    var answer = at("answer");
    answer.hidden = true;
    at("ask-send").disabled = true;
    post("/v1/status", { receipt: at("receipt").value }).then(function (got) {
      if (got.status === 200) { tell(answer, STATES[got.told.state]); return; }
      if (got.status === 429) { tell(answer, TROUBLES.too_many); return; }
      tell(answer, ["没有找到这个回执码，请再对一遍。", "No report has this code; please compare it once more."]);
    }).catch(function () {
      tell(answer, ["现在查不了，请过一会儿再试。", "This does not work now; please try again later."]);
    }).then(function () { at("ask-send").disabled = false; });
  });

  at("again").addEventListener("click", function () { at("code").textContent = ""; window.location.replace("/"); });
  at("leave").addEventListener("click", function () {
    form.reset();
    ask.reset();
    at("code").textContent = "";
    window.location.replace("about:blank");
  });
  at("send").disabled = false;
  at("ask-send").disabled = false;
}());
