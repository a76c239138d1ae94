/** Waits for a condition to hold; throws when it does not within its time, in ms. */
export async function until(condition: () => boolean, within: number): Promise<void> {
  const last = performance.now() + within;
  while (!condition()) {
    if (performance.now() > last) throw new Error(`not within ${within} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
