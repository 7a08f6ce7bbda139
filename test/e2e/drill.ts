import type { Locator, Page } from 'playwright';
import { retryUntil, systemClock } from '../../engine/system/clock.ts';

/** A cold start on a busy machine; every wait ends as soon as its condition holds. */
const readyWithinMs = 600_000;
const shownWithinMs = 120_000;

/** Starts a drill from the catalogue and waits until the learner's shell shows its prompt. Returns the session's id. */
export async function startDrill(page: Page, url: string, scenario: string): Promise<string> {
  await page.goto(url);
  await page.getByTestId(`start-${scenario}`).click();
  await page.getByTestId('step-provision').waitFor({ timeout: shownWithinMs });
  await page.getByTestId('terminal').waitFor({ timeout: readyWithinMs });
  await screenShows(page, /student@student:~\$/);
  return /#\/drill\/([a-z0-9]+)/.exec(page.url())?.[1] ?? '';
}

/** Types a line into the terminal that is shown, as a learner does. */
export async function type(page: Page, line: string): Promise<void> {
  await screen(page).click();
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

/** Waits until the terminal shows it. */
export async function screenShows(page: Page, pattern: RegExp, withinMs: number = shownWithinMs): Promise<void> {
  let text = '';
  const isShown = async () => {
    text = await screenText(page);
    return pattern.test(text);
  };
  await until(`the terminal shows ${pattern}`, isShown, withinMs).catch((error: unknown) => {
    throw new Error(`${String(error)}; it shows:\n${text}`);
  });
}

async function screenText(page: Page): Promise<string> {
  const rows = await screen(page).locator('.xterm-rows > div').allInnerTexts();
  return rows.map((row) => row.replaceAll('\u00a0', ' ').trimEnd()).join('\n');
}

/** The terminal of the tab that is open. */
function screen(page: Page): Locator {
  return page.locator('[data-testid="terminal"]:visible').first();
}

/** Presses Check and waits for the results. */
export async function pressCheck(page: Page): Promise<void> {
  await page.getByTestId('check').click();
  await page.locator('[data-testid^="result-"]').first().waitFor({ timeout: shownWithinMs });
  await until('the results are there', () => page.getByTestId('check').isEnabled());
}

export async function resultOf(page: Page, check: string): Promise<string | null> {
  return page.getByTestId(`result-${check}`).first().getAttribute('data-result');
}

/** Presses Submit, confirms, and waits for the verdict page. */
export async function pressSubmit(page: Page): Promise<void> {
  await page.getByTestId('submit').click();
  await page.getByTestId('confirm').click();
  await page.getByTestId('verdict').waitFor({ timeout: shownWithinMs });
}

/** What the page of the verdict says of the exam's and of the operations' verdict, such as "Exam\nPassed". */
export function verdictTexts(page: Page): Promise<[exam: string, operations: string]> {
  const textOf = (verdict: string) => page.getByTestId(verdict).first().innerText();
  return Promise.all([textOf('verdict-exam'), textOf('verdict-operations')]);
}

/** Stops the session from the page and waits for the catalogue. */
export async function pressStop(page: Page): Promise<void> {
  await page.locator('[data-testid="stop"]:visible').first().click();
  await page.getByTestId('confirm').click();
  await page.locator('[data-testid^="catalogue-card-"]').first().waitFor({ timeout: shownWithinMs });
}

export async function until(
  what: string,
  holds: () => Promise<boolean>,
  withinMs: number = shownWithinMs,
): Promise<void> {
  const met = await retryUntil(systemClock, { withinMs, everyMs: 500 }, async () =>
    (await holds()) ? true : undefined,
  );
  if (met === undefined) throw new Error(`waited in vain until ${what}`);
}
