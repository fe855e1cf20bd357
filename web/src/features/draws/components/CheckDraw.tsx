import { Alert, Button, Card, Table, Upload } from "antd";
import { useState } from "react";
import { LanguageSwitch } from "@/components/LanguageSwitch";
import { useText } from "@/lib/text";
import { check, type PublishedDraw, type Verdict } from "@/features/draws/check";
import { messages } from "@/features/draws/messages";

/** For anybody, without signing in: computes a published draw anew in the reader's own browser. */
export function CheckDraw() {
  const t = useText(messages);
  const [found, setFound] = useState<{ document: PublishedDraw; verdict: Verdict } | null>(null);
  const [wrong, setWrong] = useState(false);
  const read = async (file: File) => {
    try {
      const document = JSON.parse(await file.text()) as PublishedDraw;
      setFound({ document, verdict: await check(document) });
      setWrong(false);
    } catch {
      setFound(null);
      setWrong(true);
    }
  };
  return (
    <div style={{ maxWidth: 760, margin: "40px auto", padding: "0 16px" }} className="stack">
      <Card title={t("checkTitle")} extra={<LanguageSwitch />}>
        <div className="stack">
          <div>{t("checkHint")}</div>
          <Upload
            accept=".json,application/json"
            showUploadList={false}
            beforeUpload={(file) => (void read(file), false)}
          >
            <Button type="primary" data-testid="choose-published">
              {t("chooseFile")}
            </Button>
          </Upload>
          {wrong && <Alert type="error" showIcon title={t("notADraw")} />}
          {found && (
            <div className="stack" data-testid="verdict">
              <b>{found.document.name}</b>
              {(["commitment", "list", "winners"] as const).map((name) => {
                const right = found.verdict[name];
                return (
                  <Alert
                    key={name}
                    showIcon
                    type={right === null ? "info" : right ? "success" : "error"}
                    title={`${t(`right_${name}`)}${right === null ? `：${t("notYet")}` : right ? "" : ` — ${t("wrong")}`}`}
                    data-testid={`verdict-${name}-${String(right)}`}
                  />
                );
              })}
              <Table
                size="small"
                rowKey="rank"
                dataSource={found.verdict.places}
                pagination={{ pageSize: 50, hideOnSinglePage: true }}
                columns={[
                  { title: t("rank"), dataIndex: "rank" },
                  { title: t("ticket"), dataIndex: "ticket" },
                  {
                    title: "SHA-256",
                    dataIndex: "score",
                    render: (score: string) => <code style={{ wordBreak: "break-all" }}>{score}</code>,
                  },
                ]}
              />
            </div>
          )}
        </div>
      </Card>
    </div>
  );
}
