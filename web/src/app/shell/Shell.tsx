import { Avatar, Button, Dropdown, Result, Spin } from "antd";
import { useCallback, type ReactNode } from "react";
import { NavLink, Navigate, Outlet, useLocation, useNavigate } from "react-router";
import { answer, api } from "@/api/client";
import { NotAllowedPage } from "@/app/pages/FailurePages";
import { AgentBar } from "@/features/desk/components/AgentBar";
import { Messages } from "@/features/desk/components/Messages";
import { SupervisionBar } from "@/features/floor/components/SupervisionBar";
import { DeskProvider, useGiveSeatBack } from "@/lib/seat/desk-context";
import { LanguageSwitch } from "@/components/LanguageSwitch";
import { common } from "@/lib/common-messages";
import { useCan, useEndSession, useSession, type Me } from "@/lib/session";
import { useText } from "@/lib/text";
import { messages } from "./messages";
import { places } from "./navigation";
import styles from "./Shell.module.css";

function UserMenu({ me }: { me: Me }) {
  const t = useText(messages);
  const navigate = useNavigate();
  const end = useEndSession();
  const giveSeatBack = useGiveSeatBack();
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [
          { key: "me", label: t("me") },
          { type: "divider" },
          { key: "out", label: <span data-testid="sign-out">{t("signOut")}</span> },
        ],
        onClick: ({ key }) => void (key === "me" ? navigate("/me") : giveSeatBack().then(end)),
      }}
    >
      <span className={styles.user} data-testid="user-menu">
        <Avatar size={30} style={{ background: "#2456d6" }}>
          {me.name.slice(0, 1)}
        </Avatar>
        <span>{me.name}</span>
        {me.number && <span className="quiet numbers">{me.number}</span>}
      </span>
    </Dropdown>
  );
}

function Rail() {
  const t = useText(messages);
  const can = useCan();
  return (
    <nav className={styles.rail}>
      <NavLink to="/" className={styles.logo} aria-label="Zuoxi">
        <img src="/favicon.svg" alt="" />
      </NavLink>
      {places
        .filter((place) => place.needs.some(can))
        .map((place) => (
          <NavLink
            key={place.path}
            to={place.path}
            data-testid={`nav${place.path.replace("/", "-")}`}
            className={({ isActive }) => (isActive ? `${styles.place} ${styles.here}` : (styles.place ?? ""))}
          >
            {place.icon}
            {t(place.label)}
          </NavLink>
        ))}
    </nav>
  );
}

/** Agents keep their desk's connection and state bar on every page; a ringing call brings them back to the desk. */
function WithDesk({ children }: { children: ReactNode }) {
  const navigate = useNavigate();
  const toDesk = useCallback(() => void navigate("/desk"), [navigate]);
  return <DeskProvider onCall={toDesk}>{children}</DeskProvider>;
}

function Frame({ me }: { me: Me }) {
  const can = useCan();
  const agent = can("desk.use");
  const supervisor = agent && can("floor.supervise");
  const { pathname } = useLocation();
  const place = places.find((one) => pathname === one.path || pathname.startsWith(`${one.path}/`));
  const allowed = !place || place.needs.some(can);
  const frame = (
    <div className={styles.shell}>
      <Rail />
      <header className={styles.bar}>
        <span className={styles.tenant}>{me.tenant_name}</span>
        <div className="grow" />
        {agent && <AgentBar />}
        <LanguageSwitch
          onChange={(locale) => void answer(api.PATCH("/api/session", { body: { locale } })).catch(() => undefined)}
        />
        <UserMenu me={me} />
      </header>
      <div className={styles.body}>
        {supervisor && <SupervisionBar />}
        <main className={styles.main}>{allowed ? <Outlet /> : <NotAllowedPage />}</main>
      </div>
      {agent && <Messages />}
    </div>
  );
  // Who may watch the floor without a desk of their own has the connection, too.
  return agent || can("floor.view") ? <WithDesk>{frame}</WithDesk> : frame;
}

/** What stands around every page behind the sign-in. */
export function Shell() {
  const t = useText(messages);
  const c = useText(common);
  const session = useSession();
  const location = useLocation();
  if (session.data) return <Frame me={session.data} />;
  if (session.isPending) return <Spin fullscreen delay={300} />;
  if (session.isError) {
    return (
      <Result
        status="warning"
        title={t("unreachable")}
        subTitle={t("unreachableHint")}
        extra={
          <Button type="primary" onClick={() => void session.refetch()}>
            {c("retry")}
          </Button>
        }
      />
    );
  }
  const here = location.pathname === "/" ? "" : `?to=${encodeURIComponent(location.pathname + location.search)}`;
  return <Navigate to={`/sign-in${here}`} replace />;
}
