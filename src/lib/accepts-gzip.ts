/** Whether the header `Accept-Encoding` of a request allows gzip. */
export const acceptsGzip = (header: string | string[] | undefined): boolean =>
  /\bgzip\b(?!;q=0(\.0*)?(?![.\d]))/.test(String(header ?? ''))
