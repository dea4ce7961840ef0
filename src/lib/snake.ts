/** `dueOn` → `due_on`, `PurchaseOrder` → `purchase_order`. */
export const snake = (name: string) => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`).replace(/^_/, '')
