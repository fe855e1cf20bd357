/** Minor units as people read them: 12900, "CNY" → "¥129.00". */
export function money(minor: number | null | undefined, currency = "CNY"): string {
  if (minor === null || minor === undefined) return "—";
  const sign = minor < 0 ? "-" : "";
  const value = (Math.abs(minor) / 100).toFixed(2).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return currency === "CNY" ? `${sign}¥${value}` : `${sign}${value} ${currency}`;
}
