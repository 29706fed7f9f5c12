"use strict";
/* Filters the cases, and opens the one that a link leads to. All data is in
 * the page; without this everything is shown. */
document.addEventListener("DOMContentLoaded", () => {
    const form = document.getElementById("filter");
    const cases = Array.from(document.querySelectorAll(".case"), (e) => ({
        e, v: (e.dataset.v || "").split(" "), l: e.dataset.l, text: "",
        a: (e.closest(".area") || e).dataset.a,
        counts: !e.classList.contains("echo"),
    }));
    const total = cases.filter((c) => c.counts).length;
    const groups = Array.from(document.querySelectorAll(".part, .area"))
        .reverse();

    function text(c) {
        if (c.text === "") c.text = c.e.textContent.toLowerCase();
        return c.text;
    }

    function wanted(c, on, level, area, words) {
        if (!c.v.some((v) => on.has(v))) return false;
        if (level !== "") if (c.l !== level) return false;
        if (area !== "") if (c.a !== area) return false;
        return words.every((w) => text(c).includes(w));
    }

    function say(n) {
        form.querySelector("output").value = n + " of " + total + " cases";
    }

    function apply() {
        const data = new FormData(form);
        const on = new Set(data.getAll("v"));
        const words = data.get("t").toLowerCase().split(" ")
            .filter((w) => w !== "");
        let n = 0;

        for (const c of cases) {
            const show = wanted(c, on, data.get("l"), data.get("a"), words);
            c.e.hidden = !show;
            if (show) n += Number(c.counts);
        }
        for (const g of groups)
            g.hidden = !g.querySelector(".case:not([hidden])");
        say(n);
    }

    /* What a link leads to must be there, whatever is filtered. */
    function follow() {
        const id = decodeURIComponent(location.hash.slice(1));
        const target = id === "" ? null : document.getElementById(id);

        if (target === null) return;
        if (target.closest("[hidden]") !== null) {
            form.reset();
            apply();
        }
        if (target.tagName === "DETAILS") target.open = true;
        target.scrollIntoView();
    }

    window.addEventListener("hashchange", follow);
    if (form === null) {
        follow();
        return;
    }
    form.addEventListener("input", apply);
    form.addEventListener("reset", () => setTimeout(apply));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    say(total);
    follow();
});
