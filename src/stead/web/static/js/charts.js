// Charts from data that stands in the page: <div class="chart" data-chart="assets" data-source="id of a JSON script">.
(function () {
  "use strict";
  const live = new Map();
  const zh = document.documentElement.lang.startsWith("zh");
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // The same shortening as in the pages' texts: 1,240 万 or 12.4 M.
  function short(value) {
    const units = zh ? [[1e8, "亿"], [1e4, "万"]] : [[1e9, "bn"], [1e6, "M"], [1e3, "k"]];
    const unit = units.find(([size]) => Math.abs(value) >= size);
    if (!unit) return value.toLocaleString("en");
    return (value / unit[0]).toLocaleString("en", { maximumSignificantDigits: 4, maximumFractionDigits: 2 }) + " " + unit[1];
  }

  function frame(months) {
    return {
      animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      animationDuration: 250,
      grid: { left: 4, right: 10, top: 12, bottom: 2, containLabel: true },
      textStyle: { fontFamily: "inherit", color: colour("--soft") },
      // Drawn on the canvas: a tooltip of HTML would need inline styles, which the page forbids.
      tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: colour("--paper"), borderColor: colour("--line"), textStyle: { color: colour("--ink"), fontSize: 12 }, valueFormatter: short, axisPointer: { lineStyle: { color: colour("--line-strong") } } },
      xAxis: { type: "category", data: months, boundaryGap: false, axisLine: { lineStyle: { color: colour("--line-strong") } }, axisTick: { show: false }, axisLabel: { color: colour("--soft"), fontSize: 11, hideOverlap: true, showMaxLabel: true, alignMaxLabel: "right", alignMinLabel: "left" } },
      yAxis: { type: "value", splitNumber: 3, axisLabel: { color: colour("--soft"), fontSize: 11, formatter: short }, splitLine: { lineStyle: { color: colour("--line") } } },
    };
  }

  const kinds = {
    // One line: the total of all kinds.
    assets(data) {
      const total = data.months.map((_, at) => data.series.reduce((sum, one) => sum + (one.values[at] || 0), 0));
      return Object.assign(frame(data.months), {
        series: [{ name: data.title || "", type: "line", data: total, showSymbol: false, lineStyle: { width: 2, color: colour("--chart-1") }, itemStyle: { color: colour("--chart-1") }, areaStyle: { color: colour("--chart-1"), opacity: 0.1 } }],
      });
    },
    // Stacked bars, one colour a kind.
    kinds(data) {
      const base = frame(data.months);
      base.xAxis.boundaryGap = true;
      base.grid.top = 34;
      return Object.assign(base, {
        legend: { right: 0, top: 0, itemWidth: 10, itemHeight: 10, icon: "roundRect", textStyle: { color: colour("--soft"), fontSize: 12 } },
        series: data.series.map((one, at) => ({ name: one.name, type: "bar", stack: "all", data: one.values, barMaxWidth: 18, itemStyle: { color: colour("--chart-" + ((at % 6) + 1)) } })),
      });
    },
    // One line a series, beside each other: what is in force, what a draft would do, a limit.
    sides(data) {
      const base = frame(data.months);
      base.grid.top = 34;
      return Object.assign(base, {
        legend: { right: 0, top: 0, itemWidth: 14, itemHeight: 8, textStyle: { color: colour("--soft"), fontSize: 12 } },
        series: data.series.map((one, at) => ({ name: one.name, type: "line", data: one.values, symbolSize: 5, lineStyle: { width: 2, type: at === 2 ? "dashed" : "solid", color: colour("--chart-" + [4, 1, 6][at]) }, itemStyle: { color: colour("--chart-" + [4, 1, 6][at]) } })),
      });
    },
  };

  function draw(element) {
    const source = document.getElementById(element.dataset.source);
    if (!source || !window.echarts) return;
    if (live.has(element)) live.get(element).dispose();
    const chart = window.echarts.init(element, null, { renderer: "canvas" });
    chart.setOption(kinds[element.dataset.chart](JSON.parse(source.textContent)));
    live.set(element, chart);
  }
  function drawAll() {
    for (const [element, chart] of live) if (!element.isConnected) { chart.dispose(); live.delete(element); }
    document.querySelectorAll("[data-chart]").forEach((element) => { if (!live.has(element) && element.offsetParent !== null) draw(element); });
  }
  window.steadCharts = { drawAll };
  document.addEventListener("stead:theme", () => Array.from(live.keys()).forEach(draw));
  document.addEventListener("htmx:afterSettle", drawAll);
  window.addEventListener("resize", () => { live.forEach((chart) => chart.resize()); drawAll(); });
  drawAll();
})();
