import { Navigate, useNavigate, useSearchParams } from "react-router";
import { landingPath } from "@/app/landing";
import { SignIn } from "@/features/sign-in/components/SignIn";
import { useSession } from "@/lib/session";

/** Only addresses of our own are followed after sign-in. */
function ownPath(target: string | null): string | null {
  return target && target.startsWith("/") && !target.startsWith("//") ? target : null;
}

export function SignInPage() {
  const { data } = useSession();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const wanted = ownPath(search.get("to"));
  if (data) return <Navigate to={wanted ?? landingPath(data)} replace />;
  return <SignIn onSignedIn={(me) => void navigate(wanted ?? landingPath(me), { replace: true })} />;
}
