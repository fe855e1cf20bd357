import { Navigate } from "react-router";
import { useMe, type Me } from "@/lib/session";

/** Where somebody starts after sign-in: the page they spend their day on. */
export function landingPath(me: Pick<Me, "roles" | "permissions">): string {
  const can = (permission: string) => me.permissions.includes(permission);
  if (me.roles.includes("supervisor") && can("wallboard.view")) return "/wallboard";
  if (can("desk.use")) return "/desk";
  if (can("orders.audit")) return "/audit";
  if (can("orders.dispatch")) return "/dispatch";
  if (can("users.manage")) return "/users";
  if (can("wallboard.view")) return "/wallboard";
  if (can("tenants.manage")) return "/tenants";
  return "/me";
}

export function Landing() {
  return <Navigate to={landingPath(useMe())} replace />;
}
