/** Style without anything that names an address, and how many declarations that cost. */
export type CleanCss = { readonly css: string; readonly removed: number }

const ADDRESS = /url\(|image-set\(|src\(/i // seen after the browser's own parser has undone escapes

/** A style sheet as the browser reads it, without imports, fonts and every declaration with an address. */
export function cleanSheet(css: string): CleanCss {
  const sheet = parse(css)
  const removed = stripRules(sheet.cssRules)
  return { css: textOf(sheet.cssRules), removed }
}

/** The same for the declarations of a `style` attribute. */
export function cleanDeclarations(css: string): CleanCss {
  const [rule] = parse(`x { ${css} }`).cssRules
  if (!(rule instanceof CSSStyleRule)) return { css: '', removed: 0 }
  const removed = strip(rule.style)
  return { css: rule.style.cssText, removed }
}

function parse(css: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css.replace(/@import\b[^;]*;?/gi, '')) // not allowed here anyway; this keeps the console quiet
  return sheet
}

function stripRules(rules: CSSRuleList): number {
  let removed = 0
  for (const rule of rules) {
    if (rule instanceof CSSStyleRule) removed += strip(rule.style)
    else if (rule instanceof CSSMediaRule) removed += stripRules(rule.cssRules)
  }
  return removed
}

function strip(style: CSSStyleDeclaration): number {
  const names = [...style].filter((name) => ADDRESS.test(style.getPropertyValue(name)))
  for (const name of names) style.removeProperty(name)
  return new Set(names.map((name) => name.split('-')[0])).size
}

/** Style rules, also inside @media; @font-face and the rest are not what a mail needs. */
function textOf(rules: CSSRuleList): string {
  const kept = [...rules].map((rule) => {
    if (rule instanceof CSSMediaRule)
      return `@media ${rule.conditionText} { ${textOf(rule.cssRules)} }`
    return rule instanceof CSSStyleRule ? rule.cssText : ''
  })
  return kept.join('\n')
}
