import { Form, Input, Switch, Typography } from "antd";
import { useText } from "@/lib/text";
import { messages } from "@/features/settings/messages";
import { NumberField, RowField, TextField, useNames } from "./Fields";
import { SettingTable } from "./SettingTable";
import { SideBySide } from "./SideBySide";

interface Word {
  code: string;
  zh: string;
  en: string;
  line_id?: string | null;
  stay_limit_s?: number | null;
  day_limit_s?: number | null;
  warns?: boolean;
}

const minutes = (seconds: number | null | undefined) => (seconds ? Math.round(seconds / 6) / 10 : null);

function Words({ path, testid, withLine }: { path: string; testid: string; withLine: boolean }) {
  const t = useText(messages);
  const line = useNames("/api/lines");
  const limit = (seconds: number | null) => <span className="numbers">{minutes(seconds) ?? "—"}</span>;
  return (
    <SettingTable<Word>
      path={path}
      testid={testid}
      addLabel={t(withLine ? "addDisposition" : "addReason")}
      removable={false}
      nameOf={(row) => row.zh}
      idOf={(row) => row.code}
      columns={[
        { title: t("code"), dataIndex: "code", render: (code: string) => <code>{code}</code> },
        { title: t("zh"), dataIndex: "zh" },
        { title: t("en"), dataIndex: "en" },
        ...(withLine
          ? [{ title: t("line"), dataIndex: "line_id", render: line }]
          : [
              { title: t("stayLimit"), dataIndex: "stay_limit_s", render: limit },
              { title: t("dayLimit"), dataIndex: "day_limit_s", render: limit },
              {
                title: t("atLimit"),
                key: "warns",
                render: (_: unknown, row: Word) =>
                  row.stay_limit_s || row.day_limit_s ? t(row.warns ? "warnBoth" : "warnNobody") : "—",
              },
            ]),
      ]}
      toForm={({ zh, en, line_id, stay_limit_s, day_limit_s, warns }) => ({
        zh,
        en,
        line_id,
        stay: minutes(stay_limit_s),
        day: minutes(day_limit_s),
        warns: warns ?? true,
      })}
      initial={{ warns: true }}
      toBody={(values, editing) => {
        const { code, zh, en, line_id, position, stay, day, warns } = values;
        const seconds = (value: unknown) => (typeof value === "number" ? value * 60 : null);
        return {
          ...(!editing && { code }),
          zh,
          en,
          ...(withLine
            ? { line_id: line_id ?? null }
            : { stay_limit_s: seconds(stay), day_limit_s: seconds(day), warns: warns ?? true }),
          ...(position !== undefined && position !== null && { position }),
        };
      }}
      fields={(editing) => (
        <>
          {!editing && (
            <Form.Item
              name="code"
              label={t("code")}
              extra={t("codeHint")}
              rules={[{ required: true, pattern: /^[a-z][a-z0-9_]{0,39}$/, message: t("codeHint") }]}
            >
              <Input />
            </Form.Item>
          )}
          <TextField name="zh" label={t("zh")} />
          <TextField name="en" label={t("en")} />
          {withLine && <RowField name="line_id" label={t("line")} path="/api/lines" optional />}
          {!withLine && (
            <>
              <div className="row wrap" style={{ alignItems: "flex-start", gap: 16 }}>
                <NumberField name="stay" label={t("stayLimit")} min={1} max={1440} optional extra={t("limitHint")} />
                <NumberField name="day" label={t("dayLimit")} min={1} max={1440} optional extra={t("limitHint")} />
              </div>
              <Form.Item name="warns" label={t("atLimit")} extra={t("atLimitHint")} valuePropName="checked">
                <Switch checkedChildren={t("warnBoth")} unCheckedChildren={t("warnNobody")} data-testid="field-warns" />
              </Form.Item>
            </>
          )}
          <NumberField name="position" label={t("position")} optional max={10_000} />
        </>
      )}
    />
  );
}

/** The words that agents choose from: dispositions and not-ready reasons. */
export function WordTables() {
  const t = useText(messages);
  return (
    <SideBySide>
      <div>
        <Typography.Title level={5}>{t("dispositions")}</Typography.Title>
        <Words path="/api/dispositions" testid="dispositions" withLine />
      </div>
      <div>
        <Typography.Title level={5}>{t("reasons")}</Typography.Title>
        <Words path="/api/not-ready-reasons" testid="reasons" withLine={false} />
      </div>
    </SideBySide>
  );
}
