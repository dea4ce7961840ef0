import { setFlagsFromString } from 'node:v8'

/** Tells V8 that the program starts: modules stay, and what runs meanwhile runs once. */
export function expectStart() {
  // While modules load, the space for what is new would grow to 32 MB, which nothing gives back.
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--no-opt')
}

/** Tells V8 that the same code runs again and again from here on. */
export function expectWork() {
  setFlagsFromString('--opt')
}

/** Lets V8 do as it does by itself. */
export function expectRequests() {
  setFlagsFromString('--semi-space-growth-factor=2')
  expectWork()
}
