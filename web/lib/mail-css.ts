/** Style rules without anything that names an address, and how many declarations that cost. */
export type CleanCss = { readonly css: string; readonly removed: number }

const ADDRESS = /url\(|image-set\(|src\(/i // seen after the browser's own parser has undone escapes

/** Reads a style sheet as the browser does, and drops imports, fonts and every declaration with an address. */
export function withoutAddresses(css: string): CleanCss {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css) // drops @import by itself
  let removed = 0
  const walk = (rules: CSSRuleList): string =>
    [...rules]
      .map((rule) => {
        if (rule instanceof CSSStyleRule) {
          removed += stripped(rule.style)
          return rule.cssText
        }
        if (rule instanceof CSSMediaRule)
          return `@media ${rule.conditionText} { ${walk(rule.cssRules)} }`
        return '' // @font-face, @supports and the rest are not what a mail needs
      })
      .join('\n')
  const text = walk(sheet.cssRules)
  return { css: text.replaceAll('</', '<\\/'), removed }
}

function stripped(style: CSSStyleDeclaration): number {
  const names = [...style].filter((name) => ADDRESS.test(style.getPropertyValue(name)))
  for (const name of names) style.removeProperty(name)
  return names.length
}
