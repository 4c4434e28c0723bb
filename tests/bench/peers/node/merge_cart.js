// The work in JavaScript, against an api that records, as authors write it.
function onExecutePostLogin(event, api) {
  const session = event.anonymous_session;
  if (!session || !session.metadata.cart) return;

  const existing = (event.user.app_metadata || {}).cart || { items: [] };
  const merged = [...existing.items];
  for (const added of session.metadata.cart.items) {
    const known = merged.find((item) => item.sku === added.sku);
    if (known) known.qty += added.qty;
    else merged.push(added);
  }

  api.user.setAppMetadata("cart", { items: merged });
  api.accessToken.setCustomClaim("cart", { items: merged });
}
