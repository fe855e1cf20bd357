import { Form, Input, Typography } from "antd";
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
}

function Words({ path, testid, withLine }: { path: string; testid: string; withLine: boolean }) {
  const t = useText(messages);
  const line = useNames("/api/lines");
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
        ...(withLine ? [{ title: t("line"), dataIndex: "line_id", render: line }] : []),
      ]}
      toForm={({ zh, en, line_id }) => ({ zh, en, line_id })}
      toBody={(values, editing) => {
        const { code, zh, en, line_id, position } = values;
        return {
          ...(!editing && { code }),
          zh,
          en,
          ...(withLine && { line_id: line_id ?? null }),
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
