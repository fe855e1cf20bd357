import { Button, Result } from "antd";
import { Link } from "react-router";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";

export function NotFoundPage() {
  const t = useText(common);
  return (
    <Result status="404" title={t("notFound")} subTitle={t("notFoundHint")} extra={<Link to="/">{t("back")}</Link>} />
  );
}

export function NotAllowedPage() {
  const t = useText(common);
  return (
    <Result
      status="403"
      title={t("notAllowed")}
      subTitle={t("notAllowedHint")}
      extra={<Link to="/">{t("back")}</Link>}
    />
  );
}

export function CrashPage() {
  const t = useText(common);
  return (
    <Result
      status="error"
      title={t("crashed")}
      subTitle={t("crashedHint")}
      extra={
        <Button type="primary" onClick={() => window.location.reload()}>
          {t("reload")}
        </Button>
      }
    />
  );
}
