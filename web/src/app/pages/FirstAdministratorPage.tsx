import { useNavigate } from "react-router";
import { FirstAdministrator } from "@/features/sign-in/components/FirstAdministrator";

export function FirstAdministratorPage() {
  const navigate = useNavigate();
  return <FirstAdministrator onDone={() => void navigate("/sign-in", { replace: true })} />;
}
