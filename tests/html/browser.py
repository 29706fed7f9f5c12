"""A headless Chromium, by Debian's chromium-driver and python3-selenium."""
import os
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service


class Browser:
    def __init__(self):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in ("--headless=new", "--disable-gpu", "--no-sandbox",
                     "--disable-dev-shm-usage", "--hide-scrollbars"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(
            service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.execute_cdp_cmd("Performance.enable",
                                    {"timeDomain": "threadTicks"})
        self.driver.set_page_load_timeout(120)
        self.driver.set_script_timeout(300)

    def quit(self):
        self.driver.quit()

    def view(self, width, dark=False, height=900):
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1,
             "mobile": width < 600})
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme",
                           "value": "dark" if dark else "light"}]})

    def scripts(self, allowed):
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled",
                                    {"value": not allowed})

    def open(self, path, anchor=""):
        self.driver.get("about:blank")
        self.driver.get("file://" + os.path.abspath(path) + anchor)

    def busy(self):
        """Seconds that the page's main thread was at work so far; unlike the
        time that passed, they say little of what else the machine does."""
        metrics = self.driver.execute_cdp_cmd("Performance.getMetrics", {})
        return {m["name"]: m["value"]
                for m in metrics["metrics"]}["TaskDuration"]

    def run(self, code, *args):
        return self.driver.execute_script(code, *args)

    def complaints(self):
        return [e["message"] for e in self.driver.get_log("browser")]

    def wait(self, code, wanted):
        """Until the code returns what is wanted; what it returned last."""
        end = time.monotonic() + 60
        while (got := self.run(code)) != wanted and time.monotonic() < end:
            time.sleep(0.05)
        return got

    def axe(self, source):
        """What axe-core finds wrong: rule, how often, and the first place."""
        self.run(source)
        found = self.driver.execute_async_script("""
            const done = arguments[0];
            axe.run(document, {resultTypes: ["violations"]}).then(
                (r) => done(r.violations.map((v) => v.id + " " +
                    v.nodes.length + "x: " + v.nodes[0].html.slice(0, 120) +
                    " " + v.nodes[0].failureSummary)),
                (e) => done(["axe: " + e]));""")
        return found
