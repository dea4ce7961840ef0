export { ClientelaClient, type ClientelaOptions, type Connection, type RequestOptions } from './client.js'
export { ClientelaError, type GraphQLAnswerError, type Refusal, type TransportCode } from './error.js'
export * from './generated.js'
export type { TypedDocumentNode } from '@graphql-typed-document-node/core'
