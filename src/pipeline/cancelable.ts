/** Work that nobody may want any more. After `cancel` its callback is never called. */
export interface Cancelable {
  cancel(): void;
}
