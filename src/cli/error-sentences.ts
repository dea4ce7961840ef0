import ts from 'typescript'

// Reads the source as text, without types: the functions of a name are taken for one, which is enough to find messages.

const codePattern = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$|^[A-Z]{4,}$/
const unknown = '…'
/** The function for the body of a top-level error; the page has a table of those by hand. */
const topLevel = 'errorBody'

type Parameters = readonly ts.ParameterDeclaration[]
type Call = ts.CallExpression | ts.NewExpression

/** Finds every code of an error or warning with the sentences it comes with, … where a value stands. */
export function errorSentences(texts: readonly string[]): Map<string, Set<string>> {
  const source = new Source(texts)
  const found = new Map<string, Set<string>>()
  const note = (code: string, sentences: readonly string[]) => {
    if (!codePattern.test(code)) return
    const known = found.get(code) ?? new Set<string>()
    for (const sentence of sentences) known.add(sentence)
    found.set(code, known)
  }
  for (const [code, message] of source.pairs())
    for (const [ofCode, ofMessage] of branches(code, message))
      for (const text of source.textsOf(ofCode)) note(text, source.textsOf(ofMessage))
  return found
}

/** Where code and message depend on one condition, they are paired for each of its outcomes. */
function branches(code: ts.Expression, message: ts.Expression): [ts.Expression, ts.Expression][] {
  const isOne =
    ts.isConditionalExpression(code) &&
    ts.isConditionalExpression(message) &&
    code.condition.getText() === message.condition.getText()
  return isOne
    ? [...branches(code.whenTrue, message.whenTrue), ...branches(code.whenFalse, message.whenFalse)]
    : [[code, message]]
}

class Source {
  private readonly calls = new Map<string, Call[]>()
  private readonly functions = new Map<string, ts.SignatureDeclaration[]>()
  private readonly constants = new Map<string, ts.VariableDeclaration[]>()
  private readonly literals: (ts.ObjectLiteralExpression | ts.ArrayLiteralExpression)[] = []

  constructor(texts: readonly string[]) {
    for (const text of texts) this.visit(ts.createSourceFile('', text, ts.ScriptTarget.ES2023, true))
  }

  private visit(node: ts.Node) {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) add(this.calls, calledName(node), node)
    else if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node))
      add(this.functions, node.name?.getText(), node)
    else if (ts.isConstructorDeclaration(node)) add(this.functions, node.parent.name?.getText(), node)
    else if (ts.isVariableDeclaration(node) && node.initializer) {
      if (ts.isArrowFunction(node.initializer)) add(this.functions, node.name.getText(), node.initializer)
      else add(this.constants, node.name.getText(), node)
    } else if (ts.isObjectLiteralExpression(node) || ts.isArrayLiteralExpression(node)) this.literals.push(node)
    ts.forEachChild(node, child => {
      this.visit(child)
    })
  }

  /**
   * Every expression for a code with the one for its message: arguments of such parameters, `{ code, message }` and
   * `[code, message]`.
   */
  *pairs(): Generator<[code: ts.Expression, message: ts.Expression]> {
    for (const [name, calls] of this.calls) {
      if (name === topLevel) continue
      const at = new Set((this.functions.get(name) ?? []).map(({ parameters }) => placeOfCode(parameters)))
      for (const { arguments: given = [] } of calls)
        for (const place of at) {
          const [code, message] = place < 0 ? [] : given.slice(place)
          if (code && message && isCode(code)) yield [code, message]
        }
    }
    for (const literal of this.literals) {
      const [code, message] = ts.isArrayLiteralExpression(literal) ? sentencePair(literal) : propertyPair(literal)
      if (code && message) yield [code, message]
    }
  }

  /** Every text that an expression may have, as far as the source tells. */
  textsOf(node: ts.Node, depth = 0): string[] {
    if (depth > 8) return []
    const further = (...nodes: readonly ts.Node[]) => nodes.flatMap(each => this.textsOf(each, depth + 1))
    if (ts.isStringLiteralLike(node)) return [node.text]
    if (ts.isTemplateExpression(node)) return this.templateTexts(node, depth)
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return further(node.expression)
    if (ts.isConditionalExpression(node)) return further(node.whenTrue, node.whenFalse)
    if (ts.isBinaryExpression(node)) {
      const [left, right] = [further(node.left), further(node.right)]
      return node.operatorToken.kind === ts.SyntaxKind.PlusToken
        ? left.flatMap(text => right.map(rest => text + rest))
        : [...left, ...right]
    }
    if (ts.isArrowFunction(node) || ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node))
      return further(...returned(node))
    if (ts.isCallExpression(node)) return further(...this.calledBy(node))
    return ts.isIdentifier(node) ? further(...this.meant(node)) : []
  }

  /** The functions that a call may mean: those of its own file before those of others. */
  private calledBy(call: ts.CallExpression): readonly ts.SignatureDeclaration[] {
    const all = this.functions.get(calledName(call)) ?? []
    const own = all.filter(each => each.getSourceFile() === call.getSourceFile())
    return own.length > 0 ? own : all
  }

  /**
   * A template, with the words of a constant in their place. One without words of its own gets those of its parameters,
   * call by call.
   */
  private templateTexts(template: ts.TemplateExpression, depth: number): string[] {
    const further = (node: ts.Node | undefined) => (node ? this.textsOf(node, depth + 1) : [])
    if (hasWords(template))
      return filled(template, name => {
        const value = this.constant(name)
        return value && ts.isStringLiteralLike(value) ? [value.text] : []
      })
    const names = template.templateSpans.map(({ expression }) => expression).filter(ts.isIdentifier)
    const [called] = names.flatMap(name => functionWith(name)?.of ?? [])
    if (!called) return filled(template, name => further(this.constant(name)))
    return this.callsOf(called).flatMap(call =>
      filled(template, name => {
        const at = functionWith(name)?.at ?? -1
        return further(call.arguments?.[at] ?? called.parameters[at]?.initializer)
      }),
    )
  }

  /** Returns the meaning of a name: the arguments that callers give for a parameter, or the value of a constant. */
  private meant(name: ts.Identifier): readonly ts.Node[] {
    const called = functionWith(name)
    const value = this.constant(name)
    if (!called) return value ? [value] : []
    if (placeOfCode(called.of.parameters) >= 0) return [] // its calls are pairs themselves
    return this.callsOf(called.of).flatMap(call => call.arguments?.[called.at] ?? [])
  }

  /** The value of a constant around the name, or of one that its file imports. */
  private constant(name: ts.Identifier): ts.Expression | undefined {
    if (functionWith(name)) return undefined
    const all = this.constants.get(name.text) ?? []
    const around = all.filter(constant => isWithin(name, scopeOf(constant)))
    return (around.at(-1) ?? (isImported(name) ? all.find(each => ts.isSourceFile(scopeOf(each))) : undefined))
      ?.initializer
  }

  /** The calls of a function: in its own file, and in those that import its name. */
  private callsOf(called: ts.SignatureDeclaration): readonly Call[] {
    const name = called.name ?? (ts.isVariableDeclaration(called.parent) ? called.parent.name : undefined)
    const calls = name ? (this.calls.get(name.getText()) ?? []) : []
    if (ts.isMethodDeclaration(called)) return calls
    const isShared = ts.isSourceFile(scopeOf(called))
    return calls.filter(
      ({ expression }) =>
        expression.getSourceFile() === called.getSourceFile() ||
        (isShared && ts.isIdentifier(expression) && isImported(expression)),
    )
  }
}

const hasWords = ({ head, templateSpans }: ts.TemplateExpression) =>
  [head, ...templateSpans.map(({ literal }) => literal)].some(({ text }) => /\p{L}{2}/u.test(text))

/** The texts of a template: `textsFor` says what a name in it may stand for, and … stands for all else. */
function filled({ head, templateSpans }: ts.TemplateExpression, textsFor: (name: ts.Identifier) => string[]): string[] {
  let begun = [head.text]
  for (const { expression, literal } of templateSpans) {
    const known = ts.isIdentifier(expression) ? textsFor(expression) : []
    const texts = known.length > 0 ? known : [unknown]
    begun = begun.flatMap(text => texts.map(each => text + each + literal.text))
  }
  return begun
}

/** The function that has a name as its parameter, and the place of it. */
function functionWith(name: ts.Identifier): { of: ts.SignatureDeclaration; at: number } | undefined {
  for (let scope: ts.Node = name; !ts.isSourceFile(scope); scope = scope.parent) {
    if (!ts.isFunctionLike(scope)) continue
    const at = scope.parameters.findIndex(parameter => parameter.name.getText() === name.text)
    if (at >= 0) return { of: scope, at }
  }
  return undefined
}

/** The block or file in which something is declared. */
function scopeOf(declared: ts.Node): ts.Node {
  for (let node = declared.parent; ; node = node.parent) if (ts.isBlock(node) || ts.isSourceFile(node)) return node
}

const isWithin = (node: ts.Node, scope: ts.Node) =>
  node.getSourceFile() === scope.getSourceFile() && node.pos >= scope.pos && node.end <= scope.end

const isImported = (name: ts.Identifier) =>
  name
    .getSourceFile()
    .statements.filter(ts.isImportDeclaration)
    .some(({ importClause }) => importClause?.getText().match(/\w+/g)?.includes(name.text))

function add<Value>(map: Map<string, Value[]>, name: string | undefined, value: Value) {
  if (name !== undefined) map.set(name, [...(map.get(name) ?? []), value])
}

const calledName = ({ expression }: Call) =>
  ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText()

/** Two functions of one name may take something else. A name that stands for a code says that it is one. */
const isCode = (given: ts.Expression) => !ts.isIdentifier(given) || given.text === 'code'

/** Where a parameter `code` stands before `message`; -1 without. */
const placeOfCode = (parameters: Parameters) =>
  parameters.findIndex(({ name }, at) => name.getText() === 'code' && parameters[at + 1]?.name.getText() === 'message')

function propertyPair({ properties }: ts.ObjectLiteralExpression): (ts.Expression | undefined)[] {
  return ['code', 'message'].map(
    name => properties.filter(ts.isPropertyAssignment).find(property => property.name.getText() === name)?.initializer,
  )
}

/** Two texts of a list, of which the second is a sentence. */
function sentencePair({ elements: [code, message, more] }: ts.ArrayLiteralExpression): (ts.Expression | undefined)[] {
  return !more && message && ts.isStringLiteralLike(message) && message.text.endsWith('.') ? [code, message] : []
}

/** The expressions that a function may return. */
function returned({ body }: { body?: ts.Node }): ts.Expression[] {
  if (!body) return []
  if (!ts.isBlock(body)) return [body as ts.Expression] // an arrow function's
  const found: ts.Expression[] = []
  const visit = (node: ts.Node) => {
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression)
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit)
  }
  visit(body)
  return found
}
